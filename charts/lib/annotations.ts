import type { StageName } from './handle.js';
import { groupOf, type KubernetesObject } from './kinds.js';

/**
 * Sync wave of each stage inside one Application. Objects that a chart renders carry none, which is wave 0.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
const waveOfStage: Readonly<Record<StageName, number>> = { base: -10, release: 0, resources: 10, exposure: 20 };

/** Kinds whose loss loses data, or everything below them: neither engine may prune or delete them. */
const protectedKinds: ReadonlySet<string> = new Set([
  '/Namespace',
  '/PersistentVolumeClaim',
  '/PersistentVolume',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'storage.k8s.io/StorageClass',
  'snapshot.storage.k8s.io/VolumeSnapshotClass',
  'cdi.kubevirt.io/CDI',
  'kubevirt.io/KubeVirt',
  'operator.tekton.dev/TektonConfig',
  'piraeus.io/LinstorCluster',
  'piraeus.io/LinstorSatelliteConfiguration',
  'postgresql.cnpg.io/Cluster',
]);

/** True when no engine may remove the object by itself: its loss loses data, or a key that everything trusts. */
export function isProtected(manifest: KubernetesObject): boolean {
  const spec = manifest['spec'] as { readonly isCA?: boolean } | undefined;
  const isAuthority = manifest.kind === 'Certificate' && spec?.isCA === true;
  return isAuthority || protectedKinds.has(`${groupOf(manifest.apiVersion)}/${manifest.kind}`);
}

const syncOptions = 'argocd.argoproj.io/sync-options';

/**
 * What the engines must know about one object, added to what its component asks for; the same for both engines, so that they read the same files.
 *
 * @param mayLackKind the CustomResourceDefinition may come only while the same sync runs.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/, https://fluxcd.io/flux/components/kustomize/kustomizations/
 */
export function engineAnnotations(manifest: KubernetesObject, stage: StageName, mayLackKind: boolean): Record<string, string> {
  const keep = isProtected(manifest);
  const asked = manifest.metadata.annotations?.[syncOptions]?.split(',') ?? [];
  const options = [
    ...asked,
    ...(keep ? ['Prune=false', 'Delete=false'] : []),
    ...(mayLackKind ? ['SkipDryRunOnMissingResource=true'] : []),
  ];
  return {
    ...(options.length > 0 ? { [syncOptions]: [...new Set(options)].join(',') } : {}),
    'argocd.argoproj.io/sync-wave': String(waveOfStage[stage]),
    ...(keep ? { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } : {}),
  };
}
