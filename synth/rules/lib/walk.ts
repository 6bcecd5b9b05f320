/** What a walk tells of each key: the value and, for who asks, the path to it, whose lists are by index. */
export type Visit = (key: string, value: unknown, path: () => string) => void;

/**
 * Every key below a value, in its own order.
 *
 * @example walk({ a: [{ b: 1 }] }, visit) visits 'a' at 'a', and 'b' at 'a[0].b'
 */
export function walk(value: unknown, visit: Visit): void {
  const steps: string[] = [];
  const path = () => steps.join('').replace(/^\./, '');
  const step = (at: unknown) => {
    if (typeof at !== 'object' || at === null) return;
    const isList = Array.isArray(at);
    for (const [key, item] of Object.entries(at)) {
      steps.push(isList ? `[${key}]` : `.${key}`);
      if (!isList) visit(key, item, path);
      step(item);
      steps.pop();
    }
  };
  step(value);
}
