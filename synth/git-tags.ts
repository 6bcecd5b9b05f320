import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

/**
 * Names of the tags that a checkout knows, read from the files of its Git folder: no git program is asked. Tags that only the server has are not
 * among them, nor those of a repository that keeps its refs as reftable.
 *
 * @param root folder of the checkout; a linked worktree too. @returns nothing when it is no checkout.
 *
 * Source: https://git-scm.com/docs/gitrepository-layout (v2.51: commondir, packed-refs, refs), https://git-scm.com/docs/git-worktree#_details
 */
export function readTags(root: string): ReadonlySet<string> {
  const folder = findFolder(root);
  if (folder === undefined) return new Set();
  const common = join(folder, 'commondir');
  const shared = existsSync(common) ? resolve(folder, readFileSync(common, 'utf8').trim()) : folder;
  return new Set([...readLoose(join(shared, 'refs', 'tags')), ...readPacked(join(shared, 'packed-refs'))]);
}

/** In a linked worktree .git is a file that names the folder. */
function findFolder(root: string): string | undefined {
  const path = join(root, '.git');
  if (!existsSync(path)) return undefined;
  if (statSync(path).isDirectory()) return path;
  const [, target] = /^gitdir: (.+)$/m.exec(readFileSync(path, 'utf8')) ?? [];
  return target === undefined ? undefined : resolve(root, target.trim());
}

function readLoose(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function readPacked(file: string): string[] {
  if (!existsSync(file)) return [];
  return [...readFileSync(file, 'utf8').matchAll(/^[0-9a-f]+ refs\/tags\/(.+)$/gm)].map(([, name = '']) => name);
}
