import fc from 'fast-check';
import { expect } from 'vitest';
import { compareFields } from '../../synth/diff/fields.js';
import { isOrdered } from '../../synth/diff/list-items.js';
import type { FieldChange } from '../../synth/diff/model.js';
import { isObject } from '../../synth/schema/node.js';

const scalar = fc.oneof(fc.constantFrom('a', 'b', 'two\nlines', 'two\nother\nlines', '', 1, 0, true, null), fc.string({ maxLength: 3 }));
const key = fc.constantFrom('a', 'b', 'a.b', 'args', 'c/d', 'list', 'initContainers', '', 'x"y]');

/** Objects with everything that is compared otherwise: named items, plain and ordered lists, odd keys. */
const { object } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    tie('object'),
    fc.array(scalar, { maxLength: 4 }),
    fc.array(tie('object'), { maxLength: 3 }),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom('x', 'y', 'z', 'a,b', '="'), tie('value')), { selector: ([name]) => name, maxLength: 4 })
      .map((items) => items.map(([name, value]) => ({ name, value }))),
  ),
  object: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
}));

/** A value compared with itself shows nothing, whatever the order of its keys. */
export function checkSame(numRuns: number): void {
  fc.assert(
    fc.property(object, (value) => {
      expect(compareFields(value, structuredClone(value))).toEqual([]);
      expect(compareFields(value, Object.fromEntries(Object.entries(value).reverse()))).toEqual([]);
    }),
    { numRuns },
  );
}

/** What was added one way is removed the other way. */
export function checkMirror(numRuns: number): void {
  const sorted = (changes: readonly FieldChange[]) =>
    changes.map(({ lines: _, ...change }) => JSON.stringify(change, ['path', 'change'])).sort();
  const turned = { added: 'removed', removed: 'added', changed: 'changed' } as const;
  fc.assert(
    fc.property(object, object, (a, b) => {
      const there = compareFields(a, b).map((change) => ({ ...change, change: turned[change.change] }));
      const back = compareFields(b, a);
      expect(sorted(back)).toEqual(sorted(there));
      const values = (changes: readonly FieldChange[], side: 'before' | 'after') =>
        changes.map((change) => JSON.stringify(change[side]) ?? '').sort();
      expect(values(back, 'before')).toEqual(values(there, 'after'));
      expect(values(back, 'after')).toEqual(values(there, 'before'));
    }),
    { numRuns },
  );
}

/** The report, as JSON has it, makes the new object of the old one. */
export function checkApply(numRuns: number): void {
  fc.assert(
    fc.property(object, object, (a, b) => {
      const changes = JSON.parse(JSON.stringify(compareFields(a, b))) as FieldChange[];
      const result = structuredClone(a);
      for (const change of changes) apply(result, change);
      expect(canonical(result, '')).toEqual(canonical(b, ''));
    }),
    { numRuns },
  );
}

/** Lists whose order means nothing are sorted. */
function canonical(value: unknown, name: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item, ''));
    return isOrdered(name) ? items : items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([field, item]) => [field, canonical(item, field)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Step = { readonly key: string } | { readonly index: number } | { readonly item: readonly (readonly [string, string])[] };

const text = String.raw`"(?:[^"\\]|\\.)*"`;
const stepForms = new RegExp(String.raw`\.?([\w-]+)|\[(${text})\]|\[(\d+)\]|\[((?:\w+=(?:${text}|[^\],"]*),?)*)\]`, 'gy');

function stepsOf(path: string): Step[] {
  return [...path.matchAll(stepForms)].map(([, name, quoted, index, item]) => {
    if (name !== undefined) return { key: name };
    if (quoted !== undefined) return { key: JSON.parse(quoted) as string };
    if (index !== undefined) return { index: Number(index) };
    const pairs = [...(item ?? '').matchAll(new RegExp(`(\\w+)=(${text}|[^,]*)`, 'g'))];
    return {
      item: pairs.map(([, field = '', value = '']) => [field, value.startsWith('"') ? (JSON.parse(value) as string) : value] as const),
    };
  });
}

function apply(root: unknown, { path, change, before, after }: FieldChange): void {
  const steps = stepsOf(path);
  let at = root as Record<string | number, unknown>;
  for (const [depth, step] of steps.entries()) {
    const place = placeOf(at, step, before);
    if (depth < steps.length - 1) at = at[place ?? ''] as Record<string, unknown>;
    else if (Array.isArray(at) && change === 'added') at.push(after);
    else if (Array.isArray(at) && change === 'removed') at.splice(Number(place), 1);
    else if (change === 'removed') delete at[place ?? ''];
    else at[place ?? ''] = after;
  }
}

function placeOf(at: unknown, step: Step, before: unknown): string | number | undefined {
  if ('key' in step) return step.key;
  if ('index' in step) return step.index;
  const isMeant = (item: unknown) =>
    step.item.length > 0
      ? step.item.every(([field, value]) => isObject(item) && String(item[field]) === value)
      : JSON.stringify(canonical(item, '')) === JSON.stringify(canonical(before, ''));
  return (at as unknown[]).findIndex(isMeant);
}
