import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { groupOf, type KubernetesObject } from '../../charts/lib/kinds.js';
import { HelmRelease } from '../../charts/lib/release.js';
import { listOf, recordOf, valueAt } from '../../charts/lib/untyped.js';
import { nameOfPair } from './lib/kind-name.js';
import type { ClusterView, SeenRelease } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * What is installed first is what the GitOps engine then takes over: `firstValues` differ from `values` only where they leave out monitors and
 * certificates, a parent installs the chart and version that its child has, and manifests inside machine configuration are those of dist/.
 *
 * Why: the take-over changes a network that runs, or an upgrade of Kubernetes applies the old manifests once more.
 *
 * Source: https://github.com/siderolabs/talos/issues/5640, https://www.talos.dev/v1.13/kubernetes-guides/network/deploying-cilium/
 */
export const firstValuesAgree: Rule = {
  id: 'first-values-agree',
  *check(view) {
    for (const release of view.releases) yield* checkValues(view, release);
    yield* checkInline(view);
  },
  *checkFleet(views) {
    for (const parent of views)
      for (const child of views) {
        if (child.cluster.parent !== parent.cluster.name) continue;
        for (const finding of checkProxies(parent, child)) yield { ...finding, in: parent };
      }
  },
};

function* checkValues({ plan }: ClusterView, at: SeenRelease): Generator<Finding> {
  const { firstValues } = at.release.props;
  if (firstValues === undefined) return;
  const field = 'firstValues';
  if (!plan.components.find(({ name }) => name === at.component)?.component.options.bootstrap) {
    const problem = 'It has values for a first installation, and the bootstrap does not install it, so that nobody reads them.';
    return yield { at, field, problem, fix: 'leave them out, or write `bootstrap: true`.' };
  }
  const [first, ...others] = [...findDifferences(at.values, firstValues, '')];
  if (first === undefined) return;
  const more = others.length > 0 ? ` So do ${others.length} others: ${others.map(({ path }) => path).join(', ')}.` : '';
  const [now, then] = [first.value, first.first].map((value) => (value === undefined ? 'nothing' : JSON.stringify(value)));
  const problem = `${first.path} is ${then} at the first installation, and ${now} afterwards.${more}`;
  yield { at, field: `${field}.${first.path}`, problem, fix: 'write the same in both; only monitors and certificates may come later.' };
}

interface Difference {
  readonly path: string;
  readonly value: unknown;
  readonly first: unknown;
}

/** What may come later: its kinds are not there yet. */
const later = /monitor|prometheus|metrics|cert|tls|rules/i;

function* findDifferences(value: unknown, first: unknown, path: string): Generator<Difference> {
  // Switched off as a whole, or left out for later.
  if (value === first || first === false || later.test(path)) return;
  if (isMap(first) && first['enabled'] === false) return;
  if (isMap(value) && isMap(first)) {
    for (const key of new Set([...Object.keys(value), ...Object.keys(first)]))
      yield* findDifferences(value[key], first[key], path === '' ? key : `${path}.${key}`);
  } else if (!isDeepStrictEqual(value, first)) yield { path, value, first };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a parent installs in a child, against what the child itself has. */
function* checkProxies(parent: ClusterView, child: ClusterView): Generator<Finding> {
  const proxies = parent.of('HelmChartProxy.addons.cluster.x-k8s.io').filter(({ component }) => component === child.cluster.name);
  for (const { name, component, stages } of child.plan.components) {
    if (!component.options.bootstrap) continue;
    for (const release of stages.flatMap(({ releases, delivered }) => [...releases, ...delivered])) {
      if (!(release instanceof HelmRelease)) continue;
      const at = proxies.find(({ manifest }) => valueAt(manifest, 'spec.releaseName') === release.releaseName);
      if (at === undefined) {
        const problem = `Nothing here installs ${name} in ${child.cluster.name} first, which counts on it.`;
        yield { at: { component: child.cluster.name }, problem, fix: `add a HelmChartProxy of ${release.props.chart}.` };
        continue;
      }
      const { chartName, version } = recordOf(at.manifest['spec']);
      if (chartName === release.props.chart && version === release.props.version) continue;
      const problem = `It installs ${chartName} ${version}, and ${child.cluster.name} then has ${release.props.chart} ${release.props.version}.`;
      yield { at, field: 'spec.version', problem, fix: `write "${release.props.version}".` };
    }
  }
}

/** Manifests in the configuration of machines that dist/ has too. */
function* checkInline(view: ClusterView): Generator<Finding> {
  const told = new Set<string>();
  for (const [path, documents] of view.plan.talos) {
    for (const { name, contents } of documents.flatMap((document) => listOf(valueAt(document, 'cluster.inlineManifests')))) {
      if (told.has(String(contents))) continue;
      told.add(String(contents));
      for (const document of parseAllDocuments(String(contents))) {
        const object = document.toJS() as KubernetesObject | null;
        if (object === null) continue;
        const { metadata, kind, apiVersion } = object;
        const at = view.find(nameOfPair(groupOf(apiVersion), kind), metadata.name, metadata.namespace);
        if (at === undefined || isDeepStrictEqual(withoutMetadata(at.manifest), withoutMetadata(object))) continue;
        const problem = `It is in the inline manifest "${name}" of ${path} too, with other content.`;
        yield { at, problem, fix: 'write the same in both, or leave it to the GitOps engine.' };
      }
    }
  }
}

function withoutMetadata({ metadata: _, ...rest }: KubernetesObject): object {
  return rest;
}
