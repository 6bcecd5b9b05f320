import { storageNodeLabel } from '../../../charts/lib/labels.js';
import { listOf, recordOf, textsOf } from '../../../charts/lib/untyped.js';
import type { Cluster } from '../../../clusters/lib/facts.js';
import type { ClusterView, SeenObject } from './view.js';

/** A node with its disks, or all machines of a pool. */
export interface DiskNode {
  readonly name: string;
  /** How many machines it stands for. */
  readonly count: number;
  readonly system: string | undefined;
  readonly data: readonly string[];
}

/** A storage pool of LINSTOR as one configuration of satellites defines it. */
export interface StoragePool {
  readonly config: SeenObject;
  /** Path of the pool in it. */
  readonly field: string;
  readonly name: string;
  /** @example 'lvmThinPool' */
  readonly kind: string;
  readonly devices: readonly string[];
  /** Nodes that have it. @default - a selector that facts say nothing about */
  readonly nodes: readonly DiskNode[] | undefined;
}

/** Every storage pool of the cluster. Source: schema of piraeus.io/v1 LinstorSatelliteConfiguration (2.11) */
export function poolsOf(view: ClusterView): StoragePool[] {
  const nodes = nodesOf(view.cluster);
  const cluster = recordOf(view.of('LinstorCluster.piraeus.io')[0]?.manifest['spec']);
  const all = select(nodes, cluster);
  return view.of('LinstorSatelliteConfiguration.piraeus.io').flatMap((config) => {
    const spec = recordOf(config.manifest['spec']);
    return listOf(spec['storagePools']).map(
      (pool, index): StoragePool => ({
        config,
        field: `spec.storagePools[${index}]`,
        name: String(pool['name']),
        kind: Object.keys(pool).find((key) => key.endsWith('Pool')) ?? '',
        devices: textsOf(recordOf(pool['source'])['hostDevices']),
        nodes: all && select(all, spec),
      }),
    );
  });
}

/** Nodes that may hold volumes, as the facts have them. Of machines that are pods of the parent nothing is known. */
export function nodesOf(cluster: Cluster): readonly DiskNode[] {
  if (cluster.platform === 'kubevirt') return [];
  if (cluster.platform === 'capmox') {
    const { replicas: count, dataDisks: data = [] } = cluster.machines.workers;
    return [{ name: 'workers', count, system: undefined, data }];
  }
  return cluster.nodes.map(({ name, disks: { system, data = [] } }) => ({ name, count: 1, system, data }));
}

const hostname = 'kubernetes.io/hostname';

/** Nodes that a selector and an affinity leave. */
function select(
  nodes: readonly DiskNode[],
  { nodeSelector, nodeAffinity }: Readonly<Record<string, unknown>>,
): readonly DiskNode[] | undefined {
  let left: readonly DiskNode[] = nodes;
  for (const [label, value] of Object.entries(recordOf(nodeSelector))) {
    if (label === hostname) left = left.filter(({ name }) => name === value);
    else if (storageNodeLabel[label] === value) left = left.filter(({ data }) => data.length > 0);
    else if (label !== 'kubernetes.io/os') return undefined;
  }
  if (nodeAffinity === undefined) return left;
  const [term, ...others] = listOf(recordOf(nodeAffinity)['nodeSelectorTerms']);
  const [expression, ...more] = listOf(term?.['matchExpressions']);
  if (others.length + more.length > 0 || expression?.['key'] !== hostname || expression['operator'] !== 'In') return undefined;
  const names = textsOf(expression['values']);
  return left.filter(({ name }) => names.includes(name));
}
