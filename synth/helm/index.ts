import { createHash } from 'node:crypto';
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
import { findSecretData } from './secrets.js';

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

/** Renders releases, each core one at a time. Results are in the order of the requests; one that is known costs reading a file. */
export async function renderReleases(requests: readonly ReleaseRequest[], tools: RenderTools): Promise<RenderedRelease[]> {
  const cache = { folder: join(tools.root, '.cache', 'renders'), sources: await hashSources(tools.root) };
  const results: RenderedRelease[] = [];
  const queue = [...requests.entries()];
  let rendered = 0;
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, { input, file }] = next;
      const { release, isNew } = await resultOf(input, tools, cache);
      if (isNew) rendered += 1;
      const settled = settleNamespaces(release.objects, input, tools.catalog);
      results[index] = { objects: settled.objects, problems: inFile([...release.problems, ...settled.problems], file) };
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  if (rendered > 0) await forgetOld(cache.folder);
  return results;
}

/** Everything but namespaces, which depend on imports/ too. */
async function resultOf(
  input: RenderInput,
  tools: RenderTools,
  { folder, sources }: { readonly folder: string; readonly sources: string },
): Promise<{ release: RenderedRelease; isNew: boolean }> {
  const key = cacheKey(input, tools.helm, sources);
  const known = await readCached(folder, key);
  if (known !== undefined) return { release: known, isNew: false };
  try {
    const release = await renderNew(input, tools);
    await writeCached(folder, key, release);
    return { release, isNew: true };
  } catch (error) {
    // A failure may come from this machine, and is tried again.
    if (error instanceof Problems) return { release: { objects: [], problems: error.problems }, isNew: false };
    throw error;
  }
}

async function renderNew(input: RenderInput, tools: RenderTools): Promise<RenderedRelease> {
  const program = await tools.program();
  const path = await tools.archiveOf(input.chart);
  const archive = await readFile(path);
  refuseOther(archive, path, input);
  const { text, problems } = await renderRelease(program, path, input);
  if (text === undefined) throw new Problems(problems);
  const read = readObjects(text, input);
  const { objects, problems: refused } = settleHooks(read.objects, input);
  const found: Problem[] = [...problems, ...read.problems, ...refused, ...findSecretData(objects, input)];
  return { objects, problems: [...found, ...(await findUnstable({ program, input, archive, text, objects }))] };
}

function refuseOther(archive: Buffer, path: string, input: RenderInput): void {
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual === input.chart.sha256) return;
  const problem = `${path} has the SHA-256 ${actual}, and the lock wants ${input.chart.sha256}.`;
  const fix = 'remove the file, so that it is fetched again; if it stays so, the chart was published anew under an old version.';
  throw new Problems([releaseProblem(input, 'locked-archive', '', problem, fix)]);
}
