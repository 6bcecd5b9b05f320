import { listOf, recordOf, textOf, textsOf, valueAt } from '../../../charts/lib/untyped.js';
import { listOwn } from './own-objects.js';
import type { Workload } from './pods.js';
import { formatPath, walk } from './pruned-walk.js';
import type { ClusterView, SeenObject, SeenRelease } from './view.js';

/** Something that mounts a PersistentVolumeClaim by its name. */
export interface ClaimUser {
  readonly at: SeenObject | SeenRelease;
  /** Where it names the claim. @example 'spec.template.spec.volumes[0].persistentVolumeClaim.claimName' */
  readonly field: string;
  /** @default - a custom resource, or a chart whose values name the claim */
  readonly workload?: Workload;
}

/** Who mounts which claim, by 'namespace/name', where there is a claim at all. */
export function findClaimUsers(view: ClusterView): ReadonlyMap<string, readonly ClaimUser[]> {
  const users = new Map<string, ClaimUser[]>();
  if (view.of('PersistentVolumeClaim').length === 0) return users;
  const add = (namespace: string, name: string, user: ClaimUser) => {
    const key = `${namespace}/${name}`;
    users.set(key, [...(users.get(key) ?? []), user]);
  };
  for (const workload of view.workloads) {
    const at = workload.object;
    for (const [index, volume] of listOf(workload.pod['volumes']).entries()) {
      const name = textOf(recordOf(volume['persistentVolumeClaim'])['claimName']);
      if (name === undefined) continue;
      const field = `${workload.field}.volumes[${index}].persistentVolumeClaim.claimName`;
      add(workload.namespace, name, { at, field, workload });
    }
  }
  const seen = new Set(view.workloads.map(({ object }) => object.path));
  for (const at of listOwn(view)) {
    const { manifest, path } = at;
    if (seen.has(path) || manifest.metadata.namespace === undefined || manifest.kind === 'ConfigMap') continue;
    for (const [field, name] of findClaimNames(manifest)) add(manifest.metadata.namespace, name, { at, field });
  }
  for (const release of view.releases) {
    if (!release.isSeen) for (const [field, name] of findClaimNames(release.values)) add(release.namespace, name, { at: release, field });
  }
  return users;
}

/** Claims that data name by the keys that pods and charts have for them, with the path of each. */
function findClaimNames(data: unknown): readonly (readonly [field: string, name: string])[] {
  const found: [string, string][] = [];
  walk(data, ({ key, value, path }) => {
    const isName = ['claimName', 'existingClaim', 'existingVolumeClaim'].includes(key);
    if (isName && typeof value === 'string' && value !== '') found.push([formatPath(path), value]);
    return true;
  });
  return found;
}

/**
 * StorageClass of a claim as far as it is rendered: the one that it names, or the default one.
 *
 * Source: https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass (v1.36)
 */
export function classOf(view: ClusterView, claim: SeenObject): SeenObject | undefined {
  const name = valueAt(claim.manifest, 'spec.storageClassName');
  const classes = view.of('StorageClass.storage.k8s.io');
  if (name !== undefined) return classes.find(({ manifest }) => manifest.metadata.name === name);
  return classes.find(({ manifest }) => manifest.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true');
}

/** True when the volume of a claim can be mounted on one node only. */
export function isSingleNode(claim: SeenObject): boolean {
  const modes = textsOf(valueAt(claim.manifest, 'spec.accessModes'));
  return modes.length > 0 && modes.every((mode) => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod');
}
