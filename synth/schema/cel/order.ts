import { refuse } from './refuse.js';

/** Whether two values of a rule are equal. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  if (a instanceof Map && b instanceof Map)
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && isEqual(value, b.get(key)));
  // Numbers of different types are equal by their value.
  const isNumber = (value: unknown) => typeof value === 'bigint' || typeof value === 'number';
  return isNumber(a) && isNumber(b) ? Number(a) === Number(b) : a === b;
}

/** Whether a value of a rule comes before another of its type. */
export function isLess(a: unknown, b: unknown): boolean {
  for (const type of ['bigint', 'number', 'string', 'boolean']) {
    if (typeof a === type && typeof b === type) return (a as number) < (b as number);
  }
  if (a instanceof Date && b instanceof Date) return a < b;
  return refuse('the values have no order');
}
