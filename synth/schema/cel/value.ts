import { Duration } from '@marcbachmann/cel-js/evaluator';
import { parseDuration } from '../duration.js';
import { isObject, type SchemaNode } from '../node.js';
import { escapeFieldName } from './field-name.js';

const TEXT: SchemaNode = { type: 'string' };

/** What a rule sees of every object besides what its schema lists. */
const RESOURCE: Readonly<Record<string, SchemaNode>> = {
  apiVersion: TEXT,
  kind: TEXT,
  metadata: { type: 'object', properties: { name: TEXT, generateName: TEXT } },
};

/**
 * A value as the rules of its kind see it: integers are bigint, numbers number, objects and maps Map, times Date. Fields that the schema
 * does not list are hidden, and a null in a field is as good as nothing.
 *
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules (v1.36)
 *
 * @param value valid against the node, with its defaults.
 * @param isResource true for an object itself, and one embedded in it.
 */
export function toCel(value: unknown, node: SchemaNode, isResource = false): unknown {
  if (value === null || value === undefined) return null;
  if (node['x-kubernetes-int-or-string'] === true) return typeof value === 'number' ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item) => toCel(item, node.items ?? {}, isEmbedded(node.items)));
  if (isObject(value)) return toMap(value, node, isResource);
  if (node.type === 'integer') return BigInt(value as number);
  return typeof value === 'string' && node.type === 'string' ? fromText(value, node.format) : value;
}

/** Whether a rule can see values of a node: data that is kept without a schema has no type. */
function isVisible(node: SchemaNode): boolean {
  if (node['x-kubernetes-int-or-string'] === true) return true;
  if (node.type === 'array') return node.items !== undefined && isVisible(node.items);
  if (node.type === 'object' && isObject(node.additionalProperties)) return isVisible(node.additionalProperties);
  return node.type !== undefined;
}

function toMap(value: Record<string, unknown>, node: SchemaNode, isResource: boolean): Map<string, unknown> {
  const { additionalProperties } = node;
  const properties = isResource ? { ...node.properties, ...RESOURCE } : node.properties;
  const result = new Map<string, unknown>();
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue;
    if (properties === undefined) {
      if (isObject(additionalProperties)) result.set(name, toCel(field, additionalProperties, isEmbedded(additionalProperties)));
      continue;
    }
    const child = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const escaped = escapeFieldName(name);
    if (child === undefined || escaped === undefined || field === null || !isVisible(child)) continue;
    result.set(escaped, toCel(field, child, isEmbedded(child)));
  }
  return result;
}

export function isEmbedded(node: SchemaNode | undefined): boolean {
  return node?.['x-kubernetes-embedded-resource'] === true;
}

function fromText(text: string, format: string | undefined): unknown {
  switch (format) {
    case 'date':
    case 'date-time':
      return new Date(text);
    case 'duration':
      return durationOf(parseDuration(text) ?? 0n);
    case 'byte':
      return new Uint8Array(Buffer.from(text, 'base64'));
    default:
      return text;
  }
}

function durationOf(nanoseconds: bigint): Duration {
  return new Duration(nanoseconds / 1_000_000_000n, Number(nanoseconds % 1_000_000_000n));
}
