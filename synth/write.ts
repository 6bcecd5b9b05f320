import { lstat, mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { WholeTree } from './render.js';

/** How one cluster's folder differs from what is rendered. Paths are below dist/<cluster>/, sorted. */
export interface TreeDifference {
  readonly cluster: string;
  /** Rendered, and not there. */
  readonly missing: readonly string[];
  /** There, with other bytes. */
  readonly changed: readonly string[];
  /** There, and not rendered. */
  readonly extra: readonly string[];
}

export function isEmpty({ missing, changed, extra }: TreeDifference): boolean {
  return missing.length + changed.length + extra.length === 0;
}

/**
 * Compares a folder with what should be in it; writes nothing.
 *
 * @param tree empty for a cluster that is no more.
 * @param known paths whose content was just read there. @default - none
 */
export async function compareTree(
  dist: string,
  cluster: string,
  tree: WholeTree,
  known: ReadonlySet<string> = new Set(),
): Promise<TreeDifference> {
  const present = await listFiles(join(dist, cluster));
  const entries = [...tree].sort(([a], [b]) => (a < b ? -1 : 1));
  const states = await Promise.all(
    entries.map(async ([path, content]) => {
      if (!present.has(path)) return 'missing';
      if (known.has(path)) return 'same';
      return present.get(path) === 'file' && (await readFile(join(dist, cluster, path))).equals(Buffer.from(content)) ? 'same' : 'changed';
    }),
  );
  const pathsThatAre = (state: string) => entries.filter((_, index) => states[index] === state).map(([path]) => path);
  return {
    cluster,
    missing: pathsThatAre('missing'),
    changed: pathsThatAre('changed'),
    extra: [...present.keys()].filter((path) => !tree.has(path)).sort(),
  };
}

/** Names of the folders directly below dist/; files there are not ours. */
export async function listClusters(dist: string): Promise<string[]> {
  const entries = await readEntries(dist);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(staging))
    .map(({ name }) => name)
    .sort();
}

/**
 * Makes dist/ what was rendered. New content is first written beside dist's folders, all of it, so that a full disk or a missing permission
 * harms nothing; then each changed file is put in place by one rename, then stale files and empty folders go. Unchanged files are not touched.
 */
export async function writeTrees(
  dist: string,
  trees: ReadonlyMap<string, WholeTree>,
  differences: readonly TreeDifference[],
): Promise<void> {
  await removeLeftovers(dist);
  const writes = differences.flatMap(({ cluster, missing, changed }) => [...missing, ...changed].map((path) => ({ cluster, path })));
  const stage = join(dist, `${staging}${process.pid}`);
  try {
    if (writes.length > 0) await mkdir(stage, { recursive: true });
    for (const [index, { cluster, path }] of writes.entries())
      await writeFile(join(stage, String(index)), trees.get(cluster)?.get(path) ?? '');
    for (const { cluster, missing } of differences) await makeRoom(join(dist, cluster), missing);
    for (const [index, { cluster, path }] of writes.entries()) {
      const target = join(dist, cluster, path);
      await mkdir(dirname(target), { recursive: true });
      await rename(join(stage, String(index)), target);
    }
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
  for (const { cluster, extra } of differences) {
    for (const path of stillThere(extra, trees.get(cluster) ?? new Map())) await rm(join(dist, cluster, path), { force: true });
    if (extra.length > 0 || !trees.has(cluster)) await removeEmptyFolders(join(dist, cluster));
  }
}

const staging = '.synth-';

/** What a killed run left behind; the folder is named after its process, which may also still be at work. */
async function removeLeftovers(dist: string): Promise<void> {
  for (const { name } of await readEntries(dist)) {
    if (name.startsWith(staging) && !isRunning(Number(name.slice(staging.length))))
      await rm(join(dist, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Takes away whatever is no folder where a folder must be, and folders where a file must be. A symbolic link is no folder, so that nothing
 * is ever written through one.
 */
async function makeRoom(folder: string, missing: readonly string[]): Promise<void> {
  for (const above of [...new Set(missing.flatMap(foldersAbove))].sort()) {
    if (!(await isFolder(join(folder, above)))) await rm(join(folder, above), { force: true });
  }
  for (const path of missing) if (await isFolder(join(folder, path))) await rm(join(folder, path), { recursive: true });
}

/** Stale paths that did not have to make room: neither is one a folder by now, nor is anything above one a file. */
function stillThere(extra: readonly string[], tree: WholeTree): string[] {
  const folders = new Set([...tree.keys()].flatMap(foldersAbove));
  return extra.filter((path) => !folders.has(path) && !foldersAbove(path).some((above) => tree.has(above)));
}

/** @example foldersAbove('manifests/whoami/a.yaml') is ['', 'manifests', 'manifests/whoami'] */
function foldersAbove(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index).join('/'));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Every file below a folder, and what it is; a symbolic link is never followed, and never what we would write. */
async function listFiles(folder: string): Promise<Map<string, 'file' | 'other'>> {
  const found = new Map<string, 'file' | 'other'>();
  const visit = async (path: string): Promise<void> => {
    const entries = await readEntries(join(folder, path));
    await Promise.all(
      entries.map(async (entry) => {
        const child = path === '' ? entry.name : `${path}/${entry.name}`;
        if (entry.isDirectory()) await visit(child);
        else found.set(child, entry.isFile() ? 'file' : 'other');
      }),
    );
  };
  if (await isFolder(folder)) await visit('');
  return found;
}

async function readEntries(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function removeEmptyFolders(folder: string): Promise<void> {
  for (const entry of await readEntries(folder)) if (entry.isDirectory()) await removeEmptyFolders(join(folder, entry.name));
  if ((await readEntries(folder)).length === 0) await rmdir(folder).catch(() => undefined);
}
