import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a write did, by path relative to the folder. */
export interface Written {
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Makes a folder hold exactly these files: only what differs is written (temporary file, then rename), then every other file
 * goes, and every folder that is empty then.
 *
 * @param isOther files that somebody else writes, which stay. @default - none
 */
export async function writeTree(
  folder: string,
  files: ReadonlyMap<string, string>,
  isOther: (path: string) => boolean = () => false,
): Promise<Written> {
  const before = await listFiles(folder);
  const changed: string[] = [];
  for (const [path, content] of files) {
    const target = join(folder, path);
    if (before.includes(path) && (await readFile(target, 'utf8')) === content) continue;
    await mkdir(dirname(target), { recursive: true });
    await writeFile(`${target}.new`, content);
    await rename(`${target}.new`, target);
    changed.push(path);
  }
  const removed = before.filter((path) => !files.has(path) && !isOther(path));
  for (const path of removed) await rm(join(folder, path));
  for (const path of new Set(removed.map((path) => dirname(path)))) await removeEmpty(folder, path);
  return { changed, removed };
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function removeEmpty(folder: string, path: string): Promise<void> {
  if (path === '.' || (await readdir(join(folder, path))).length > 0) return;
  await rmdir(join(folder, path));
  await removeEmpty(folder, dirname(path));
}
