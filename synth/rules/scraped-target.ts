import { listOf, recordOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import { listMonitorSelectors, mayHideSelectors, monitorKinds } from './lib/monitor-selectors.js';
import { listOwn } from './lib/own-objects.js';
import { mayHidePods } from './lib/pod-owners.js';
import { selects } from './lib/pods.js';
import { mayHideServices, portNamesOf, portsOf } from './lib/services.js';
import type { ClusterView, SeenObject } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * A Prometheus of the cluster takes each ServiceMonitor, PodMonitor, Probe, ScrapeConfig and PrometheusRule, and what a monitor selects is there:
 * a Service or pods in the namespaces that it covers, with the port that it names.
 *
 * Why: nothing is scraped, no alert is evaluated, and nothing says so: the graphs are empty when they are needed.
 *
 * Source: https://prometheus-operator.dev/docs/developer/getting-started/ (v0.93),
 * https://prometheus-operator.dev/docs/platform/troubleshooting/#troubleshooting-servicemonitor-changes (v0.93)
 */
export const scrapedTarget: Rule = {
  id: 'scraped-target',
  *check(view) {
    const isTold = mayHideSelectors(view);
    for (const [kind, prefix] of Object.entries(monitorKinds)) {
      // Charts have many rules, which cost more to read than all else.
      const objects = prefix === 'rule' ? listOwn(view, kind) : view.of(kind);
      if (objects.length > 0 && !isTold) yield* checkSelected(view, objects, prefix);
    }
    for (const monitor of listOwn(view, 'ServiceMonitor.monitoring.coreos.com')) yield* checkServices(view, monitor);
    for (const monitor of listOwn(view, 'PodMonitor.monitoring.coreos.com')) yield* checkPods(view, monitor);
  },
};

/** A selector that is too narrow is one mistake, however many it leaves out. */
function* checkSelected(view: ClusterView, objects: readonly SeenObject[], prefix: string): Generator<Finding> {
  const selectors = listMonitorSelectors(view, prefix);
  // Without any Prometheus here, somebody else reads them, or nobody does yet.
  if (selectors.length === 0) return;
  const [first, ...others] = objects.filter((object) => !selectors.some((selector) => selector.takes(object)));
  if (first === undefined) return;
  const asked = selectors.map(({ path, asks }) => `${path} takes ${asks}`).join('; ');
  const more = others.length > 0 ? ` Nor is any of ${others.map(({ path }) => path).join(', ')}.` : '';
  const problem = `No Prometheus takes it: ${asked}.${more}`;
  yield { at: first, field: 'metadata.labels', problem, fix: `add the label, or let ${prefix}Selector take every one.` };
}

function* checkServices(view: ClusterView, monitor: SeenObject): Generator<Finding> {
  const selector = valueAt(monitor.manifest, 'spec.selector');
  const scope = scopeOf(monitor);
  if (isAnyHidden(view, scope, 'Service', mayHideServices)) return;
  const matching = view.of('Service').filter(({ manifest }) => selects(selector, manifest.metadata.labels ?? {}));
  const covered = matching.filter(({ manifest }) => isIn(scope, manifest.metadata.namespace));
  if (covered.length === 0) {
    yield lost(monitor, 'Service', matching, scope);
    return;
  }
  const known = covered.flatMap((service) => portsOf(service));
  for (const [index, { port }] of listOf(valueAt(monitor.manifest, 'spec.endpoints')).entries()) {
    if (port === undefined || known.includes(String(port))) continue;
    yield noPort(monitor, `spec.endpoints[${index}].port`, String(port), `the Service ${covered[0]?.manifest.metadata.name}`, known);
  }
}

function* checkPods(view: ClusterView, monitor: SeenObject): Generator<Finding> {
  const selector = valueAt(monitor.manifest, 'spec.selector');
  const scope = scopeOf(monitor);
  if (isAnyHidden(view, scope, 'Deployment.apps', mayHidePods)) return;
  const matching = view.workloads.filter(({ labels }) => selects(selector, labels));
  const covered = matching.filter(({ namespace }) => isIn(scope, namespace));
  if (covered.length === 0) {
    const objects = matching.map(({ object }) => object);
    yield lost(monitor, 'pod', objects, scope);
    return;
  }
  const known = covered.flatMap((workload) => portNamesOf(workload));
  for (const [index, { port }] of listOf(valueAt(monitor.manifest, 'spec.podMetricsEndpoints')).entries()) {
    if (port === undefined || known.includes(String(port))) continue;
    const field = `spec.podMetricsEndpoints[${index}].port`;
    yield noPort(monitor, field, String(port), `the pod of ${covered[0]?.object.manifest.metadata.name}`, known);
  }
}

/** Namespaces that a monitor looks into; undefined is every one. */
function scopeOf({ manifest }: SeenObject): readonly string[] | undefined {
  const { any, matchNames } = recordOf(valueAt(manifest, 'spec.namespaceSelector'));
  if (any === true) return undefined;
  const names = textsOf(matchNames);
  return names.length > 0 ? names : [manifest.metadata.namespace ?? 'default'];
}

function isIn(scope: readonly string[] | undefined, namespace = 'default'): boolean {
  return scope?.includes(namespace) ?? true;
}

function isAnyHidden(
  view: ClusterView,
  scope: readonly string[] | undefined,
  kind: string,
  isHidden: (view: ClusterView, namespace: string) => boolean,
): boolean {
  if (scope) return scope.some((namespace) => isHidden(view, namespace));
  const namespaces = view.of('Namespace').map(({ manifest }) => manifest.metadata.name);
  return view.mayHide(kind) || [...namespaces, 'kube-system', 'default'].some((namespace) => isHidden(view, namespace));
}

function lost(monitor: SeenObject, what: string, elsewhere: readonly SeenObject[], scope: readonly string[] | undefined): Finding {
  const [other] = elsewhere;
  const where = scope === undefined ? 'any namespace' : `the namespace ${scope.join(', ')}`;
  if (other) {
    const namespace = other.manifest.metadata.namespace ?? 'default';
    const problem = `It looks into ${where}, and what it selects is in ${namespace}.`;
    return { at: monitor, field: 'spec.namespaceSelector', problem, fix: `write {matchNames: [${namespace}]}.` };
  }
  const fix = `select the labels of the ${what} itself, which need not be those of what it belongs to.`;
  return { at: monitor, field: 'spec.selector', problem: `It selects no ${what} in ${where}.`, fix };
}

function noPort(monitor: SeenObject, field: string, port: string, where: string, known: readonly (string | number)[]): Finding {
  const names = [...new Set(known.filter((one) => typeof one === 'string'))];
  const fix = names.length > 0 ? `write one of ${names.join(', ')}.` : 'give the port a name there.';
  return { at: monitor, field, problem: `There is no port called "${port}" at ${where}.`, fix };
}
