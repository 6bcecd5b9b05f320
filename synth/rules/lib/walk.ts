/** What a walk tells of each key: the value, and the path to it, whose lists are by index. */
export type Visit = (key: string, value: unknown, path: string) => void;

/**
 * Every key below a value, in its own order.
 *
 * @example walk({ a: [{ b: 1 }] }, visit) visits 'a' at 'a', and 'b' at 'a[0].b'
 */
export function walk(value: unknown, visit: Visit, path = ''): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, visit, `${path}[${index}]`);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    visit(key, item, at);
    walk(item, visit, at);
  }
}
