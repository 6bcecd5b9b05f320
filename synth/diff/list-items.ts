import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../schema/node.js';
import { stepToItem } from './path.js';

/** Fields that tell items apart where no schema says it; the first that an item has counts. */
const naming = [
  ...['name', 'key', 'alert', 'record', 'host', 'hostname', 'containerPort', 'port', 'mountPath', 'devicePath', 'topologyKey', 'chart'],
  ...['ref', 'path', 'ip', 'address', 'secretName', 'url', 'uid', 'type', 'id', 'kind'],
];

/** Lists that are read from first to last, so that another order is another meaning. */
const ordered =
  /^(command|args|cmd|entrypoint|\w*[aA]rguments|\w+Args|initContainers|middlewares|nameservers|servers|searches|configPatches|patches|patchesJson6902|steps|processors|pipelineStages|transforms|filters|\w*[rR]elabel(ings|Configs|_configs)|routes)$/;

/** Whether the order of the items of a field means something. @param key name of the field. */
export function isOrdered(key: string): boolean {
  return ordered.test(key);
}

/** Items of two lists, matched. */
export interface Matched {
  /** Step to the item; `[]` where nothing but its content tells which one it is. */
  readonly step: string;
  /** @default - it was not there */
  readonly before?: unknown;
  /** @default - it is not there any more */
  readonly after?: unknown;
}

/**
 * Matches items by what identifies them.
 *
 * @param keys of the schema. @default - it says none
 * @returns undefined when only the list as a whole can be compared: its order means something, and differs.
 */
export function matchItems(
  before: readonly unknown[],
  after: readonly unknown[],
  keys: readonly string[] | undefined,
  isInOrder: boolean,
): readonly Matched[] | undefined {
  for (const identify of [keys && ((item: unknown) => stepBySchema(item, keys)), stepByName]) {
    const [old, now] = identify ? [indexItems(before, identify), indexItems(after, identify)] : [];
    if (!old || !now) continue;
    if (isInOrder && !isDeepStrictEqual([...old.keys()], [...now.keys()])) return undefined;
    return [...new Set([...now.keys(), ...old.keys()])].map((step) => ({
      step,
      ...(old.has(step) && { before: old.get(step) }),
      ...(now.has(step) && { after: now.get(step) }),
    }));
  }
  if (!isInOrder) return matchContent(before, after);
  if (before.length !== after.length || ![...before, ...after].every(isObject)) return undefined;
  return before.map((item, index) => ({ step: `[${index}]`, before: item, after: after[index] }));
}

/** Items by their step; undefined where one has none, or two have the same. */
function indexItems(items: readonly unknown[], identify: (item: unknown) => string | undefined): Map<string, unknown> | undefined {
  const found = new Map<string, unknown>();
  for (const item of items) {
    const step = identify(item);
    if (step === undefined || found.has(step)) return undefined;
    found.set(step, item);
  }
  return found;
}

function stepBySchema(item: unknown, keys: readonly string[]): string | undefined {
  if (!isObject(item)) return undefined;
  const values = keys.filter((key) => isScalar(item[key])).map((key) => [key, item[key]] as const);
  return values.length === 0 ? undefined : stepToItem(values);
}

function stepByName(item: unknown): string | undefined {
  if (!isObject(item)) return undefined;
  const key = naming.find((name) => isScalar(item[name]));
  return key === undefined ? undefined : stepToItem([[key, item[key]]]);
}

/** Takes equal items out; where as many are left at the same places, each is what became of the other. */
function matchContent(before: readonly unknown[], after: readonly unknown[]): Matched[] {
  const left = new Set(after.keys());
  const moved = [...before.keys()].filter(
    (index) => !(left.has(index) && isDeepStrictEqual(before[index], after[index]) && left.delete(index)),
  );
  const gone = moved.filter((index) => {
    const found = [...left].find((other) => isDeepStrictEqual(before[index], after[other]));
    if (found !== undefined) left.delete(found);
    return found === undefined;
  });
  const arePlaces =
    gone.length === left.size && gone.every((index) => left.has(index) && isObject(before[index]) && isObject(after[index]));
  if (arePlaces) return gone.map((index) => ({ step: `[${index}]`, before: before[index], after: after[index] }));
  return [
    ...gone.map((index) => ({ step: '[]', before: before[index] })),
    ...[...left].map((index) => ({ step: '[]', after: after[index] })),
  ];
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
