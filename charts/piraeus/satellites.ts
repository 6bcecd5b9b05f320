import {
  LinstorSatelliteConfiguration,
  type LinstorSatelliteConfigurationSpec,
  LinstorSatelliteConfigurationSpecDeletionPolicy,
} from '../../imports/piraeus.io.js';
import { storageNodeLabel } from '../lib/labels.js';
import type { Stage } from '../lib/stage.js';
import type { Authorities } from './authorities.js';
import { limited, podOf } from './cluster.js';

/** Name of the storage pool on every node; StorageClasses name it. Immutable once it exists. */
export const poolName = 'lvm';

/** A node and its raw disks. */
export interface StorageNode {
  readonly name: string;
  /** @example ['/dev/sdb'] */
  readonly disks: readonly string[];
}

/** Nodes that Cluster API makes and replaces, so that nobody knows their names: all that have the label of storage nodes. */
export interface StorageMachines {
  /** How many there are, without the one more during a rollout. */
  readonly count: number;
  /** Raw disks of each. A new machine has empty ones. @example ['/dev/sdb'] */
  readonly disks: readonly string[];
}

/** True for nodes without names. */
export function areMachines(nodes: readonly StorageNode[] | StorageMachines): nodes is StorageMachines {
  return 'count' in nodes;
}

/** What runs on each storage node: its pool, its certificates, and what Talos does differently from other systems. */
export function addSatellites(stage: Stage, authorities: Authorities, nodes: readonly StorageNode[] | StorageMachines): void {
  new LinstorSatelliteConfiguration(stage, 'talos', { metadata: { name: 'talos' }, spec: { podTemplate: talosPod() } });
  new LinstorSatelliteConfiguration(stage, 'internal-tls', {
    metadata: { name: 'internal-tls' },
    spec: { internalTls: { certManager: { kind: 'Issuer', name: authorities.internal } } },
  });
  if (areMachines(nodes)) {
    addPool(stage, `pool-${poolName}`, nodes.disks, {
      nodeSelector: storageNodeLabel,
      // Nodes with names come back; these never do, and their copies must be elsewhere before they go.
      deletionPolicy: LinstorSatelliteConfigurationSpecDeletionPolicy.EVACUATE,
    });
    return;
  }
  const groups = groupByDisks(nodes);
  for (const [index, { disks, names }] of groups.entries()) {
    const name = groups.length === 1 ? `pool-${poolName}` : `pool-${poolName}-${index + 1}`;
    addPool(stage, name, disks, groups.length === 1 ? { nodeSelector: storageNodeLabel } : { nodeAffinity: namedNodes(names) });
  }
}

/** The pool of the nodes that are selected. */
function addPool(
  stage: Stage,
  name: string,
  disks: readonly string[],
  selected: Pick<LinstorSatelliteConfigurationSpec, 'nodeSelector' | 'nodeAffinity' | 'deletionPolicy'>,
): void {
  new LinstorSatelliteConfiguration(stage, name, {
    metadata: { name },
    spec: {
      ...selected,
      storagePools: [
        { name: poolName, lvmThinPool: { volumeGroup: `linstor_${poolName}`, thinPool: poolName }, source: { hostDevices: [...disks] } },
      ],
    },
  });
}

/**
 * Talos has the modules of DRBD in its image, no systemd, and a read-only root.
 *
 * Source: https://piraeus.io/docs/stable/how-to/talos/
 */
function talosPod(): object {
  const deleted = (names: readonly string[]) => names.map((name) => ({ name, $patch: 'delete' }));
  const folder = (name: string, path: string) => ({ name, hostPath: { path, type: 'DirectoryOrCreate' } });
  const { spec } = podOf({ 'linstor-satellite': limited('50m', '128Mi', '512Mi'), 'drbd-reactor': limited('10m', '32Mi', '128Mi') }) as {
    spec: object;
  };
  return {
    spec: {
      ...spec,
      initContainers: deleted(['drbd-shutdown-guard', 'drbd-module-loader']),
      volumes: [
        ...deleted(['run-systemd-system', 'run-drbd-shutdown-guard', 'systemd-bus-socket', 'lib-modules', 'usr-src']),
        folder('etc-lvm-backup', '/var/etc/lvm/backup'),
        folder('etc-lvm-archive', '/var/etc/lvm/archive'),
      ],
    },
  };
}

function groupByDisks(nodes: readonly StorageNode[]): { disks: readonly string[]; names: string[] }[] {
  const groups = new Map<string, { disks: readonly string[]; names: string[] }>();
  for (const { name, disks } of nodes) {
    const key = disks.join(' ');
    const group = groups.get(key) ?? { disks, names: [] };
    group.names.push(name);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function namedNodes(names: readonly string[]) {
  return { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [...names] }] }] };
}
