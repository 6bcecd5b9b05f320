import type { KubernetesObject } from './kinds.js';
import type { ClassKind } from './provides.js';
import { listOf, recordOf } from './untyped.js';

export interface ClassReference {
  readonly kind: ClassKind;
  readonly name: string;
}

/** The classes that an object names, wherever a built-in kind can name one. */
export function findClassReferences(manifest: KubernetesObject): ClassReference[] {
  const spec = (manifest['spec'] ?? {}) as Record<string, unknown>;
  const found: ClassReference[] = [];
  const add = (kind: ClassKind, name: unknown) => {
    if (typeof name === 'string' && name !== '') found.push({ kind, name });
  };
  if (manifest.kind === 'Ingress') add('IngressClass', spec['ingressClassName']);
  if (manifest.kind === 'PersistentVolumeClaim') add('StorageClass', spec['storageClassName']);
  for (const claim of listOf(spec['volumeClaimTemplates'])) add('StorageClass', recordOf(claim['spec'])['storageClassName']);
  const jobTemplate = recordOf(recordOf(spec['jobTemplate'])['spec']);
  const template = recordOf(recordOf(spec['template'] ?? jobTemplate['template'])['spec']);
  for (const pod of manifest.kind === 'Pod' ? [spec] : [template]) {
    add('RuntimeClass', pod['runtimeClassName']);
    const priority = pod['priorityClassName'];
    // The API server makes these two itself.
    if (priority !== 'system-cluster-critical' && priority !== 'system-node-critical') add('PriorityClass', priority);
  }
  return found;
}
