import { listOf, recordOf, textsOf, valueAt } from '../../../charts/lib/untyped.js';
import type { Cluster } from '../../../clusters/lib/facts.js';
import { isKeptOff, type Placement } from './nodes.js';
import { selects } from './pods.js';

/** What keeps copies of a pod from sharing a node. */
export interface Spread {
  /** Where it stands in the pod. @example 'affinity.podAntiAffinity' */
  readonly field: string;
  /** Copies that one node takes. */
  readonly perNode: number;
  /** True when old and new pods of a rollout keep each other off too. */
  readonly countsOld: boolean;
}

const hostname = 'kubernetes.io/hostname';

/**
 * The narrowest hard limit on copies of a pod on one node, or undefined where there is none.
 *
 * @param isSelf whether a label selector selects the pod itself.
 *
 * Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity (v1.36),
 * https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ (v1.36)
 */
export function findSpread(cluster: Cluster, pod: Placement, isSelf: (selector: unknown) => boolean): Spread | undefined {
  const found: Spread[] = [];
  const terms = listOf(valueAt(pod, 'affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution'));
  for (const term of terms) {
    const { topologyKey, labelSelector, namespaces, namespaceSelector } = term;
    const isForeign = namespaces !== undefined || namespaceSelector !== undefined;
    if (topologyKey === hostname && labelSelector !== undefined && !isForeign && isSelf(labelSelector))
      found.push({ field: 'affinity.podAntiAffinity', perNode: 1, countsOld: countsOld(term) });
  }
  const isPinned = pod['nodeSelector'] !== undefined || valueAt(pod, 'affinity.nodeAffinity') !== undefined;
  for (const [index, constraint] of listOf(pod['topologySpreadConstraints']).entries()) {
    const { topologyKey, whenUnsatisfiable = 'DoNotSchedule', labelSelector, nodeTaintsPolicy = 'Ignore', maxSkew = 1 } = constraint;
    if (topologyKey !== hostname || whenUnsatisfiable !== 'DoNotSchedule' || !isSelf(labelSelector)) continue;
    // A control plane that takes no such pod still counts as a node that has none, so that no other may have more than the skew.
    const isHeldDown = nodeTaintsPolicy === 'Ignore' && !isPinned && isKeptOff(cluster, pod);
    if (isHeldDown)
      found.push({ field: `topologySpreadConstraints[${index}]`, perNode: Number(maxSkew), countsOld: countsOld(constraint) });
  }
  if (opensNodePort(pod)) found.push({ field: 'containers', perNode: 1, countsOld: true });
  return found.sort((a, b) => a.perNode - b.perNode)[0];
}

/** Whether the labels of a pod are what a selector asks for. */
export function isSelfOf(labels: Readonly<Record<string, unknown>>): (selector: unknown) => boolean {
  return (selector) => selects(selector, labels);
}

/** With this label, pods of another revision are none of them. */
function countsOld({ matchLabelKeys }: Placement): boolean {
  return !textsOf(matchLabelKeys).includes('pod-template-hash');
}

/** True when a container takes a port of its node, which no second pod there can take. */
function opensNodePort(pod: Placement): boolean {
  const ports = listOf(pod['containers']).flatMap(({ ports: open }) => listOf(open));
  return ports.some((port) => pod['hostNetwork'] === true || Number(recordOf(port)['hostPort'] ?? 0) > 0);
}
