import { recordOf, valueAt } from '../../../charts/lib/untyped.js';
import { selects } from './pods.js';
import type { ClusterView, SeenObject } from './view.js';

/** A Prometheus, and which monitors it takes. */
export interface MonitorSelector {
  /** Construct path or object path, for messages. */
  readonly path: string;
  /** What it asks for. @example 'the label release=kube-prometheus-stack' */
  readonly asks: string;
  takes(object: SeenObject): boolean;
}

/** Kinds that a Prometheus selects, with the prefix of its fields for them. */
export const monitorKinds: Readonly<Record<string, string>> = {
  'ServiceMonitor.monitoring.coreos.com': 'serviceMonitor',
  'PodMonitor.monitoring.coreos.com': 'podMonitor',
  'Probe.monitoring.coreos.com': 'probe',
  'ScrapeConfig.monitoring.coreos.com': 'scrapeConfig',
  'PrometheusRule.monitoring.coreos.com': 'rule',
};

/**
 * Everything that takes objects of a kind of monitor: Prometheus objects, and the charts kube-prometheus-stack by their values.
 *
 * @param prefix of the fields. @example 'serviceMonitor'
 *
 * Source: https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusSpec (v0.93),
 * https://github.com/prometheus-community/helm-charts/blob/main/charts/kube-prometheus-stack/templates/prometheus/prometheus.yaml (89.1)
 */
export function listMonitorSelectors(view: ClusterView, prefix: string): readonly MonitorSelector[] {
  const takers = prefix === 'rule' ? ['Prometheus', 'ThanosRuler'] : ['Prometheus', 'PrometheusAgent'];
  const objects = view.of(...takers.map((kind) => `${kind}.monitoring.coreos.com`)).map(({ manifest, path }) => {
    const labels = valueAt(manifest, `spec.${prefix}Selector`);
    const namespaces = valueAt(manifest, `spec.${prefix}NamespaceSelector`);
    return selectorOf(view, path, labels, namespaces, manifest.metadata.namespace);
  });
  const releases = view
    .releasesOf('kube-prometheus-stack')
    .filter(({ values, isSeen }) => !isSeen && valueAt(values, 'prometheus.enabled') !== false)
    .map(({ values, path, release }) => {
      const spec = recordOf(valueAt(values, 'prometheus.prometheusSpec'));
      // An agent evaluates no rule.
      const isAgent = prefix === 'rule' && valueAt(values, 'prometheus.agentMode') === true;
      const given = recordOf(spec[`${prefix}Selector`]);
      const isOpen = spec[`${prefix}SelectorNilUsesHelmValues`] === false;
      const own = isOpen ? {} : { matchLabels: { release: release.releaseName } };
      const labels = Object.keys(given).length > 0 ? given : own;
      return selectorOf(view, path, isAgent ? undefined : labels, recordOf(spec[`${prefix}NamespaceSelector`]), undefined);
    });
  return [...objects, ...releases];
}

/** True when something else may read monitors, of which nobody can tell here what it takes. */
export function mayHideSelectors(view: ClusterView): boolean {
  const isOther = view.releases.some(({ release, values, isSeen }) => {
    const kinds = release.props.provides.namespaced?.['monitoring.coreos.com'] ?? [];
    const isPrometheus = kinds.includes('Prometheus') && release.props.chart !== 'kube-prometheus-stack' && !isSeen;
    return isPrometheus || /prometheus\.operator\.|mimir\.rules|loki\.rules/.test(JSON.stringify(valueAt(values, 'alloy') ?? ''));
  });
  const collectors = view.of('OpenTelemetryCollector.opentelemetry.io');
  return isOther || collectors.some(({ manifest }) => valueAt(manifest, 'spec.targetAllocator.prometheusCR.enabled') === true);
}

/** Without a selector nothing is taken, and without one for namespaces only its own. */
function selectorOf(view: ClusterView, path: string, labels: unknown, namespaces: unknown, home: string | undefined): MonitorSelector {
  return {
    path,
    asks:
      labels === undefined ? 'none at all' : `${JSON.stringify(labels)} in ${namespaces === undefined ? home : JSON.stringify(namespaces)}`,
    takes({ manifest: { metadata } }) {
      if (labels === undefined || !selects(labels, metadata.labels ?? {})) return false;
      const { namespace = 'default' } = metadata;
      if (namespaces === undefined) return namespace === home;
      const own = view.find('Namespace', namespace);
      const isAny = Object.keys(recordOf(namespaces)).length === 0;
      // Labels of a Namespace that a chart makes are not known.
      return (
        isAny || own === undefined || selects(namespaces, { 'kubernetes.io/metadata.name': namespace, ...own.manifest.metadata.labels })
      );
    },
  };
}
