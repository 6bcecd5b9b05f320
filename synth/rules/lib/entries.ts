/** One entry of nested data. */
export interface Entry {
  /** @example 'spec.containers[0].image' */
  readonly path: string;
  readonly key: string;
  readonly value: unknown;
  /** The map that holds it. */
  readonly owner: Readonly<Record<string, unknown>>;
}

/** Every entry of every map in some data, outer ones first. */
export function* walk(value: unknown, path: string): Generator<Entry> {
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* walk(item, `${path}[${index}]`);
  else if (typeof value === 'object' && value !== null) {
    const owner = value as Readonly<Record<string, unknown>>;
    for (const [key, inner] of Object.entries(owner)) {
      const at = path === '' ? key : `${path}.${key}`;
      yield { path: at, key, value: inner, owner };
      yield* walk(inner, at);
    }
  }
}
