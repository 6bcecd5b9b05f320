import type { Identity } from '../../charts/lib/kinds.js';
import { itemsOf, kindOf, membersOf } from './lib/syncers.js';
import type { Rule } from './rule.js';

/**
 * The engine may not remove by itself an object whose loss loses data or everything below it: Namespaces, definitions, volumes and their
 * classes, databases, storage clusters, virtual machines and the clusters that Cluster API makes.
 *
 * Why: a renamed file, a component that moves, a render that comes out empty, and the engine prunes the Namespace with all that it holds.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/ (v3.5.1), https://github.com/argoproj/argo-cd/issues/6046,
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-garbage-collection-behavior (v2.9)
 */
export const protectedData: Rule = {
  id: 'protected-data',
  *check(view) {
    const isFlux = view.cluster.engine === 'flux';
    for (const { identity, annotations, read } of membersOf(view)) {
      if (!isPrecious(kindOf(identity))) continue;
      const missing = isFlux ? missingInFlux(annotations()) : missingInArgoCd(identity, annotations());
      if (missing.length === 0) continue;
      yield {
        at: read(),
        field: `metadata.annotations.${isFlux ? fluxPrune : syncOptions}`,
        problem: `The engine may remove this ${identity.kind} by itself, and with it what cannot be made again.`,
        fix: `write ${missing.join(',')}.`,
      };
    }
  },
};

const syncOptions = 'argocd.argoproj.io/sync-options';
const fluxPrune = 'kustomize.toolkit.fluxcd.io/prune';

const precious: ReadonlySet<string> = new Set([
  'CDI.cdi.kubevirt.io',
  'Cluster.cluster.x-k8s.io',
  'Cluster.postgresql.cnpg.io',
  'CustomResourceDefinition.apiextensions.k8s.io',
  'Database.postgresql.cnpg.io',
  'DataVolume.cdi.kubevirt.io',
  'KubeVirt.kubevirt.io',
  'LinstorCluster.piraeus.io',
  'LinstorSatelliteConfiguration.piraeus.io',
  'MachineDeployment.cluster.x-k8s.io',
  'Namespace',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'StorageClass.storage.k8s.io',
  'TalosControlPlane.controlplane.cluster.x-k8s.io',
  'TektonConfig.operator.tekton.dev',
  'VirtualMachine.kubevirt.io',
  'VolumeSnapshot.snapshot.storage.k8s.io',
  'VolumeSnapshotContent.snapshot.storage.k8s.io',
]);

/** Clusters of every infrastructure provider too: who removes one removes its machines. */
function isPrecious(kind: string): boolean {
  return precious.has(kind) || /^\w+Cluster\.infrastructure\.cluster\.x-k8s\.io$/.test(kind);
}

type Annotations = Readonly<Record<string, unknown>>;

/** What a person must confirm is protected too. */
function missingInArgoCd({ group }: Identity, annotations: Annotations): readonly string[] {
  const options = itemsOf(annotations[syncOptions]);
  const value = group.endsWith('cluster.x-k8s.io') ? 'confirm' : 'false';
  return ['Prune', 'Delete']
    .filter((name) => !options.includes(`${name}=false`) && !options.includes(`${name}=confirm`))
    .map((name) => `${name}=${value}`);
}

function missingInFlux({ [fluxPrune]: prune, 'kustomize.toolkit.fluxcd.io/reconcile': reconcile }: Annotations): readonly string[] {
  return prune === 'disabled' || reconcile === 'disabled' ? [] : ['disabled'];
}
