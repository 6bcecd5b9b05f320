/** A key somewhere below a value. */
export interface Entry {
  readonly key: string;
  readonly value: unknown;
  /** The map that holds it. */
  readonly owner: Readonly<Record<string, unknown>>;
  /** @example '.key', '[0]' */
  readonly step: string;
  readonly above: Entry | undefined;
}

/** Several rules look through the same values; nobody changes them. */
const known = new WeakMap<object, readonly Entry[]>();

/** Every key of every map below a value, in its own order. */
export function entriesBelow(value: unknown): readonly Entry[] {
  if (typeof value !== 'object' || value === null) return [];
  const found = known.get(value);
  if (found) return found;
  const entries: Entry[] = [];
  collect(value, undefined, entries);
  known.set(value, entries);
  return entries;
}

function collect(value: object, above: Entry | undefined, entries: Entry[]): void {
  const isList = Array.isArray(value);
  const owner = value as Readonly<Record<string, unknown>>;
  for (const [key, item] of Object.entries(value)) {
    const isLeaf = typeof item !== 'object' || item === null;
    if (isList && isLeaf) continue;
    const entry = { key, value: item, owner, step: isList ? `[${key}]` : `.${key}`, above };
    if (!isList) entries.push(entry);
    if (!isLeaf) collect(item, entry, entries);
  }
}

/** Where an entry is. @param base path of the whole. @example pathOf(entry, 'values') may be 'values.a[0].b' */
export function pathOf(entry: Entry, base = ''): string {
  const steps: string[] = [];
  for (let at: Entry | undefined = entry; at !== undefined; at = at.above) steps.unshift(at.step);
  return `${base}${steps.join('')}`.replace(/^\./, '');
}
