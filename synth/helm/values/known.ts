import { type Scalar, ValueNode } from './node.js';

/** What a chart takes at one place of its values: any of the forms that it has here. */
export interface KnownValue {
  /** Nothing is known of it, or anything is fine. */
  readonly isUnknown: boolean;
  /** An object with these keys, in the order of their names. */
  readonly keys?: ReadonlyMap<string, KnownValue>;
  /** The object is open: below any other key stands this. */
  readonly rest?: KnownValue;
  /** A list of these. */
  readonly items?: KnownValue;
  readonly scalars: readonly Scalar[];
  /** Of an enum, as JSON; together with `scalars`. */
  readonly literals: readonly string[];
  /** Null is fine, because it takes a default away or is the default. */
  readonly isNullable: boolean;
}

const unknown: KnownValue = { isUnknown: true, scalars: [], literals: [], isNullable: true };

/** Concludes from all that the sources say what the chart takes. */
export function conclude(node: ValueNode, isPrintedAbove = false): KnownValue {
  const isPrinted = node.isPrinted || isPrintedAbove;
  const literals = [...node.literals].sort();
  const { isFormless } = node;
  if (node.isAny || (isFormless && !node.hasAnyKey && (isPrinted || !node.isBlank))) return unknown;
  const mayBeObject = node.isObject || node.keys.size > 0 || (isFormless && node.hasAnyKey);
  const mayBeList = node.isList || (isFormless && node.hasAnyKey);
  const isOpen = isPrinted || node.hasAnyKey || node.keys.size === 0;
  const each = isPrinted || !node.item || node.item.isFormless ? unknown : undefined;
  return {
    isUnknown: false,
    ...(mayBeObject ? { keys: keysOf(node, isPrinted) } : {}),
    ...(mayBeObject && isOpen ? { rest: each ?? conclude(restOf(node)) } : {}),
    ...(mayBeList ? { items: each ?? conclude(node.each()) } : {}),
    scalars: scalarsOf(node),
    literals,
    isNullable: node.isNullable,
  };
}

/** What stands below a key that is not known looks like what is below those that are. */
function restOf(node: ValueNode): ValueNode {
  const rest = new ValueNode();
  rest.add(node.each());
  for (const child of node.keys.values()) rest.add(child);
  return rest;
}

/** What stands below every key stands below each known one too. */
function keysOf({ keys, item, isList }: ValueNode, isPrinted: boolean): ReadonlyMap<string, KnownValue> {
  const sorted = [...keys].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    sorted.map(([name, child]) => {
      const both = new ValueNode();
      both.add(child);
      if (item && !item.isAny && !isList && (child.isObject || child.keys.size > 0)) both.add(item);
      return [name, conclude(both, isPrinted)];
    }),
  );
}

/**
 * Without a schema, a default shows one type of several: a text may stand for a number and the other way round (ports, percentages), and an
 * empty one for anything plain. A boolean that is only written out may be a text too: some charts take false for unset.
 */
function scalarsOf({ scalars, isDeclared, isBlank, isOff, isAsked, isWritten, literals }: ValueNode): readonly Scalar[] {
  if (isDeclared) return [...scalars, ...(isBlank && literals.size === 0 ? (['string'] as const) : [])].filter(isFirst).sort();
  // False may stand for unset, of whatever is written out when it is set.
  if (isBlank || (isOff && isAsked && isWritten)) return ['boolean', 'number', 'string'];
  const loose: readonly Scalar[] =
    scalars.has('number') || (scalars.has('boolean') && isWritten && !isAsked) ? [...scalars, 'string'] : [...scalars];
  return loose.filter(isFirst).sort();
}

function isFirst<T>(value: T, index: number, all: readonly T[]): boolean {
  return all.indexOf(value) === index;
}
