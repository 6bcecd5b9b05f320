/** Type of a value that is neither an object nor a list. */
export type Scalar = 'string' | 'number' | 'boolean';

/**
 * What the sources of a chart say of one place in its values, gathered while they are read: each source only adds, so that their order
 * does not matter. `known.ts` concludes from it what the chart takes there.
 */
export class ValueNode {
  readonly keys = new Map<string, ValueNode>();
  readonly scalars = new Set<Scalar>();
  /** Values of an enum, as JSON. */
  readonly literals = new Set<string>();
  /** What stands below every key of a map, or in every item of a list. */
  #item: ValueNode | undefined;
  isObject = false;
  isList = false;
  /** Any key is fine, for the chart walks over them or has none itself. */
  hasAnyKey = false;
  /** The chart prints it as it is, with everything below. */
  isPrinted = false;
  /** A source says that it may be anything. */
  isAny = false;
  /** A schema says its type, which is then more than the default shows. */
  isDeclared = false;
  /** The default is an empty text, which stands for whatever is not set. */
  isBlank = false;
  /** The default is false. */
  isOff = false;
  /** The chart decides by it, so that a text, even of "false", would be true. */
  isAsked = false;
  /** The chart writes it out, where a text does as well. */
  isWritten = false;
  /** There is a default that null would take away, or null is the default. */
  isNullable = false;

  /** The place below a key, known from now on. */
  key(name: string): ValueNode {
    const known = this.keys.get(name);
    if (known) return known;
    const added = new ValueNode();
    this.keys.set(name, added);
    return added;
  }

  get item(): ValueNode | undefined {
    return this.#item;
  }

  /** The place below every key or in every item. */
  each(): ValueNode {
    this.#item ??= new ValueNode();
    return this.#item;
  }

  /** No source says whether it is an object, a list or a scalar. */
  get isFormless(): boolean {
    return !this.isObject && !this.isList && this.keys.size === 0 && this.scalars.size === 0 && this.literals.size === 0;
  }

  /** Takes back that any key is fine. */
  close(): void {
    this.hasAnyKey = false;
    this.isPrinted = false;
    this.isAny = false;
    if (this.#item) this.#item.isPrinted = false;
  }

  /** Adds everything that another place says. */
  add(other: ValueNode): void {
    if (other === this) return;
    for (const [name, child] of other.keys) this.key(name).add(child);
    for (const scalar of other.scalars) this.scalars.add(scalar);
    for (const literal of other.literals) this.literals.add(literal);
    if (other.#item) this.each().add(other.#item);
    for (const fact of facts) this[fact] ||= other[fact];
  }
}

const facts = [
  'isObject',
  'isList',
  'hasAnyKey',
  'isPrinted',
  'isAny',
  'isDeclared',
  'isBlank',
  'isOff',
  'isAsked',
  'isWritten',
  'isNullable',
] as const;
