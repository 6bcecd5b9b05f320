import type { ClassKind } from '../../../charts/lib/provides.js';
import type { ClusterView } from './view.js';

/** Kinds of classes as people write them. */
export const classKinds: Readonly<Record<ClassKind, string>> = {
  StorageClass: 'StorageClass.storage.k8s.io',
  VolumeSnapshotClass: 'VolumeSnapshotClass.snapshot.storage.k8s.io',
  IngressClass: 'IngressClass.networking.k8s.io',
  RuntimeClass: 'RuntimeClass.node.k8s.io',
  PriorityClass: 'PriorityClass.scheduling.k8s.io',
  GatewayClass: 'GatewayClass.gateway.networking.k8s.io',
};

/** Names of the classes of a kind, seen or declared by what installs them. */
export function classNamesOf(view: ClusterView, kind: ClassKind): ReadonlySet<string> {
  const declared = [...view.plan.dependencies.providers.classes.keys()].filter((key) => key.startsWith(`${kind} `));
  const seen = view.of(classKinds[kind]).map(({ manifest }) => manifest.metadata.name);
  return new Set([...declared.map((key) => key.slice(kind.length + 1)), ...seen]);
}
