import { groupOf, isBuiltinGroup, type KubernetesObject } from '../../charts/lib/kinds.js';
import { isObject } from '../schema/node.js';

/** Maps whose keys belong to the user: null is there a mistake that must be seen, or an empty text. */
const openMaps: ReadonlySet<string> = new Set([
  'annotations',
  'binaryData',
  'data',
  'labels',
  'matchLabels',
  'nodeSelector',
  'parameters',
  'selector',
  'stringData',
]);

/**
 * An object without the fields that a template left empty (`annotations:` and nothing below it). To a kind of Kubernetes' own, null says as
 * much as no field, and the schema of the kind has no null. In custom resources and schemas null may be a value, and stays.
 */
export function withoutNulls(manifest: KubernetesObject): KubernetesObject {
  const { apiVersion, kind, metadata } = manifest;
  if (isBuiltinGroup(groupOf(apiVersion)) && kind !== 'CustomResourceDefinition') return prune(manifest, '') as KubernetesObject;
  return { ...manifest, metadata: prune(metadata, 'metadata') as KubernetesObject['metadata'] };
}

function prune(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((item) => prune(item, ''));
  if (!isObject(value)) return value;
  const fields = Object.entries(value).filter(([, child]) => child !== null || openMaps.has(name));
  return Object.fromEntries(fields.map(([key, child]) => [key, prune(child, key)]));
}
