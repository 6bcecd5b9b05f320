/** A key somewhere below a value. */
export interface Entry {
  readonly key: string;
  readonly value: unknown;
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
  for (const [key, item] of Object.entries(value)) {
    const isLeaf = typeof item !== 'object' || item === null;
    if (isList && isLeaf) continue;
    const entry = { key, value: item, step: isList ? `[${key}]` : `.${key}`, above };
    if (!isList) entries.push(entry);
    if (!isLeaf) collect(item, entry, entries);
  }
}

/** Where an entry is. @example 'a[0].b' */
export function pathOf(entry: Entry): string {
  const steps: string[] = [];
  for (let at: Entry | undefined = entry; at !== undefined; at = at.above) steps.unshift(at.step);
  return steps.join('').replace(/^\./, '');
}
