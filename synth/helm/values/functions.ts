import { anyOf, eachOf, fieldOf, type Meaning, markAsked, markPrinted, meaning, union } from './meaning.js';
import type { ValueNode } from './node.js';

type Call = (args: readonly Meaning[], own: ValueNode) => Meaning;

const nothing: Call = () => meaning();
const all: Call = (args) => union(args);
const first: Call = (args) => args[0] ?? meaning();
const last: Call = (args) => args.at(-1) ?? meaning();
const withItem: Call = ([to, item]) => union([to, meaning({ items: item })]);
const each: Call = (args) => (args[0] ? anyOf(args[0]) : meaning());
/** Entries by index, since a template may use a list as a record. */
const listed: Call = (args) => meaning({ entries: new Map(args.map((item, index) => [String(index), item])) });
const printed: Call = (args) => meaning({ printed: args.at(-1) });
const parsed: Call = (args) => args.at(-1)?.printed ?? meaning();

/** A path of names into a value; of a name that only the template knows, whatever stands there. */
function walk(from: Meaning, names: readonly Meaning[], own: ValueNode): Meaning {
  return names.reduce((at, { texts }) => (texts.size > 0 ? union([...texts].map((text) => fieldOf(at, text, own))) : anyOf(at)), from);
}

/** Names that are asked of a value which comes back. */
function touch(from: Meaning, names: readonly Meaning[], own: ValueNode): Meaning {
  for (const name of names) if (name.texts.size > 0) walk(from, [name], own);
  return from;
}

/**
 * What the functions of templates make of values. One that is not here gives a text that holds what its arguments hold.
 *
 * Source: https://helm.sh/docs/chart_template_guide/function_list/ (helm 3.19)
 */
export const functions: Readonly<Record<string, Call>> = {
  ...same(all, 'and coalesce concat default merge mergeOverwrite mustConcat mustMerge mustMergeOverwrite or'),
  ...same(first, 'compact mustCompact mustUniq mustWithout reverse rest sortAlpha uniq without'),
  ...same(last, 'deepCopy mustDeepCopy required'),
  ...same(withItem, 'append mustAppend mustPrepend prepend'),
  ...same(each, 'first mustFirst mustLast'),
  ...same(
    printed,
    'mustToJson mustToPrettyJson mustToRawJson toJson toPrettyJson toRawJson toToml toYaml toYamlPretty mustToYaml mustToToml',
  ),
  ...same(listed, 'list tuple'),
  ...same(parsed, 'fromJson fromJsonArray fromToml fromYaml fromYamlArray mustFromJson'),
  ...same(nothing, 'adler32sum contains empty eq fail ge gt has hasPrefix hasSuffix kindIs kindOf le len lookup lt ne sha1sum sha256sum'),
  ...same(nothing, 'regexMatch mustRegexMatch semver semverCompare typeIs typeOf typeIsLike'),
  not: (args) => {
    for (const asked of args) markAsked(asked);
    return meaning();
  },
  // A value that a template of somebody's values is given may be read to any depth.
  tpl: ([text = meaning(), dot = meaning()]) => {
    markPrinted(meaning({ places: dot.places }));
    return text;
  },
  ternary: (args) => union(args.slice(0, 2)),
  get: ([from = meaning(), ...names], own) => walk(from, names, own),
  index: ([from = meaning(), ...names], own) => walk(from, names, own),
  hasKey: ([from = meaning(), ...names], own) => {
    touch(from, names, own);
    return meaning();
  },
  omit: ([from = meaning(), ...names], own) => touch(from, names, own),
  pick: ([from = meaning(), ...names], own) => touch(from, names, own),
  unset: ([from = meaning(), ...names], own) => touch(from, names, own),
  pluck: ([name = meaning(), ...from], own) => meaning({ items: union(from.map((one) => walk(one, [name], own))) }),
  dig: (args, own) => union([walk(last(args, own), args.slice(0, -2), own), args.at(-2)]),
  set: ([from = meaning(), name = meaning(), value = meaning()], own) => {
    for (const text of name.texts) from.entries.set(text, union([from.entries.get(text), value]));
    return touch(from, [name], own);
  },
  dict: (args) => {
    const pairs = args.flatMap((name, index) => (index % 2 === 0 ? [...name.texts].map((text) => [text, args[index + 1]] as const) : []));
    return meaning({ entries: new Map(pairs.map(([name, value]) => [name, value ?? meaning()])) });
  },
  values: ([from = meaning()]) => meaning({ items: eachOf(from) }),
  keys: ([from = meaning()]) => {
    eachOf(from);
    return meaning({ items: meaning({ texts: new Set(from.entries.keys()) }) });
  },
  join: (args) => {
    for (const place of args.at(-1)?.places ?? []) place.isList ||= !place.isFormless || place.isBlank;
    return meaning();
  },
};

/** A text that is made of others: what it holds is not lost. */
export function textOf(args: readonly Meaning[]): Meaning {
  const held = args.flatMap(({ printed }) => printed ?? []);
  return meaning(held.length > 0 ? { printed: union(held) } : {});
}

function same(call: Call, names: string): Record<string, Call> {
  return Object.fromEntries(names.split(' ').map((name) => [name, call]));
}
