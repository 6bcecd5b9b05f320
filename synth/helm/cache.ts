import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonical } from '../schema/equal.js';
import type { RenderedRelease, RenderInput } from './model.js';

/** Sources that decide what becomes of helm's output, below the checkout; package.json has the version of the YAML reader. */
const others: readonly string[] = ['charts/lib/kinds.ts', 'synth/schema/error.ts', 'synth/schema/node.ts', 'package.json'];

/**
 * SHA-256 over the sources between helm's output and a cached result, so that no result of older ones is ever believed, and nobody has to
 * remember that.
 *
 * @param root path of the checkout.
 */
export async function hashSources(root: string): Promise<string> {
  const own = (await readdir(join(root, 'synth', 'helm')).catch(() => [])).sort().map((name) => `synth/helm/${name}`);
  const hash = createHash('sha256');
  for (const path of [...own, ...others]) hash.update(`\0${path}\0`).update(await readFile(join(root, path)).catch(() => ''));
  return hash.digest('hex');
}

/** Entries that nobody asked for in this time go, in milliseconds. */
const longestUnused = 30 * 24 * 3600 * 1000;

/** All entries together, in bytes; beyond, those go that were not asked for longest. */
const largest = 256 * 1024 * 1024;

/** How often an entry that is read is marked as used, in milliseconds. */
const markEvery = 24 * 3600 * 1000;

/** SHA-256 over everything that a result depends on. @param sources what `hashSources` says. */
export function cacheKey(input: RenderInput, helmVersion: string, sources: string): string {
  const { chart, releaseName, namespace, values, kubernetes, apiVersions, engine } = input;
  // Problems name the chart, and helm shows its version to the templates from the archive.
  const named = { chart: chart.chart, version: chart.version, sha256: chart.sha256 };
  const all = { sources, helmVersion, ...named, releaseName, namespace, values, kubernetes, apiVersions, engine };
  return createHash('sha256').update(canonical(all)).digest('hex');
}

/** The result under a key; undefined when there is none, or it is not byte for byte what was written under this very key. */
export async function readCached(folder: string, key: string): Promise<RenderedRelease | undefined> {
  const path = join(folder, `${key}.json`);
  try {
    const text = await readFile(path, 'utf8');
    const body = text.slice(headOf('').length + 64, -tail.length);
    if (text !== wrap(key, body)) return undefined;
    const release = JSON.parse(body) as RenderedRelease;
    await markUsed(path);
    return release;
  } catch {
    return undefined;
  }
}

/** Puts a result under a key, in one step. A folder that cannot be written only costs time. */
export async function writeCached(folder: string, key: string, release: RenderedRelease): Promise<void> {
  const path = join(folder, `${key}.json`);
  const staged = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(staged, wrap(key, JSON.stringify(release)), { mode: 0o600 });
    await rename(staged, path);
  } catch {
    await rm(staged, { force: true }).catch(() => undefined);
  }
}

/** Removes what was not used for long, what is too much, and what a killed run left behind. @param limit in bytes. @default 256 MiB */
export async function forgetOld(folder: string, limit = largest): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const entries = await Promise.all(
    names.map(async (name) => {
      const facts = await stat(join(folder, name)).catch(() => undefined);
      return { path: join(folder, name), size: facts?.size ?? 0, used: facts?.mtimeMs ?? 0 };
    }),
  );
  let total = 0;
  for (const { path, size, used } of entries.sort((a, b) => b.used - a.used)) {
    total += size;
    const isLeft = path.endsWith('.tmp') && used < Date.now() - 3600 * 1000;
    if (isLeft || total > limit || used < Date.now() - longestUnused) await rm(path, { force: true }).catch(() => undefined);
  }
}

const tail = '}\n';

function headOf(checksum: string): string {
  return `{"sha256":"${checksum}","release":`;
}

/** The file is JSON; its checksum is over the key too, so that no entry passes for another. */
function wrap(key: string, body: string): string {
  const checksum = createHash('sha256').update(key).update(body).digest('hex');
  return headOf(checksum) + body + tail;
}

async function markUsed(path: string): Promise<void> {
  const { mtimeMs } = await stat(path);
  const now = new Date();
  if (now.getTime() - mtimeMs > markEvery) await utimes(path, now, now);
}
