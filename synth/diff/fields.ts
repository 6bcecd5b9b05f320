import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import { isObject, type Resolve, type SchemaNode } from '../schema/node.js';
import { compareLines } from './lines.js';
import { isOrdered, matchItems } from './list-items.js';
import type { FieldChange } from './model.js';
import { isNoisyPath } from './noise.js';
import { joinPath, stepToKey } from './path.js';

/** What the schema of an object says about the place that is compared. */
export interface Typed {
  /** @default - it says nothing */
  readonly node?: SchemaNode | undefined;
  readonly resolve: Resolve;
}

const untyped: Typed = { resolve: () => undefined };

/**
 * What differs between two values, as deep as both have the same shape. Items of lists are compared by what identifies them, Helm values
 * also where they are text.
 *
 * @example compareFields({ replicas: 1 }, { replicas: 2 }) is [{ path: 'replicas', change: 'changed', before: 1, after: 2 }]
 */
export function compareFields(before: unknown, after: unknown, typed: Typed = untyped): FieldChange[] {
  const changes: FieldChange[] = [];
  compare(before, after, '', '', typed, changes);
  return changes;
}

function compare(before: unknown, after: unknown, path: string, key: string, typed: Typed, changes: FieldChange[]): void {
  if (before === after || (before !== undefined && after !== undefined && isDeepStrictEqual(before, after))) return;
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(after), ...Object.keys(before)])) {
      const [old, now] = [own(before, name), own(after, name)];
      compare(old, now, joinPath(path, stepToKey(name)), name, childOf(typed, name), changes);
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    compareLists(before, after, path, key, typed, changes);
    return;
  }
  const [old, now] = key === 'values' ? [readValues(before), readValues(after)] : [];
  if (old && now) compare(old, now, path, '', untyped, changes);
  else changes.push(changeOf(path, before, after));
}

function compareLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
  key: string,
  typed: Typed,
  changes: FieldChange[],
): void {
  const node = nodeOf(typed);
  const matched = matchItems(before, after, node?.['x-kubernetes-list-map-keys'], isOrdered(key));
  if (matched === undefined) {
    const [old, now] = [before, after].map((list) => list.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))));
    changes.push({ ...changeOf(path, before, after), lines: compareLines(old ?? [], now ?? []) });
    return;
  }
  const items = { ...typed, node: node?.items };
  for (const { step, before: old, after: now } of matched) compare(old, now, `${path}${step}`, '', items, changes);
}

function changeOf(path: string, before: unknown, after: unknown): FieldChange {
  const noise = isNoisyPath(path) ? { isNoise: true } : {};
  if (before === undefined) return { path, change: 'added', after, ...noise };
  if (after === undefined) return { path, change: 'removed', before, ...noise };
  const isText = typeof before === 'string' && typeof after === 'string' && `${before}${after}`.includes('\n');
  const lines = isText ? { lines: compareLines(before.split('\n'), after.split('\n')) } : {};
  return { path, change: 'changed', before, after, ...lines, ...noise };
}

/** Helm values that are written as text. @returns undefined where they are none. */
function readValues(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    const values = load(value);
    return isObject(values) ? values : undefined;
  } catch {
    return undefined;
  }
}

function own(map: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function nodeOf({ node, resolve }: Typed): SchemaNode | undefined {
  const ref = node?.$ref ?? node?.allOf?.[0]?.$ref;
  return ref === undefined ? node : { ...resolve(ref), ...node };
}

function childOf(typed: Typed, key: string): Typed {
  const node = nodeOf(typed);
  const { properties, additionalProperties } = node ?? {};
  const child = properties && Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
  return { ...typed, node: isObject(child) ? child : undefined };
}
