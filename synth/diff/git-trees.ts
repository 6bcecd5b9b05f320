import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, Problems } from '../../charts/lib/problem.js';
import type { Io } from '../command.js';
import { branchFields, branchOf } from './branch.js';
import type { ChangedTree } from './compare.js';
import type { DistFile } from './documents.js';

type World = Pick<Io, 'root' | 'env'>;

/** The two trees: `head` is left out for the files as they are in the folder. */
export interface Refs {
  readonly base: string;
  readonly head?: string | undefined;
}

/**
 * What of dist/ differs between what both refs come from and the head, by cluster. Only files that differ are read, and those that name the
 * branch. Changes that the base alone has since are no part of a merge, and are left out.
 *
 * @throws {Problems} without Git, outside of a repository, and for a ref that is not there.
 */
export function readTrees({ base, head }: Refs, world: World): ChangedTree[] {
  const git = (...args: readonly string[]) => runGit(args, world).toString('utf8');
  const [commit, now] = [resolveRef(base, world), head === undefined ? undefined : resolveRef(head, world)];
  const from = mergeBase(commit, now, world);
  const refs = now === undefined ? [from] : [from, now];
  const raw = git('diff', '--raw', '-z', '--no-abbrev', '--no-renames', '--no-ext-diff', '--diff-filter=ADMT', ...refs, '--', 'dist');
  const entries = parseRaw(raw);
  if (head === undefined) {
    const untracked = git('ls-files', '--others', '--exclude-standard', '-z', '--', 'dist').split('\0');
    for (const path of untracked.filter(Boolean)) entries.push({ path, old: undefined, now: '' });
  }
  const clusters = [...new Set(entries.flatMap(({ path }) => clusterOf(path) ?? []))].sort();
  const branches = Object.keys(branchFields).flatMap((file) => clusters.map((cluster) => `dist/${cluster}/${file}`));
  const blobs = readBlobs(
    [
      ...entries.flatMap(({ old, now: blob }) => [old, now === undefined ? undefined : blob]),
      ...branches.flatMap((path) => [`${from}:${path}`, ...(now === undefined ? [] : [`${now}:${path}`])]),
    ].flatMap((name) => (name === undefined || name === '' ? [] : [name])),
    world,
  );
  const readNow = (path: string, blob: string | undefined) => (head === undefined ? readFile(path, world) : blobs.get(blob ?? ''));
  return clusters.map((cluster) => {
    const prefix = `dist/${cluster}/`;
    const own = entries.filter(({ path }) => path.startsWith(prefix));
    const file = (path: string, text: string | undefined): DistFile[] =>
      text === undefined ? [] : [{ path: path.slice(prefix.length), text }];
    const branch = Object.keys(branchFields).flatMap((path) => {
      const text = readNow(`${prefix}${path}`, `${now}:${prefix}${path}`) ?? blobs.get(`${from}:${prefix}${path}`);
      return text === undefined ? [] : [branchOf(path, text)];
    });
    return {
      cluster,
      branch: branch[0] ?? '',
      before: own.flatMap(({ path, old }) => (old === undefined ? [] : file(path, blobs.get(old)))),
      after: own.flatMap(({ path, now: blob }) => (blob === undefined ? [] : file(path, readNow(path, blob)))),
    };
  });
}

/** The branch that a ref names, without its remote; undefined for a commit or tag. @example 'origin/main' is 'main' */
export function branchOfRef(ref: string, world: World): string | undefined {
  const full = runGit(['rev-parse', '--symbolic-full-name', '--verify', '--quiet', '--end-of-options', ref], world, [0, 1])
    .toString()
    .trim();
  return /^refs\/(?:heads|remotes\/[^/]+)\/(.+)$/.exec(full)?.[1];
}

/** The commit of a ref. @throws {Problems} where there is none. */
function resolveRef(ref: string, world: World): string {
  const commit = runGit(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], world, [0, 1])
    .toString()
    .trim();
  if (commit !== '') return commit;
  throw new Problems([
    problem(`"${ref}" is no commit, branch or tag of this clone.`, 'fetch it ("git fetch origin <branch>"), or name another one.'),
  ]);
}

/**
 * Where both come from. A head that is behind its base is compared with the base itself, and so is one of a clone that does not reach back.
 *
 * @param head @default - what is checked out
 */
function mergeBase(base: string, head: string | undefined, world: World): string {
  const common = runGit(['merge-base', base, head ?? 'HEAD'], world, [0, 1])
    .toString()
    .trim();
  return common === '' || common === head ? base : common;
}

function clusterOf(path: string): string | undefined {
  return /^dist\/([^/]+)\//.exec(path)?.[1];
}

interface RawEntry {
  readonly path: string;
  /** Blobs; zeros stand for what only the folder has. @default - it was not there */
  readonly old: string | undefined;
  /** @default - it is not there any more */
  readonly now: string | undefined;
}

/** `:mode mode blob blob status NUL path NUL`. Source: git-diff(1), raw output format. */
function parseRaw(raw: string): RawEntry[] {
  const parts = raw.split('\0');
  const entries: RawEntry[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [, , old = '', now = '', status = ''] = (parts[index] ?? '').split(' ');
    entries.push({ path: parts[index + 1] ?? '', old: status === 'A' ? undefined : old, now: status === 'D' ? undefined : now });
  }
  return entries;
}

/** Texts by the name that they were asked by; what is missing has none. Source: git-cat-file(1), batch output. */
function readBlobs(names: readonly string[], world: World): ReadonlyMap<string, string> {
  const wanted = [...new Set(names)];
  const texts = new Map<string, string>();
  if (wanted.length === 0) return texts;
  const output = runGit(['cat-file', '--batch'], world, [0], `${wanted.join('\n')}\n`);
  let at = 0;
  for (const name of wanted) {
    const end = output.indexOf(10, at);
    const header = output.toString('utf8', at, end);
    at = end + 1;
    if (header.endsWith(' missing')) continue;
    const size = Number(header.split(' ')[2]);
    texts.set(name, output.toString('utf8', at, at + size));
    at += size + 1;
  }
  return texts;
}

function readFile(path: string, { root }: World): string | undefined {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function runGit(args: readonly string[], { root, env }: World, allowed: readonly number[] = [0], input?: string): Buffer {
  // Its messages are read, in English; paths are those of the repository, also below a folder of it.
  const options = { cwd: root, env: { ...env, LC_ALL: 'C' }, input, maxBuffer: 2 ** 31 - 1 };
  const { status, stdout, stderr, error } = spawnSync('git', args, options);
  if (!error && status !== null && allowed.includes(status)) return stdout;
  throw new Problems([
    problem(`Git cannot read the trees: ${error?.message ?? stderr.toString().trim()}`, 'run it in a clone, with git in the PATH.'),
  ]);
}

function problem(text: string, fix: string): Problem {
  return { rule: 'readable-trees', severity: 'error', file: 'dist', field: '', problem: text, fix };
}
