import { recordOf, valueAt } from '../../../charts/lib/untyped.js';
import type { ClusterView } from './view.js';

/** The label by which a node takes part in no load balancing. */
export const excludeLabel = 'node.kubernetes.io/exclude-from-external-load-balancers';

/**
 * Labels of each node that the facts name, with those that Talos gives by itself. The machines of a child have no names here.
 *
 * Source: https://docs.siderolabs.com/talos/v1.13/reference/configuration/v1alpha1/config (machine.nodeLabels), pkg/machinery/config/generate of
 * Talos (v1.13: the exclude label of control planes)
 */
export function listNodeLabels(view: ClusterView): readonly Readonly<Record<string, string>>[] {
  const { cluster, plan } = view;
  if (!('nodes' in cluster)) return [];
  return cluster.nodes.map(({ name, role }) => {
    const [machine] = plan.talos.get(`talos/nodes/${name}.yaml`) ?? [];
    const own = recordOf(valueAt(machine, 'machine.nodeLabels'));
    const controlPlane = role === 'controlplane' ? { 'node-role.kubernetes.io/control-plane': '', [excludeLabel]: '' } : {};
    const labels = { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', 'kubernetes.io/hostname': name, ...controlPlane, ...own };
    // A strategic merge patch removes a label by this directive.
    const kept = Object.entries(labels).filter(([, value]) => typeof value === 'string');
    return Object.fromEntries(kept as [string, string][]);
  });
}
