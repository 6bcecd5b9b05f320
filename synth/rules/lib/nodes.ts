import { storageNodeLabel } from '../../../charts/lib/labels.js';
import { listOf, recordOf } from '../../../charts/lib/untyped.js';
import type { Cluster } from '../../../clusters/lib/facts.js';

/** What says where a pod may run: a PodSpec, or the part of it that a custom resource or Helm values have. */
export type Placement = Readonly<Record<string, unknown>>;

interface Node {
  readonly isControlPlane: boolean;
  readonly isStorage: boolean;
}

/** How many nodes take the pod, at most: labels that only the cluster gives to nodes are taken as given to all. */
export function countNodes(cluster: Cluster, pod: Placement): number {
  const nodes = listNodes(cluster);
  const selector = recordOf(pod['nodeSelector']);
  const asks = (key: string) => Object.hasOwn(selector, key);
  const [storageLabel = ''] = Object.keys(storageNodeLabel);
  return nodes.filter(
    ({ isControlPlane, isStorage }) =>
      (isControlPlane || !asks(controlPlaneLabel)) &&
      (isStorage || !asks(storageLabel)) &&
      (!isTainted(nodes, isControlPlane) || toleratesControlPlane(pod)),
  ).length;
}

/** True when the cluster has control planes that do not take the pod. */
export function isKeptOff(cluster: Cluster, pod: Placement): boolean {
  const nodes = listNodes(cluster);
  return nodes.some(({ isControlPlane }) => isTainted(nodes, isControlPlane)) && !toleratesControlPlane(pod);
}

/** Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane (v1.36) */
const controlPlaneLabel = 'node-role.kubernetes.io/control-plane';

function listNodes(cluster: Cluster): readonly Node[] {
  if ('nodes' in cluster && cluster.nodes !== undefined)
    return cluster.nodes.map(({ role, disks }) => ({
      isControlPlane: role === 'controlplane',
      isStorage: (disks.data ?? []).length > 0,
    }));
  if (!('machines' in cluster)) return [];
  const { controlPlane, workers } = cluster.machines;
  const pools = [
    { pool: controlPlane, isControlPlane: true },
    { pool: workers, isControlPlane: false },
  ];
  return pools.flatMap(({ pool, isControlPlane }) => {
    const isStorage = 'dataDisks' in pool && (pool.dataDisks ?? []).length > 0;
    return Array.from({ length: pool.replicas }, () => ({ isControlPlane, isStorage }));
  });
}

/** Control planes take pods where there is nothing else. */
function isTainted(nodes: readonly Node[], isControlPlane: boolean): boolean {
  return isControlPlane && nodes.some((node) => !node.isControlPlane);
}

function toleratesControlPlane(pod: Placement): boolean {
  return listOf(pod['tolerations']).some(
    ({ key, effect }) => (key === undefined || key === controlPlaneLabel) && (effect === undefined || effect === 'NoSchedule'),
  );
}
