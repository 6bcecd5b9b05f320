import { type DangerCheck, says, titleOf } from './check.js';
import { type Fate, fateOf, leavesObjects } from './pruning.js';

/** What goes with an object of a kind, which no revert of the commit brings back. */
const holders: Readonly<Record<string, string>> = {
  Namespace: 'everything in it, volumes too',
  PersistentVolumeClaim: 'its volume, unless its class retains it',
  PersistentVolume: 'the way to its data',
  'BackupStorageLocation.velero.io': 'the way to its backups',
  'CDI.cdi.kubevirt.io': 'the import of disks, and its definitions',
  'Cluster.cluster.x-k8s.io': 'the whole cluster with its machines and their disks',
  'Cluster.postgresql.cnpg.io': 'the databases with their volumes',
  'CustomResourceDefinition.apiextensions.k8s.io': 'every object of its kind',
  'DataVolume.cdi.kubevirt.io': 'its disk',
  'Database.postgresql.cnpg.io': 'the database, where its reclaim policy says so',
  'KubeVirt.kubevirt.io': 'every virtual machine',
  'Kustomization.kustomize.config.k8s.io': 'what its upstream manifests install, definitions with all of their objects too',
  'LinstorCluster.piraeus.io': 'the storage cluster and the way to every volume in it',
  'LinstorSatelliteConfiguration.piraeus.io': 'the storage pools that it sets up',
  'MachineDeployment.cluster.x-k8s.io': 'its machines and their disks',
  'StorageClass.storage.k8s.io': 'the class: new claims of it stay pending',
  'TalosControlPlane.controlplane.cluster.x-k8s.io': 'the control planes of the cluster',
  'VirtualMachine.kubevirt.io': 'the virtual machine',
  'VolumeSnapshot.snapshot.storage.k8s.io': 'the snapshot',
};

/** What takes its objects with it when it goes, unless it is told not to. */
const syncers = ['Application.argoproj.io', 'HelmRelease.helm.toolkit.fluxcd.io', 'Kustomization.kustomize.toolkit.fluxcd.io'];

const fates: Readonly<Record<Fate, (what: string) => string>> = {
  pruned: (what) => `The engine removes it, and with it goes ${what}.`,
  kept: (what) => `It stays in the cluster and nobody looks after it; once somebody removes it by hand, with it goes ${what}.`,
  orphaned: (what) => `It stays in the cluster, since who synced it goes too; once somebody removes it by hand, with it goes ${what}.`,
};

/** What holds data, or makes it reachable, goes. Helm values that remove definitions count too. */
export const dataRemoved: DangerCheck = {
  id: 'data-removed',
  *check(object, context) {
    const { change, kind } = object;
    const what = holders[kind];
    if (change.change === 'removed' && what !== undefined) {
      yield { problem: `${titleOf(object)} is removed.`, effect: fates[fateOf(object, context)](what) };
    }
    if (change.change === 'removed' && syncers.includes(kind) && !leavesObjects(object) && fateOf(object, context) === 'pruned') {
      yield { problem: `${titleOf(object)} is removed.`, effect: 'With it goes everything that it installed.' };
    }
    for (const { path, before, after } of change.fields) {
      if (before !== true || after !== false || !/\bvalues(Object)?\..*\b(crds\.(enabled|install)|installCRDs)$/.test(path)) continue;
      yield {
        field: path,
        problem: says(path, before, after),
        effect: 'Definitions that the chart does not keep go, and every object of their kinds.',
      };
    }
    const isDestroyed = /^spec\.(persistentVolumeReclaimPolicy|databaseReclaimPolicy)$/;
    for (const { path, before, after } of change.fields) {
      if (!isDestroyed.test(path) || !/^delete$/i.test(String(after)) || after === before) continue;
      yield { field: path, problem: says(path, before, after), effect: 'The data goes with the object from now on.' };
    }
  },
};

/** Above this many a removal is no clean-up any more. */
const many = 20;

/** Many objects go at once, which is what a mistake in a loop or a path looks like. */
export const massPrune: DangerCheck = {
  id: 'mass-prune',
  *checkAll(context) {
    const removed = context.all.filter((object) => object.change.change === 'removed' && object.change.group !== 'talos.dev');
    const pruned = removed.filter((object) => fateOf(object, context) === 'pruned');
    if (pruned.length <= many) return;
    const components = [...new Set(pruned.map(({ change }) => change.component))].sort();
    const problem = `${pruned.length} objects are removed, of ${components.join(', ')}.`;
    yield { problem, effect: 'The engine removes all of them in one sync.' };
  },
};
