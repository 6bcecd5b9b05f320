import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatIdentity, identityOf } from '../../charts/lib/kinds.js';
import { type Problem, Problems } from '../../charts/lib/problem.js';
import { formatPath } from '../schema/error.js';
import { isObject } from '../schema/node.js';
import { changeArchive } from './determinism-archive.js';
import { callsIn, type KeyOrder, restore, standIn } from './determinism-stand-ins.js';
import { switchOf } from './determinism-switches.js';
import { settleHooks } from './hooks.js';
import type { HelmProgram, RenderedObject, RenderInput } from './model.js';
import { placeOf, readObjects } from './objects.js';
import { renderRelease } from './run.js';
import { leaveToEngine, releaseProblem } from './run-problem.js';

/** A release as it was rendered. */
export interface FirstRender {
  readonly program: HelmProgram;
  readonly input: RenderInput;
  /** Content of the chart's archive. */
  readonly archive: Buffer;
  readonly text: string;
  /** What `text` holds, hooks settled. */
  readonly objects: readonly RenderedObject[];
}

/** As far from UTC as a time zone is. */
const otherTimeZone = 'Pacific/Kiritimati';

/**
 * Fields that are not the same at every rendering. Two runs in a row would not show a date, so that the release is rendered again, in another
 * place and time zone, from a copy of the chart in which other functions stand in for the clock and for chance: then every field that
 * depends on them differs, and no other does.
 *
 * @throws {Problems} when helm renders once and then no more.
 */
export async function findUnstable(first: FirstRender): Promise<Problem[]> {
  const calls = new Map<string, string[]>();
  const note = (text: string, path: string) => {
    for (const name of callsIn(text)) calls.set(name, [...(calls.get(name) ?? []), path]);
    return text;
  };
  changeArchive(first.archive, note);
  mapStrings(first.input.values, (text) => note(text, 'the values'));
  // No single order of keys can differ from every random one.
  const orders: readonly KeyOrder[] = calls.has('keys') ? ['sorted', 'reversed'] : ['sorted'];
  const found = new Map<string, Problem>();
  for (const order of orders) {
    const again = await renderWith(first, order);
    if (again.text === undefined) return [...found.values(), ...(await findByChance(first, again.problems, calls))];
    for (const problem of compare(first, again.text, calls)) found.set(problem.field, problem);
  }
  return [...found.values()];
}

async function renderWith({ program, input, archive }: FirstRender, order: KeyOrder | undefined) {
  const folder = await mkdtemp(join(tmpdir(), 'helm-again-'));
  try {
    const change = (text: string) => (order === undefined ? text : standIn(text, order));
    const path = join(folder, 'chart.tgz');
    await writeFile(path, changeArchive(archive, change));
    return await renderRelease(program, path, { ...input, values: mapStrings(input.values, change) as object }, otherTimeZone);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A chart that does not take the stand-ins: two renderings in a row, and a warning that they show less. */
async function findByChance(first: FirstRender, why: readonly Problem[], calls: Calls): Promise<Problem[]> {
  const again = await renderWith(first, undefined);
  if (again.text === undefined) throw new Problems(again.problems);
  const reason = why.map(({ problem }) => problem).join('\n');
  const problem = `Nothing shows whether it depends on the clock or on chance (${namesOf(calls)}): ${reason}`;
  const fix = `read the templates that call them, or ${leaveToEngine}.`;
  return [...compare(first, again.text, calls), releaseProblem(first.input, 'provable-release', '', problem, fix, 'warning')];
}

type Calls = ReadonlyMap<string, readonly string[]>;

function compare({ input, text, objects }: FirstRender, again: string, calls: Calls): Problem[] {
  if (restore(again) === text) return [];
  const others = settleHooks(readObjects(again, input).objects, input).objects;
  const pairs = pairUp(objects, others);
  return pairs.flatMap(({ object, other }) => {
    const all = other === undefined ? ['metadata.name'] : differencesOf(object.manifest, mapStrings(other.manifest, restore));
    // What a Secret holds is refused for its own reason.
    const paths = object.manifest.kind === 'Secret' ? all.filter((path) => !/^(data|stringData)\b/.test(path)) : all;
    if (paths.length === 0) return [];
    const shown = paths.slice(0, 5).join(', ');
    const problem = `${shown}${paths.length > 5 ? ' and more' : ''} would be another text at each rendering (${namesOf(calls)}).`;
    const known = switchOf(object.template);
    const value = known ?? 'set the value of the chart that fixes it';
    return [releaseProblem(input, 'stable-release', placeOf(object), problem, `${value}, or ${leaveToEngine}.`)];
  });
}

/** Every object with its like: the same identity, else the next one that is left of the same template and kind. */
function pairUp(objects: readonly RenderedObject[], others: readonly RenderedObject[]) {
  const left = [...others];
  const take = (matches: (other: RenderedObject) => boolean) => {
    const index = left.findIndex(matches);
    return index < 0 ? undefined : left.splice(index, 1)[0];
  };
  const keyOf = ({ manifest }: RenderedObject) => formatIdentity(identityOf(manifest));
  const same = objects.map((object) => ({ object, other: take((other) => keyOf(other) === keyOf(object)) }));
  return same.map(({ object, other }) => ({
    object,
    other: other ?? take(({ template, manifest }) => template === object.template && manifest.kind === object.manifest.kind),
  }));
}

/** Paths of the fields in which two values differ. */
function differencesOf(a: unknown, b: unknown, keys: readonly (string | number)[] = []): string[] {
  if (a === b) return [];
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    return a.flatMap((item, index) => differencesOf(item, b[index], [...keys, index]));
  }
  if (!isObject(a) || !isObject(b)) return [formatPath(keys)];
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].flatMap((name) => differencesOf(a[name], b[name], [...keys, name]));
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, mapStrings(child, change)]));
}

/** @example 'genCA in web/templates/_ca.tpl' */
function namesOf(calls: Calls): string {
  const names = [...calls].map(([name, files]) => `${name} in ${files[0]}${files.length > 1 ? ' and others' : ''}`);
  return names.length > 0 ? names.join(', ') : 'it depends on the time zone, or on the random order of a map';
}
