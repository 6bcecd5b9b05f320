import type { ValueNode } from './node.js';

/** What an expression of a template may stand for; a union, since templates choose at run time. */
export interface Meaning {
  /** The dot that helm hands to a chart, by the chart's values. */
  readonly charts: ReadonlySet<ValueNode>;
  /** Places in the values. */
  readonly places: ReadonlySet<ValueNode>;
  /** Entries of a `dict`, to which `set` adds, or of a `list` by index. */
  readonly entries: Map<string, Meaning>;
  /** Items of a list whose order is not known. */
  readonly items?: Meaning | undefined;
  readonly texts: ReadonlySet<string>;
  /** What a text holds as YAML or JSON. */
  readonly printed?: Meaning | undefined;
}

/** Something that says nothing about values, unless more is given. */
export function meaning(given: Partial<Meaning> = {}): Meaning {
  return { charts: new Set(), places: new Set(), entries: new Map(), texts: new Set(), ...given };
}

/** A place in the values, or several. */
export function placed(...places: readonly ValueNode[]): Meaning {
  return meaning({ places: new Set(places) });
}

export function union(all: readonly (Meaning | undefined)[]): Meaning {
  const given = all.filter((one) => one !== undefined);
  if (given.length === 1 && given[0]) return given[0];
  const names = new Set(given.flatMap(({ entries }) => [...entries.keys()]));
  const items = given.flatMap(({ items }) => items ?? []);
  const printed = given.flatMap(({ printed }) => printed ?? []);
  return {
    charts: new Set(given.flatMap(({ charts }) => [...charts])),
    places: new Set(given.flatMap(({ places }) => [...places])),
    entries: new Map([...names].map((name) => [name, union(given.map(({ entries }) => entries.get(name)))])),
    items: items.length > 0 ? union(items) : undefined,
    texts: new Set(given.flatMap(({ texts }) => [...texts])),
    printed: printed.length > 0 ? union(printed) : undefined,
  };
}

const isIndex = /^\d+$/;

/** What stands below a name. `own`: the values of the chart whose template asks, which is what `.Values` is of anything unknown. */
export function fieldOf(from: Meaning, name: string, own: ValueNode): Meaning {
  const entry = from.entries.get(name);
  if (name === 'AsMap') return from;
  if (isIndex.test(name)) return entry ?? anyOf(from);
  const places = [...from.places].map((place) => place.key(name));
  if (name === 'Values') {
    places.push(...from.charts);
    if (places.length === 0 && !entry) places.push(own);
  }
  return entry ? union([entry, placed(...places)]) : placed(...places);
}

/** What stands in each item or below each key, for a template that walks over all. */
export function eachOf(from: Meaning): Meaning {
  for (const place of from.places) place.hasAnyKey = true;
  return anyOf(from);
}

/** What stands below a key or index that only the template knows. */
export function anyOf(from: Meaning): Meaning {
  return union([from.items, ...from.entries.values(), placed(...[...from.places].map((place) => place.each()))]);
}

/** Remembers that a text which holds values was printed, with all that is below them. */
export function markPrinted(from: Meaning | undefined): void {
  if (!from) return;
  for (const place of from.places) place.isPrinted = true;
  for (const part of [...from.entries.values(), from.items, from.printed]) markPrinted(part);
}

/** Remembers that a value was written out. */
export function markWritten({ places, printed }: Meaning): void {
  for (const place of places) place.isWritten = true;
  markPrinted(printed);
}

/** Remembers that a template decides by a value. */
export function markAsked({ places }: Meaning): void {
  for (const place of places) place.isAsked = true;
}

const numbers = new WeakMap<ValueNode, number>();
let last = 0;

function numberOf(node: ValueNode): number {
  const known = numbers.get(node) ?? ++last;
  numbers.set(node, known);
  return known;
}

/** The same text for the same meaning: a template that was read with it is not read again. */
export function keyOf({ charts, places, entries, items, texts, printed }: Meaning): string {
  const sorted = (nodes: ReadonlySet<ValueNode>): string => [...nodes].map(numberOf).sort().join();
  const named = [...entries].map(([name, entry]) => `${name}:${keyOf(entry)}`).sort();
  const parts = [sorted(charts), sorted(places), named.join(), items && keyOf(items), [...texts].sort().join(), printed && keyOf(printed)];
  return `(${parts.map((part) => part ?? '').join('|')})`;
}
