import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { KindCatalog } from '../../charts/lib/kinds.js';
import { type Problem, Problems } from '../../charts/lib/problem.js';
import { cacheKey, forgetOld, hashSources, readCached, writeCached } from './cache.js';
import { findUnstable } from './determinism.js';
import { settleHooks } from './hooks.js';
import type { HelmProgram, LockedChart, RenderedRelease, RenderInput } from './model.js';
import { readObjects } from './objects.js';
import { settleNamespaces } from './objects-scope.js';
import { renderRelease } from './run.js';
import { inFile, releaseProblem } from './run-problem.js';
import { sha256Of } from './store.js';

/** A release to render, and who declares it. */
export interface ReleaseRequest {
  readonly input: RenderInput;
  /** The file that problems name. @example 'charts/traefik/index.ts' */
  readonly file: string;
}

/** What rendering needs of the world. */
export interface RenderTools {
  /** Path of the checkout; results are kept below its .cache/renders/. */
  readonly root: string;
  /** Asked for only when something must be rendered. */
  readonly program: () => Promise<HelmProgram>;
  /** Path of the archive of a chart. @throws {Problems} when it cannot be had. */
  readonly archiveOf: (chart: LockedChart) => Promise<string>;
  /** Version of the lock. @example 'v3.19.0' */
  readonly helm: string;
  readonly catalog: KindCatalog;
}

/**
 * Renders releases, as many at a time as there are cores. Results are in the order of the requests; one that is known costs reading a file,
 * and what several clusters ask for alike is rendered once.
 */
export async function renderReleases(requests: readonly ReleaseRequest[], tools: RenderTools): Promise<RenderedRelease[]> {
  const folder = join(tools.root, '.cache', 'renders');
  const sources = await hashSources(tools.root);
  const keyed = requests.map((request) => ({ ...request, key: cacheKey(request.input, tools.helm, sources) }));
  const releases = new Map<string, RenderedRelease>();
  const queue = new Map(keyed.map(({ key, input }) => [key, input])).entries();
  let isGrown = false;
  const work = async () => {
    for (const [key, input] of queue) {
      const known = await readCached(folder, key);
      if (known === undefined) isGrown = true;
      releases.set(key, known ?? (await renderNew(input, tools, (release) => writeCached(folder, key, release))));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  if (isGrown) await forgetOld(folder);
  return keyed.map(({ key, input, file }) => {
    const { objects, problems } = releases.get(key) ?? { objects: [], problems: [] };
    const settled = settleNamespaces(objects, input, tools.catalog);
    return { objects: settled.objects, problems: inFile([...problems, ...settled.problems], file) };
  });
}

/** Everything but namespaces, which depend on imports/ too. A failure may come from this machine, so that it is not kept. */
async function renderNew(
  input: RenderInput,
  tools: RenderTools,
  keep: (release: RenderedRelease) => Promise<void>,
): Promise<RenderedRelease> {
  try {
    const release = await renderWith(await tools.program(), await tools.archiveOf(input.chart), input);
    await keep(release);
    return release;
  } catch (error) {
    if (error instanceof Problems) return { objects: [], problems: error.problems };
    throw error;
  }
}

async function renderWith(program: HelmProgram, path: string, input: RenderInput): Promise<RenderedRelease> {
  const archive = await readFile(path);
  refuseOther(archive, path, input);
  const { text, problems } = await renderRelease(program, path, input);
  if (text === undefined) throw new Problems(problems);
  const read = readObjects(text, input);
  const { objects, problems: refused } = settleHooks(read.objects, input);
  const found: Problem[] = [...problems, ...read.problems, ...refused];
  return { objects, problems: [...found, ...(await findUnstable({ program, input, archive, text, objects }))] };
}

function refuseOther(archive: Buffer, path: string, input: RenderInput): void {
  const actual = sha256Of(archive);
  if (actual === input.chart.sha256) return;
  const problem = `${path} has the SHA-256 ${actual}, and the lock wants ${input.chart.sha256}.`;
  const fix = 'remove the file, so that it is fetched again; if it stays so, the chart was published anew under an old version.';
  throw new Problems([releaseProblem(input, 'locked-archive', '', problem, fix)]);
}
