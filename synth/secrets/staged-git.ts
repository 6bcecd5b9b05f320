import { spawnSync } from 'node:child_process';
import { type Problem, Problems } from '../../charts/lib/problem.js';
import type { Io } from '../command.js';
import type { StagedFile } from './staged.js';

/** Larger ones are no text that a person wrote. In bytes. */
const limit = 20 * 1024 * 1024;

/** Gitlinks name commits of other repositories, which are not here. */
const gitlink = '160000';

/**
 * What a commit would hold that the last one does not, as it is staged, which may differ from what is in the folder. Reads only; a repository
 * without any commit has everything to offer.
 *
 * @throws {Problems} without Git, or outside of a repository.
 */
export function readStaged({ root, env }: Io): StagedFile[] {
  const git = (args: readonly string[], input?: string): Buffer => {
    // Its messages are read, in English.
    const { status, stdout, stderr, error } = spawnSync('git', args, {
      cwd: root,
      env: { ...env, LC_ALL: 'C' },
      input,
      maxBuffer: 2 ** 31 - 1,
    });
    if (error || status !== 0) throw new Problems([notReadable(error?.message ?? stderr.toString().trim())]);
    return stdout;
  };
  const raw = git(['diff', '--cached', '--raw', '-z', '--no-abbrev', '--no-renames', '--no-ext-diff', '--diff-filter=ACMRT', '--']);
  const entries = parseRaw(raw.toString('utf8')).filter(({ mode }) => mode !== gitlink);
  if (entries.length === 0) return [];
  const list = (objects: readonly string[]) => `${objects.join('\n')}\n`;
  const sizes = git(['cat-file', '--batch-check=%(objectsize)'], list(entries.map(({ object }) => object)))
    .toString()
    .trim()
    .split('\n');
  const small = entries.filter((_, index) => Number(sizes[index]) <= limit);
  const contents = small.length === 0 ? [] : parseBatch(git(['cat-file', '--batch'], list(small.map(({ object }) => object))));
  return entries.map((entry) => ({ path: entry.path, content: contents[small.indexOf(entry)] }));
}

interface RawEntry {
  readonly mode: string;
  readonly object: string;
  readonly path: string;
}

/** `:old new oldObject newObject status NUL path NUL`, whatever characters the path has. Source: git-diff(1), raw output format. */
function parseRaw(raw: string): RawEntry[] {
  const parts = raw.split('\0');
  const entries: RawEntry[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [, mode = '', , object = ''] = (parts[index] ?? '').split(' ');
    entries.push({ mode, object, path: parts[index + 1] ?? '' });
  }
  return entries;
}

/** `object type size LF content LF`, again and again. Source: git-cat-file(1), batch output. */
function parseBatch(batch: Buffer): Buffer[] {
  const contents: Buffer[] = [];
  for (let at = 0; at < batch.length; ) {
    const end = batch.indexOf(10, at);
    const size = Number(batch.toString('latin1', at, end).split(' ')[2]);
    contents.push(batch.subarray(end + 1, end + 1 + size));
    at = end + size + 2;
  }
  return contents;
}

function notReadable(message: string): Problem {
  const problem = `What is staged cannot be read: ${message}`;
  return { rule: 'readable-index', severity: 'error', file: '.', field: '', problem, fix: 'run it in a clone, with git in the PATH.' };
}
