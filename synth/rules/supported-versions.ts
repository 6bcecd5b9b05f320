import { upstreamOf } from '../../charts/lib/delivery.js';
import { recordOf } from '../../charts/lib/untyped.js';
import { minorOf } from '../../clusters/lib/versions.js';
import {
  argoCdMatrix,
  certManagerMatrix,
  ciliumMatrix,
  cloudNativePgMatrix,
  clusterApiMatrix,
  kubeVirtMatrix,
  type Matrix,
  madeClusterMatrix,
  type Range,
  talosProviderMatrix,
} from './lib/support-matrix.js';
import type { ClusterView, Place } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * What is installed supports the Kubernetes version of the cluster, and what makes other clusters their versions of Kubernetes and Talos, as far as
 * its makers publish it. A version outside of what they had published is not judged.
 *
 * Why: nobody tested the pair: a kind is gone, a default changed, and it breaks at an upgrade or under load.
 *
 * Source: https://docs.cilium.io/en/stable/network/kubernetes/compatibility/ (1.15 to 1.20), https://cert-manager.io/docs/releases/ (1.20, 1.21),
 * https://github.com/kubevirt/sig-release/blob/main/releases/k8s-support-matrix.md (1.7 to 1.9),
 * https://cloudnative-pg.io/documentation/current/supported_releases/ (1.28 to 1.30),
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/tested-kubernetes-versions/ (3.3 to 3.5), https://cluster-api.sigs.k8s.io/reference/versions (1.12 to
 * 1.14), https://github.com/siderolabs/cluster-api-bootstrap-provider-talos (0.5 to 0.7)
 */
export const supportedVersions: Rule = {
  id: 'supported-versions',
  *check(view) {
    const { versions } = view.cluster;
    for (const [chart, matrix] of charts) {
      for (const at of view.releasesOf(chart)) yield* compare({ at, version: at.release.props.version }, matrix, versions, 'this cluster');
    }
    for (const software of virtualizersOf(view)) yield* compare(software, kubeVirtMatrix, versions, 'this cluster');
    const children = view.fleet.childrenOf(view.cluster.name);
    for (const at of view.of('CoreProvider.operator.cluster.x-k8s.io')) {
      const software = { at, version: versionOf(at.manifest['spec']), field: 'spec.version' };
      yield* compare(software, clusterApiMatrix, versions, 'this cluster');
      for (const child of children) yield* compare(software, madeClusterMatrix, child.versions, child.name);
    }
    for (const at of view.of('BootstrapProvider.operator.cluster.x-k8s.io')) {
      if (at.manifest.metadata.name !== 'talos') continue;
      const software = { at, version: versionOf(at.manifest['spec']), field: 'spec.version' };
      for (const child of children) yield* compare(software, talosProviderMatrix, child.versions, child.name);
    }
  },
};

const charts: readonly (readonly [chart: string, matrix: Matrix])[] = [
  ['argo-cd', argoCdMatrix],
  ['cilium', ciliumMatrix],
  ['cert-manager', certManagerMatrix],
  ['cloudnative-pg', cloudNativePgMatrix],
];

interface Software {
  readonly at: Place;
  readonly version: string;
  readonly field?: string;
}

function versionOf(spec: unknown): string {
  return String(recordOf(spec)['version'] ?? '');
}

/** KubeVirt comes as a manifest at a URL with its version. */
function virtualizersOf({ plan }: ClusterView): Software[] {
  return plan.components.flatMap(({ name, stages }) =>
    stages.flatMap(upstreamOf).flatMap(({ props }) => {
      const urls = 'urls' in props ? props.urls : [];
      return urls.flatMap(({ url }) => {
        const version = /kubevirt\/kubevirt\/releases\/download\/(v[^/]+)\//.exec(url)?.[1];
        return version === undefined ? [] : [{ at: { component: name }, version }];
      });
    }),
  );
}

function* compare(
  { at, version, field = 'version' }: Software,
  { name, rows }: Matrix,
  { kubernetes, talos }: ClusterView['cluster']['versions'],
  whose: string,
): Generator<Finding> {
  const minor = minorNumber(kubernetes);
  const all = Object.entries(rows);
  if (!/^v?\d+\.\d+/.test(version)) return;
  const own = minorOf(version);
  const row = rows[own];
  const fits = all.filter(([, other]) => isWithin(minor, other.kubernetes)).map(([key]) => key);
  const fix = `take ${fits.length > 0 ? `one of ${fits.join(', ')}` : 'a newer one, once it says so'}, or another Kubernetes.`;
  const needs = `${whose} has ${kubernetes}`;
  if (row === undefined) {
    // Between two rows one thing is known: it knows nothing newer than the second of them does.
    const index = all.findIndex(([key]) => ordinal(key) > ordinal(own));
    const [next, limit] = (index > 0 ? all[index] : undefined) ?? [];
    const end = limit?.kubernetes[1] ?? Number.POSITIVE_INFINITY;
    const problem = `${name} ${version} is older than ${next}, which ends at Kubernetes 1.${end}, and ${needs}.`;
    if (minor > end) yield { at, field, problem, fix };
    return;
  }
  const [first, last] = row.kubernetes;
  const patch = Number(version.split('.')[2]?.match(/^\d+/)?.[0] ?? 0);
  const since = row.since?.[minor] ?? 0;
  if (!isWithin(minor, row.kubernetes)) {
    yield { at, field, problem: `${name} ${version} is for Kubernetes 1.${first} to 1.${last}, and ${needs}.`, fix };
  } else if (patch < since) {
    yield {
      at,
      field,
      problem: `${name} ${own} is for Kubernetes 1.${minor} from ${own}.${since} on, and ${needs}.`,
      fix: `take v${own}.${since}.`,
    };
  } else if (row.talos && !isWithin(minorNumber(talos), row.talos)) {
    const problem = `${name} ${version} is for Talos 1.${row.talos[0]} to 1.${row.talos[1]}, and ${whose} has ${talos}.`;
    yield { at, field, problem, fix: 'take another version of it, or another Talos.' };
  }
}

function isWithin(minor: number, [first, last]: Range): boolean {
  return minor >= first && minor <= last;
}

function minorNumber(version: string): number {
  return Number(minorOf(version).split('.')[1]);
}

function ordinal(minor: string): number {
  const [major = 0, own = 0] = minor.split('.').map(Number);
  return major * 1000 + own;
}
