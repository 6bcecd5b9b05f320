import { groupOf } from '../../charts/lib/kinds.js';
import type { ClusterView } from './lib/view.js';
import type { Rule } from './rule.js';

/**
 * No object has a version that the release of its component in this cluster serves no more, although the schemas of imports/ still have it.
 *
 * Why: the API server answers "no matches for kind", and the Application that holds the object never syncs again.
 *
 * Source: https://github.com/cilium/cilium/pull/39134 (deprecated), https://github.com/xunholy/k8s-gitops/pull/4209 (gone in Cilium 1.20)
 */
export const servedVersion: Rule = {
  id: 'served-version',
  *check(view) {
    for (const { kind, apiVersion, chart, until, instead } of removals) {
      const release = view.releasesOf(chart).find(({ release: { props } }) => !isBefore(props.version, until));
      if (release === undefined) continue;
      const { version } = release.release.props;
      for (const at of objectsOf(view, kind, apiVersion)) {
        const problem = `The version ${version} of ${chart} serves no ${kind} of ${apiVersion}, which ended with ${until}.`;
        yield { at, field: 'apiVersion', problem, fix: `write "${instead}".` };
      }
    }
  },
};

/** A version of a kind that ends before imports/ knows. */
interface Removal {
  readonly kind: string;
  readonly apiVersion: string;
  readonly chart: string;
  /** First minor version of the chart without it. */
  readonly until: string;
  readonly instead: string;
}

const removals: readonly Removal[] = [
  { kind: 'CiliumLoadBalancerIPPool', apiVersion: 'cilium.io/v2alpha1', chart: 'cilium', until: '1.20', instead: 'cilium.io/v2' },
];

function objectsOf(view: ClusterView, kind: string, apiVersion: string) {
  return view.of(`${kind}.${groupOf(apiVersion)}`).filter(({ manifest }) => manifest.apiVersion === apiVersion);
}

/** @example isBefore('v1.9.3', '1.20') */
function isBefore(version: string, minor: string): boolean {
  const [major = 0, own = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [limit = 0, second = 0] = minor.split('.').map(Number);
  return major < limit || (major === limit && own < second);
}
