import type { KubernetesObject } from '../../charts/lib/kinds.js';
import { isObject, OBJECT_META, type Resolve, type SchemaEntry, type SchemaNode } from '../../synth/schema/node.js';
import { type Replacement, replacementsOf, sampleOf } from './replacements.js';

/** What a mutation does to one field. */
export type Operator =
  | 'unknown field'
  | 'map key'
  | 'field added'
  | 'required deleted'
  | 'optional deleted'
  | 'type'
  | 'null'
  | 'empty'
  | 'enum'
  | 'pattern'
  | 'range'
  | 'format'
  | 'quantity'
  | 'int-or-string'
  | 'repeated item'
  | 'name'
  | 'label';

/** A good object with one field that was changed. */
export interface Mutation {
  readonly operator: Operator;
  /** Where, and what is there now. @example 'spec.replicas = "text"' */
  readonly change: string;
  /** True when the field was not there before. */
  readonly isAdded: boolean;
  /** The place as keys from the root. */
  readonly at: Keys;
  readonly object: KubernetesObject;
}

/** A place in an object: names of fields and positions in lists. */
export type Keys = readonly (string | number)[];

/** One place of an object that a mutation may change. */
interface Place {
  readonly keys: Keys;
  readonly value: unknown;
  /** Undefined where the schema says nothing. */
  readonly node: SchemaNode | undefined;
}

/** Fields that say what the object is, or where. */
const kept = new Set(['apiVersion', 'kind', 'metadata', 'metadata.name', 'metadata.namespace']);

/** Long enough to be one too many for a label and for a name. */
const tooLong = 'a'.repeat(254);

/**
 * Every mutation of an object, made by walking it and its schema. The same object gives the same mutations, in the same order.
 *
 * @param entry the schema of its kind.
 */
export function mutationsOf(object: KubernetesObject, entry: SchemaEntry, resolve: Resolve): readonly Mutation[] {
  const root = entry.schema ?? {};
  // The schema of a custom resource leaves out what all objects have.
  const metadata: SchemaNode = { $ref: `#/definitions/${OBJECT_META}` };
  const schema = { ...root, properties: { ...root.properties, metadata } };
  const places = placesOf({ keys: [], value: object, node: schema }, resolve);
  return [
    ...places.flatMap((place) => mutatePlace(object, place)),
    ...mutateNames(object),
    ...places.flatMap((place) => addFields(object, place, resolve)),
  ];
}

function placesOf(place: Place, resolve: Resolve): readonly Place[] {
  const node = follow(place.node, resolve);
  const { keys, value } = place;
  const below = Array.isArray(value)
    ? value.map((item, index) => ({ keys: [...keys, index], value: item, node: node?.items }))
    : isObject(value)
      ? Object.entries(value).map(([key, field]) => ({ keys: [...keys, key], value: field, node: fieldNode(node, key) }))
      : [];
  return [{ keys, value, node }, ...below.flatMap((child) => placesOf(child, resolve))];
}

function follow(node: SchemaNode | undefined, resolve: Resolve): SchemaNode | undefined {
  return node?.$ref === undefined ? node : follow(resolve(node.$ref), resolve);
}

function fieldNode(node: SchemaNode | undefined, key: string): SchemaNode | undefined {
  const { properties, additionalProperties } = node ?? {};
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

function mutatePlace(object: KubernetesObject, { keys, value, node }: Place): readonly Mutation[] {
  const make = (operator: Operator, at: Keys, changed: unknown) => change(object, operator, at, changed);
  const inside = isObject(value)
    ? [
        make(node?.additionalProperties ? 'map key' : 'unknown field', [...keys, 'unknownField'], 'text'),
        ...Object.keys(value)
          .filter((key) => !kept.has([...keys, key].join('.')))
          .map((key) => make(node?.required?.includes(key) ? 'required deleted' : 'optional deleted', [...keys, key], undefined)),
      ]
    : [];
  if (kept.has(keys.join('.')) || keys.length === 0) return inside;
  return [...inside, ...replacementsOf(value, node).map(([operator, changed]) => make(operator, keys, changed))];
}

/** Fields of the schema that the object does not have, each with a value that may be right, and then as other fields are changed. */
function addFields(object: KubernetesObject, { keys, value, node }: Place, resolve: Resolve): readonly Mutation[] {
  if (!isObject(value) || keys[0] === 'metadata') return [];
  const missing = Object.entries(node?.properties ?? {}).filter(([key]) => !Object.hasOwn(value, key) && key !== 'status');
  return missing.flatMap(([key, given]) => {
    const field = follow(given, resolve) ?? {};
    const sample = sampleOf(field, (other) => follow(other, resolve) ?? {});
    const values: readonly Replacement[] = [['field added', sample], ...replacementsOf(sample, field)];
    return values.map(([operator, changed]) => ({ ...change(object, operator, [...keys, key], changed), isAdded: true }));
  });
}

function change(object: KubernetesObject, operator: Operator, at: Keys, changed: unknown): Mutation {
  const text = `${at.join('.')} ${changed === undefined ? 'deleted' : `= ${JSON.stringify(changed)}`}`;
  return { operator, change: text, isAdded: false, at, object: replace(object, at, changed) as KubernetesObject };
}

/** A copy with another value at one place; undefined takes the field away. */
function replace(value: unknown, [key, ...rest]: Keys, changed: unknown): unknown {
  if (key === undefined) return changed;
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? replace(item, rest, changed) : item));
  const { [key]: field, ...others } = value as Readonly<Record<string, unknown>>;
  const next = replace(field, rest, changed);
  return next === undefined ? others : { ...(value as object), [key]: next };
}

/** Names, labels and annotations, which no schema describes. */
function mutateNames(object: KubernetesObject): readonly Mutation[] {
  const { metadata } = object;
  const make = (operator: Operator, change: Partial<KubernetesObject['metadata']>): Mutation => ({
    operator,
    change: `metadata ${JSON.stringify(change).slice(0, 80)}`,
    isAdded: false,
    at: ['metadata'],
    object: { ...object, metadata: { ...metadata, ...change } },
  });
  const labels: readonly Readonly<Record<string, string>>[] = [
    { 'bad key': 'x' },
    { 'a/b/c': 'x' },
    { '-a': 'x' },
    { a: 'bad value' },
    { a: '-x' },
    { a: tooLong },
    { [tooLong]: 'x' },
  ];
  return [
    ...['Upper', 'under_score', '-dash', 'dash-', 'a..b', 'a/b', 'a b', tooLong, '1', 'a.b'].map((name) => make('name', { name })),
    ...labels.map((more) => make('label', { labels: { ...metadata.labels, ...more } })),
    ...labels.slice(0, 4).map((more) => make('label', { annotations: { ...metadata.annotations, ...more } })),
  ];
}
