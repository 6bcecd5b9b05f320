import { nearest } from '../../charts/lib/nearest.js';

/** Compares a value with the form that it should have: the machine behind facts-shape.ts, which holds the forms. */
export type Verdict = { readonly rule: string; readonly problem: string; readonly fix: string } | undefined;
export type Check = (value: unknown) => Verdict;
export interface ListShape {
  readonly list: Shape | Check;
  readonly min: number;
}
export interface Shape {
  readonly [field: string]: Expected | readonly ['optional', Expected];
}
export type Expected = Check | Shape | ListShape;

/** A value as the author wrote it; JSON has no NaN and no bigint, and the text of a function is not worth reading. */
export const show = (value: unknown): string => {
  if (typeof value === 'function') return 'A function';
  return typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : String(value);
};
export interface Fault extends NonNullable<Verdict> {
  readonly field: string;
  /** Path of the fact that a mistyped name stands for. */
  readonly meant?: string;
}

/** Everything that is missing, unknown or of the wrong form in a value; `field` is the path of the value itself. */
export function findFaults(value: unknown, expected: Expected, field: string): Fault[] {
  if (typeof expected === 'function') {
    const verdict = expected(value);
    return verdict ? [{ field, ...verdict }] : [];
  }
  return isList(expected) ? findListFaults(value, expected, field) : findFieldFaults(value, expected, field);
}

function findListFaults(value: unknown, { list, min }: ListShape, field: string): Fault[] {
  if (!Array.isArray(value)) return [{ field, rule: 'valid-list', problem: `${show(value)} is not a list.`, fix: 'write a list, [...].' }];
  if (value.length < min) return [{ field, rule: 'non-empty-list', problem: 'The list is empty.', fix: `add at least ${min}.` }];
  return value.flatMap((item, index) => findFaults(item, list, `${field}[${index}]`));
}

function findFieldFaults(value: unknown, expected: Shape, field: string): Fault[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const fix = `write { ${Object.keys(expected).join(', ')} }.`;
    return [{ field, rule: 'valid-object', problem: `${show(value)} is not an object.`, fix }];
  }
  const prefix = field === '' ? '' : `${field}.`;
  const record = value as Record<string, unknown>;
  const absent = new Set(Object.keys(expected).filter((key) => record[key] === undefined));
  const isRequired = (key: string) => absent.has(key) && !Array.isArray(expected[key]);
  const faults: Fault[] = [];
  for (const key of Object.keys(record).filter((key) => !Object.hasOwn(expected, key))) {
    // A wrong name is one mistake, not an unknown fact and a missing one.
    const guess =
      nearest(key, absent) ??
      [...absent].filter(isRequired).find((name) => findFaults(record[key], shapeOf(expected, name), '').length === 0);
    const problem = 'There is no such fact.';
    const fix = guess ? `write "${guess}".` : `remove it, or write one of ${Object.keys(expected).join(', ')}.`;
    faults.push({ field: `${prefix}${key}`, rule: 'known-fact', problem, fix, ...(guess && { meant: `${prefix}${guess}` }) });
    if (guess) absent.delete(guess);
  }
  for (const key of [...absent].filter(isRequired)) {
    faults.push({ field: `${prefix}${key}`, rule: 'required-fact', problem: 'It is missing.', fix: 'add it.' });
  }
  for (const key of Object.keys(expected).filter((key) => record[key] !== undefined)) {
    faults.push(...findFaults(record[key], shapeOf(expected, key), `${prefix}${key}`));
  }
  return faults;
}

function shapeOf(expected: Shape, key: string): Expected {
  const inner = expected[key];
  return (Array.isArray(inner) ? inner[1] : inner) as Expected;
}

function isList(expected: Shape | ListShape): expected is ListShape {
  return Object.hasOwn(expected, 'list');
}
