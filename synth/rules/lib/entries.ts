/** One entry of nested data. */
export interface Entry {
  /** @example 'spec.containers[0].image' */
  readonly path: string;
  readonly key: string;
  readonly value: unknown;
  /** The map that holds it. */
  readonly owner: Readonly<Record<string, unknown>>;
}

const known = new WeakMap<object, { readonly path: string; readonly entries: readonly Entry[] }>();

/** Every entry of every map in some data, outer ones first. Several rules look at the same data, which is walked once. */
export function entriesOf(value: unknown, path: string): readonly Entry[] {
  if (typeof value !== 'object' || value === null) return [];
  const before = known.get(value);
  if (before?.path === path) return before.entries;
  const entries: Entry[] = [];
  collect(value, path, entries);
  known.set(value, { path, entries });
  return entries;
}

function collect(value: unknown, path: string, entries: Entry[]): void {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) collect(value[index], `${path}[${index}]`, entries);
  } else if (typeof value === 'object' && value !== null) {
    const owner = value as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(owner)) {
      const at = path === '' ? key : `${path}.${key}`;
      entries.push({ path: at, key, value: owner[key], owner });
      collect(owner[key], at, entries);
    }
  }
}
