import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Problems } from '../../charts/lib/problem.js';
import { type Commit, commitFormat, parseCommits } from './commits.js';
import { problemOfGit } from './git-problem.js';

const run = promisify(execFile);

/** Runs git in the checkout. @param env variables beside those of the process @returns what it printed. @throws {Problems} when it fails. */
export type Git = (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<string>;

/** Git for one checkout. It neither refreshes the index nor translates what it prints. */
export function openGit(root: string, env: Readonly<Record<string, string | undefined>>): Git {
  return async (args, more = {}) => {
    // Status would write what it found out into the index.
    const all = { ...env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', ...more };
    try {
      const { stdout } = await run('git', [...args], { cwd: more['GIT_WORK_TREE'] ?? root, env: all, maxBuffer: 2 ** 30 });
      return stdout;
    } catch (error) {
      const { stderr = '', message } = error as { stderr?: string; message: string };
      const problem = `git ${args[0] === '-c' ? args[2] : args[0]} failed: ${stderr.trim() || message}`;
      throw new Problems([problemOfGit({ rule: 'running-git', file: '.', problem, fix: 'run it in a clone, with git in the PATH.' })]);
    }
  };
}

/** Object ids by name, of those refs that exist. @param refs full names @example ['refs/heads/dev', 'refs/tags/dev'] */
export async function readRefs(git: Git, refs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const lines = (await git(['for-each-ref', '--format=%(objectname) %(refname)', ...refs])).split('\n').filter(Boolean);
  // A pattern also gives what lies below it.
  return new Map(
    lines
      .map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))] as const)
      .filter(([name]) => refs.includes(name)),
  );
}

/** Commits that some revisions reach, the newest first. @param revisions as git log takes them @example ['--first-parent', id] */
export async function readCommits(git: Git, ...revisions: readonly string[]): Promise<Commit[]> {
  return parseCommits(await git(['log', '-z', '--no-show-signature', '--no-color', `--format=${commitFormat}`, ...revisions, '--']));
}

/** Branches that a worktree of the repository has checked out, as full ref names. */
export async function readCheckedOut(git: Git): Promise<ReadonlySet<string>> {
  const list = await git(['worktree', 'list', '--porcelain']);
  return new Set([...list.matchAll(/^branch (.+)$/gm)].map(([, ref = '']) => ref));
}

/** Paths that are changed, staged or new in the working tree. */
export async function readDirty(git: Git): Promise<string[]> {
  const status = await git(['-c', 'core.quotePath=false', 'status', '--porcelain', '--untracked-files=normal']);
  return status
    .split('\n')
    .filter(Boolean)
    .map((line) => line.slice(3));
}
