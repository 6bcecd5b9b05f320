import { recordOf } from '../../charts/lib/untyped.js';
import { type DiskNode, nodesOf, poolsOf, type StoragePool } from './lib/linstor.js';
import type { ClusterView, SeenObject, SeenRelease } from './lib/view.js';
import { entriesBelow, pathOf } from './lib/walk.js';
import type { Finding, Rule } from './rule.js';

/**
 * LINSTOR can place every volume: a class asks for no more copies than nodes have its pool, the pool exists, can be snapshotted where there is a class
 * of snapshots, and lies on data disks of its nodes, each in one pool.
 *
 * Why: volumes stay Pending with "Not enough available nodes", snapshots and backups of volumes fail, and a disk of something else is overwritten.
 *
 * Source: https://piraeus.io/docs/stable/tutorial/replicated-volumes/, https://piraeus.io/docs/stable/tutorial/snapshots/ (2.11: only LVM_THIN,
 * FILE_THIN, ZFS and ZFS_THIN can be snapshotted)
 */
export const placeableReplicas: Rule = {
  id: 'placeable-replicas',
  *check(view) {
    const pools = poolsOf(view);
    for (const object of view.of('StorageClass.storage.k8s.io'))
      if (object.manifest['provisioner'] === driver) yield* checkClass(view, object, pools);
    for (const release of view.releases) yield* checkValues(view, release, pools);
    yield* checkSnapshots(view, pools);
    yield* checkDevices(pools);
  },
};

const driver = 'linstor.csi.linbit.com';

/** Parameters with and without the name of the driver, in whatever case: the driver takes them all. */
function parametersOf({ manifest }: SeenObject): ReadonlyMap<string, { readonly key: string; readonly value: string }> {
  const all = Object.entries(recordOf(manifest['parameters']));
  return new Map(all.map(([key, value]) => [key.replace(`${driver}/`, '').toLowerCase(), { key, value: String(value) }]));
}

function* checkClass({ cluster }: ClusterView, at: SeenObject, pools: readonly StoragePool[]): Generator<Finding> {
  const parameters = parametersOf(at);
  const wanted = parameters.get('storagepool');
  const names = [...new Set(pools.map(({ name }) => name))].sort();
  if (wanted && pools.length > 0) {
    const lost = wanted.value.split(/\s+/).find((name) => name !== '' && !names.includes(name));
    if (lost !== undefined) {
      const field = `parameters["${wanted.key}"]`;
      return yield { at, field, problem: `No node has the storage pool "${lost}".`, fix: `write one of ${names.join(', ')}.` };
    }
  }
  const replicas = parameters.get('autoplace') ?? parameters.get('placementcount');
  const available = placesOf(wanted ? pools.filter(({ name }) => wanted.value.split(/\s+/).includes(name)) : pools, nodesOf(cluster));
  if (replicas === undefined || available === undefined || Number(replicas.value) <= available) return;
  const problem = `It asks for ${replicas.value} copies, and ${available} nodes can hold one.`;
  yield { at, field: `parameters["${replicas.key}"]`, problem, fix: `write "${available}" at most, or give more nodes data disks.` };
}

/** Classes that a chart makes, wherever its values have them. */
function* checkValues({ cluster }: ClusterView, at: SeenRelease, pools: readonly StoragePool[]): Generator<Finding> {
  const available = placesOf(pools, nodesOf(cluster));
  for (const entry of entriesBelow(at.values)) {
    const isAsked = entry.key.startsWith(`${driver}/`) && /\/(autoPlace|placementCount)$/i.test(entry.key);
    if (!isAsked || available === undefined || Number(entry.value) <= available) continue;
    const problem = `It asks for ${entry.value} copies, and ${available} nodes can hold one.`;
    yield { at, field: `values.${pathOf(entry)}`, problem, fix: `write "${available}" at most, or give more nodes data disks.` };
  }
}

/** How many machines have one of the pools, or undefined where facts do not tell. */
function placesOf(pools: readonly StoragePool[], nodes: readonly DiskNode[]): number | undefined {
  const holders = pools.length > 0 ? pools.map((pool) => pool.nodes) : [nodes.filter(({ data }) => data.length > 0)];
  if (holders.includes(undefined)) return undefined;
  const counts = new Map(holders.flatMap((list = []) => list.map(({ name, count }) => [name, count])));
  const sum = [...counts.values()].reduce((total, count) => total + count, 0);
  return nodes.length === 0 ? undefined : sum;
}

const withoutSnapshots: ReadonlySet<string> = new Set(['filePool', 'lvmPool']);

function* checkSnapshots(view: ClusterView, pools: readonly StoragePool[]): Generator<Finding> {
  const snapshots = view.of('VolumeSnapshotClass.snapshot.storage.k8s.io').find(({ manifest }) => manifest['driver'] === driver);
  if (snapshots === undefined) return;
  for (const { config, field, kind, name } of pools.filter((pool) => withoutSnapshots.has(pool.kind))) {
    const problem = `Volumes of the pool "${name}" cannot be snapshotted, and ${snapshots.path} is a class for that.`;
    yield { at: config, field: `${field}.${kind}`, problem, fix: `make it a ${kind === 'lvmPool' ? 'lvmThinPool' : 'fileThinPool'}.` };
  }
}

function* checkDevices(pools: readonly StoragePool[]): Generator<Finding> {
  const owners = new Map<string, StoragePool>();
  for (const pool of pools) {
    const { config: at, field, devices, nodes = [] } = pool;
    for (const [index, device] of devices.entries()) {
      const place = { at, field: `${field}.source.hostDevices[${index}]` };
      const doubled = nodes.find(({ name }) => owners.has(`${name} ${device}`));
      const without = nodes.find(({ data }) => !data.includes(device));
      for (const { name } of nodes) if (!owners.has(`${name} ${device}`)) owners.set(`${name} ${device}`, pool);
      if (doubled) {
        const first = owners.get(`${doubled.name} ${device}`);
        const problem = `${device} of ${doubled.name} is already in the pool "${first?.name}" (${first?.config.path}).`;
        yield { ...place, problem, fix: 'leave it to one of them.' };
      } else if (without) {
        const what = without.system === device ? 'is the system disk' : 'is no data disk';
        const fix = without.data.length > 0 ? `write one of ${without.data.join(', ')}.` : 'leave the node out, or give it data disks.';
        yield { ...place, problem: `${device} ${what} of ${without.name}.`, fix };
      }
    }
  }
}
