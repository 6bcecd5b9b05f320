import { isObject, type SchemaNode } from '../../synth/schema/node.js';
import { QUANTITY_PATTERN } from '../../synth/schema/quantity.js';
import type { Operator } from './mutations.js';

/** Another value, and what is wrong with it. */
export type Replacement = readonly [operator: Operator, value: unknown];

/** What may stand in the place of a good value, most of which the schema refuses. */
export function replacementsOf(value: unknown, node: SchemaNode = {}): readonly Replacement[] {
  const changed = isQuantity(value, node) ? 'quantity' : node['x-kubernetes-int-or-string'] === true ? 'int-or-string' : 'type';
  return [
    ...otherTypes(value).map((other): Replacement => [changed, other]),
    ['null', null],
    ...emptyOf(value).map((other): Replacement => ['empty', other]),
    ...fromSchema(value, node),
    ...(Array.isArray(value) && value.length > 0 ? [['repeated item', [...value, value[0]]] as const] : []),
  ];
}

/**
 * A value that the schema may take: its simplest, with the fields that it asks for.
 *
 * @param follow gives the node itself, or what its `$ref` points to.
 */
export function sampleOf(node: SchemaNode, follow: (node: SchemaNode) => SchemaNode): unknown {
  const { type, enum: choices, items, properties = {}, required = [], minimum, pattern, anyOf = [] } = node;
  if (choices !== undefined) return choices[0];
  if ([pattern, ...anyOf.map((form) => form.pattern)].includes(QUANTITY_PATTERN)) return '1Gi';
  if (type === 'array') return items === undefined ? [] : [sampleOf(follow(items), follow)];
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number' || node['x-kubernetes-int-or-string'] === true) return minimum ?? 1;
  if (type !== 'object') return 'text';
  return Object.fromEntries(required.map((name) => [name, sampleOf(follow(properties[name] ?? {}), follow)]));
}

function otherTypes(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return ['text', {}];
  if (isObject(value)) return ['text', ['text'], 7];
  if (typeof value === 'string') return [7, true, { a: 'text' }, ['text']];
  if (typeof value === 'number') return ['text', true, value + 0.5, String(value), {}];
  return ['true', 1, {}];
}

function emptyOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return [[]];
  if (isObject(value)) return [{}];
  return typeof value === 'string' ? [''] : [];
}

function fromSchema(value: unknown, node: SchemaNode): readonly Replacement[] {
  const isText = typeof value === 'string';
  const { enum: choices, pattern, format, minimum, maximum, minLength, maxLength, maxItems } = node;
  return [
    ...(choices !== undefined ? [['enum', isText ? 'NotAChoice' : 4711] as const, ['enum', ` ${value}`] as const] : []),
    ...(pattern !== undefined && isText && !isQuantity(value, node) ? ['\n', `${value} !`, `%${value}`].map(of('pattern')) : []),
    ...(isQuantity(value, node) ? ['1 Gi', '1gi', 'Gi', '1.5', '-1', '1e3', '1Gi1', '٣'].map(of('quantity')) : []),
    ...(format !== undefined && isText ? badForms.map(of('format')) : []),
    ...(typeof value === 'number' ? numbers(node).map(of('range')) : []),
    ...beyond(minimum, -1),
    ...beyond(maximum, 1),
    ...(minLength !== undefined && isText ? [['range', 'a'.repeat(Math.max(0, minLength - 1))] as const] : []),
    ...(maxLength !== undefined && isText ? [['range', 'a'.repeat(maxLength + 1)] as const] : []),
    ...(maxItems !== undefined && maxItems < 200 && Array.isArray(value)
      ? [['range', Array.from({ length: maxItems + 1 }, (_, index) => distinct(value[0], index))] as const]
      : []),
  ];
}

function isQuantity(value: unknown, { pattern, anyOf = [] }: SchemaNode): boolean {
  return typeof value === 'string' && [pattern, ...anyOf.map((form) => form.pattern)].includes(QUANTITY_PATTERN);
}

const of =
  (operator: Operator) =>
  (value: unknown): Replacement => [operator, value];

/** Each is refused by some format. */
const badForms = ['not this', '10', '1.2.3', '2026-13-01T00:00:00Z', '192.0.2.1/33', 'http://[', '10 parsecs', '-'];

/** The number after a limit, where JavaScript has it. */
function beyond(limit: number | undefined, step: 1 | -1): readonly Replacement[] {
  return limit === undefined || !Number.isSafeInteger(limit + step) ? [] : [['range', limit + step]];
}

function numbers({ format }: SchemaNode): readonly number[] {
  return [-1, ...(format === 'int32' ? [2 ** 31] : []), ...(format === 'int64' ? [1e19] : [])];
}

/** Items of a list that allows no repetition. */
function distinct(item: unknown, index: number): unknown {
  if (typeof item === 'string') return `${item}${index}`;
  return isObject(item) ? Object.fromEntries(Object.entries(item).map(([key, value]) => [key, distinct(value, index)])) : item;
}
