import { valueAt } from '../../charts/lib/untyped.js';
import { listPools } from './lib/address-pools.js';
import { coversPool, excludesAll, hasBgp, listAnnouncements } from './lib/announcements.js';
import { excludeLabel, listNodeLabels } from './lib/node-labels.js';
import type { ClusterView } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * In a cluster without workers the control planes take pods and announce load-balancer addresses: MetalLB disregards the label by which Talos
 * excludes them, and no selector leaves them all out.
 *
 * Why: nothing is scheduled, or addresses are given out and no machine answers for them, silently.
 *
 * Source: https://docs.siderolabs.com/talos/v1.13/deploy-and-manage-workloads/workers-on-controlplane,
 * https://github.com/siderolabs/talos/issues/9960, https://metallb.io/troubleshooting/ (0.16: ignoreExcludeLB)
 */
export const announcedFromControlPlanes: Rule = {
  id: 'announced-from-control-planes',
  *check(view) {
    if (!('workers' in view.cluster) || view.cluster.workers.length > 0) return;
    yield* findUnschedulable(view);
    const nodes = listNodeLabels(view);
    const [metalLb] = view.releasesOf('metallb');
    const isExcluded = nodes.every((labels) => labels[excludeLabel] !== undefined);
    if (metalLb && isExcluded && valueAt(metalLb.values, 'speaker.ignoreExcludeLB') !== true) {
      const problem = `Every node is a control plane, which Talos excludes by the label ${excludeLabel}, so that no speaker announces anything.`;
      yield { at: metalLb, field: 'values.speaker.ignoreExcludeLB', problem, fix: 'write true.' };
    }
    if (hasBgp(view)) return;
    const announcements = listAnnouncements(view);
    const left = new Set(announcements.filter((one) => excludesAll(one, nodes)));
    const lost = listPools(view).find((pool) => {
      const own = announcements.filter((one) => coversPool(one, pool));
      return own.length > 0 && own.every((one) => left.has(one));
    });
    const [first] = left;
    if (lost === undefined || first === undefined) return;
    const field = first.owner === 'cilium' ? 'spec.nodeSelector' : 'spec.nodeSelectors';
    const problem = `It leaves out every node of this cluster, all of which are control planes, and nothing else announces the pool ${lost.name}.`;
    yield { at: first.at, field, problem, fix: 'select nodes by kubernetes.io/os: linux, or drop the selector.' };
  },
};

function* findUnschedulable({ cluster, plan }: ClusterView): Generator<Finding> {
  if (!('controlPlanes' in cluster)) return;
  const closed = cluster.controlPlanes.filter(({ name }) => {
    const documents = plan.talos.get(`talos/nodes/${name}.yaml`);
    return documents !== undefined && !documents.some((one) => valueAt(one, 'cluster.allowSchedulingOnControlPlanes') === true);
  });
  if (closed.length === 0) return;
  const problem = `${closed.map(({ name }) => name).join(', ')} take no pods: allowSchedulingOnControlPlanes of their machine configuration is not true, and there is no worker.`;
  yield { at: { fact: 'nodes' }, problem, fix: 'let the machine configuration allow it, or add a worker.' };
}
