import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, Problems } from '../../charts/lib/problem.js';
import { readArchive, readChartFile } from './archive.js';
import { parseIgnoreFile } from './archive-ignore.js';
import { packChart } from './archive-pack.js';
import { sha256Of } from './store.js';
import { nearestVersions, type Offer, type Source, Unavailable } from './vendor-source.js';

/** A chart that was found below the folder. */
interface FoundChart {
  readonly name: string;
  readonly version: string;
  /** Relative to the folder. */
  readonly path: string;
  readonly isPacked: boolean;
  readonly content: Buffer;
}

/**
 * Local copies instead of the network: archives, unpacked charts (packed the same way on every machine) and upstream manifests, anywhere
 * below a folder. Archives and charts go by what their Chart.yaml says, manifests by the last parts of their address.
 *
 * @param folder absolute path
 */
export async function folderSource(folder: string): Promise<Source> {
  const charts: FoundChart[] = [];
  const manifests: string[] = [];
  /** What looks like a chart and is none, told when a chart is missing. */
  const refused: string[] = [];
  const add = async (path: string, content: () => Promise<Buffer>, isPacked: boolean) => {
    try {
      const bytes = await content();
      const { name, version } = readArchive(bytes, path);
      charts.push({ name, version, path, isPacked, content: bytes });
    } catch (error) {
      if (error instanceof Problems) refused.push(...error.problems.map((problem) => `${path} ${problem.field}: ${problem.problem}`));
      else if (error instanceof SyntaxError) refused.push(`${path}: ${error.message}`);
      else throw error;
    }
  };
  const visit = async (path: string): Promise<void> => {
    const entries = await readdir(join(folder, path), { withFileTypes: true });
    if (entries.some((entry) => entry.isFile() && entry.name === 'Chart.yaml'))
      return await add(path || '.', () => packFolder(join(folder, path), path), false);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== '.git') await visit(child);
      else if (entry.isFile() && entry.name.endsWith('.tgz')) await add(child, () => readFile(join(folder, child)), true);
      else if (entry.isFile() && /\.ya?ml$/.test(entry.name)) manifests.push(child);
    }
  };
  await visit('');
  const offerOf = (path: string, content: Buffer): Offer => ({
    origin: join(folder, path),
    sha256: sha256Of(content),
    read: async () => content,
  });
  return {
    kind: 'folder',
    async chart({ chart, version }) {
      const named = charts.filter(({ name }) => name === chart);
      const exact = named.filter((found) => found.version === version);
      // What upstream packed is nearer to what upstream serves.
      const best = exact.some(({ isPacked }) => isPacked) ? exact.filter(({ isPacked }) => isPacked) : exact;
      return theOnly(
        best,
        `${chart} ${version}`,
        folder,
        ({ path, content }) => offerOf(path, content),
        () => {
          const nearest = nearestVersions(
            version,
            named.map((found) => found.version),
          );
          const lines = [
            `There is no chart ${chart} ${version} below ${folder}${nearest.length > 0 ? `, only ${nearest.join(', ')}` : ''}.`,
          ];
          if (refused.length > 0) lines.push('Of what is there, this could not be used:', ...refused.map((line) => `  ${line}`));
          return lines.join('\n');
        },
      );
    },
    versions: async ({ chart }) => charts.filter(({ name }) => name === chart).map(({ version }) => version),
    async manifest(url) {
      const wanted = new URL(url).pathname
        .split('/')
        .filter((part) => part !== '')
        .map(decodeURIComponent);
      const ranked = manifests.map((path) => ({ path, common: commonEnd(path.split('/'), wanted) }));
      const longest = Math.max(0, ...ranked.map(({ common }) => common));
      const best = await Promise.all(
        ranked
          .filter(({ common }) => common > 0 && common === longest)
          .map(async ({ path }) => ({ path, content: await readFile(join(folder, path)) })),
      );
      const missing = () => `There is no ${wanted.at(-1)} below ${folder}.`;
      return theOnly(best, url, folder, ({ path, content }) => offerOf(path, content), missing);
    },
  };
}

/** Copies with the same content are one. */
function theOnly<Found extends { readonly path: string; readonly content: Buffer }>(
  found: readonly Found[],
  name: string,
  folder: string,
  use: (found: Found) => Offer,
  missing: () => string,
): Offer {
  const [first] = found;
  if (!first) throw new Unavailable('served-version', missing(), 'put a copy there, or run without --from.');
  const others = found.filter(({ content }) => !content.equals(first.content));
  if (others.length === 0) return use(first);
  const paths = [first, ...others].map(({ path }) => join(folder, path));
  const few = paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(' and ');
  throw new Unavailable('sound-upstream', `${name} is there more than once, with different content: ${few}.`, 'leave one of them there.');
}

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a.at(-1 - count) === b.at(-1 - count)) count++;
  return count;
}

async function packFolder(folder: string, origin: string): Promise<Buffer> {
  const files = new Map<string, Buffer>();
  const isIgnored = parseIgnoreFile(await readIgnoreFile(folder));
  const problems: Problem[] = [];
  const visit = async (path: string): Promise<void> => {
    for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      if (isIgnored(child, entry.isDirectory())) continue;
      if (entry.isDirectory()) await visit(child);
      else if (entry.isFile()) files.set(child, await readFile(join(folder, child)));
      else {
        const problem = 'It is a link, which could lead anywhere.';
        problems.push({ rule: 'sound-archive', severity: 'error', file: origin, field: child, problem, fix: 'put the file itself there.' });
      }
    }
  };
  await visit('');
  if (problems.length > 0) throw new Problems(problems);
  // The name of the folder here must not count.
  return packChart(readChartFile(files.get('Chart.yaml'))?.name ?? 'chart', files);
}

async function readIgnoreFile(folder: string): Promise<string> {
  return await readFile(join(folder, '.helmignore'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
}
