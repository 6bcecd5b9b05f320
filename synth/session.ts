import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatProblem, type Problem, Problems } from '../charts/lib/problem.js';
import { discoverFleet } from '../clusters/lib/discover.js';
import { affectedBy, type Fleet } from '../clusters/lib/fleet.js';
import { type ClusterPlan, collectCluster, planCollected } from '../clusters/lib/plan.js';
import type { UsedWaiver } from './check-rules.js';
import { checkPlans } from './checks.js';
import { BadUsage, type Io } from './command.js';
import { readTags } from './git-tags.js';
import { type DeliveryWorld, deliverReleases, nothingDelivered } from './helm/deliver.js';
import { recordPath } from './helm/record.js';
import { openWorld } from './helm/world.js';
import { renderPlan, type WholeTree } from './render.js';
import { loadSchemas, type Schemas } from './schema/load.js';
import { traceConstructs } from './trace.js';
import { compareTree, listClusters, type TreeDifference } from './write.js';

/** Clusters rendered and checked in memory, and how the folder on disk differs. Nothing has been written. */
export interface Session {
  readonly dist: string;
  readonly fleet: Fleet;
  readonly plans: readonly ClusterPlan[];
  readonly trees: ReadonlyMap<string, WholeTree>;
  readonly differences: readonly TreeDifference[];
  /** Ready to print. */
  readonly warnings: readonly string[];
  /** Rules that somebody let be broken, with the reason. */
  readonly waived: readonly UsedWaiver[];
  readonly schemas: Schemas;
  readonly world: DeliveryWorld;
}

/**
 * Renders the named clusters and those that show something of them; all when no name is given.
 *
 * @param isKeeping see DeliveryWorld.
 *
 * @throws {Problems} everything that is wrong with any of them, at once. @throws {BadUsage} on an unknown name.
 */
export async function prepare(names: readonly string[], io: Io, { isKeeping = true } = {}): Promise<Session> {
  const fleet = await discoverFleet(io.root, io.loadCluster);
  refuseUnknown(names, fleet);
  const clusters = names.length > 0 ? affectedBy(fleet, names) : fleet.clusters;
  const schemas = loadSchemas(join(io.root, 'imports', 'schemas'));
  // `cdk8s synth` says where it wants the result; dist/ is then left alone.
  const outside = io.env['CDK8S_OUTDIR'];
  const dist = outside ? resolve(io.cwd, outside) : join(io.root, 'dist');

  const trees = new Map<string, WholeTree>();
  const plans: ClusterPlan[] = [];
  const found: { cluster: string; problems: readonly Problem[] }[] = [];
  /** What is wrong with one cluster does not keep the others from being looked at. */
  const attempt = <T>(cluster: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      found.push({ cluster, problems: error.problems });
      return undefined;
    }
  };
  const collected = clusters.flatMap((cluster) => attempt(cluster.name, () => collectCluster(cluster, fleet, schemas)) ?? []);
  const world = { ...(await openWorld(io, dist, schemas)), isKeeping };
  const deliveries = await deliverReleases(collected, world, schemas);
  const planned: { plan: ClusterPlan; record?: string | undefined }[] = [];
  for (const [index, cluster] of collected.entries()) {
    const { name } = cluster.cluster;
    if (io.isTerminal) io.printProgress(`rendering ${name} (${index + 1} of ${collected.length})`);
    const { problems, files, record } = deliveries.get(name) ?? nothingDelivered;
    found.push({ cluster: name, problems });
    // What else is wrong shows as if the engine rendered them, so that nothing follows from what could not be rendered.
    const isRendered = problems.every(({ severity }) => severity !== 'error');
    attempt(name, () => {
      const plan = planCollected(cluster, fleet, schemas, isRendered ? files : nothingDelivered.files);
      planned.push({ plan, record });
    });
  }
  const readCommitted = (cluster: string, path: string) => readText(join(dist, cluster, path));
  const verdict = checkPlans(
    planned.map(({ plan }) => plan),
    { fleet, schemas, readCommitted, tags: readTags(io.root) },
  );
  for (const { plan, record } of planned) {
    const { name } = plan.cluster;
    attempt(name, () => {
      const { tree, warnings } = renderPlan(plan, () => [...(verdict.problems.get(name) ?? [])]);
      plans.push(plan);
      const files = plan.files.map(({ path, content }) => [path, content] as const);
      const records = record === undefined ? [] : [[recordPath, record] as const];
      trees.set(name, new Map<string, string | Buffer>([...tree, ...files, ...records]));
      found.push({ cluster: name, problems: warnings });
    });
  }
  if (io.isTerminal) io.printProgress('');
  const problems = mergeProblems(found);
  if (problems.some(({ severity }) => severity === 'error')) {
    throw new Problems(
      locate(problems, (name) => {
        const cluster = clusters.find((one) => one.name === name);
        if (cluster) attempt(name, () => collectCluster(cluster, fleet, schemas));
      }),
    );
  }

  // Folders that lie elsewhere were never ours.
  const gone = names.length > 0 || outside ? [] : (await listClusters(dist)).filter((name) => !trees.has(name));
  const differences = await Promise.all(
    [...trees.keys(), ...gone].sort().map((name) => compareTree(dist, name, trees.get(name) ?? new Map(), deliveries.get(name)?.kept)),
  );
  return { dist, fleet, plans, trees, differences, warnings: problems.map(formatProblem), waived: verdict.waived, schemas, world };
}

function refuseUnknown(names: readonly string[], fleet: Fleet): void {
  const known = fleet.clusters.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new BadUsage(`There is no cluster ${unknown.map((name) => `"${name}"`).join(', ')}. The clusters are ${known.join(', ')}.`);
}

/** One mistake in a shared chart shows in every cluster that uses it, and is still one. */
function mergeProblems(found: readonly { cluster: string; problems: readonly Problem[] }[]): Problem[] {
  const merged = new Map<string, { problem: Problem; clusters: string[] }>();
  for (const { cluster, problems } of found) {
    for (const problem of problems) {
      const key = JSON.stringify(problem);
      const known = merged.get(key) ?? { problem, clusters: [] };
      known.clusters.push(cluster);
      merged.set(key, known);
    }
  }
  return [...merged.values()].map(({ problem, clusters }) => {
    const namesCluster = problem.file.startsWith('clusters/') || problem.file.startsWith('dist/');
    return namesCluster ? problem : { ...problem, clusters };
  });
}

/** The problems with the line of each construct instead of the file of its component. @param build builds a cluster once more. */
function locate(problems: readonly Problem[], build: (cluster: string) => void): Problem[] {
  const lines = new Map<string, ReadonlyMap<string, string>>();
  return problems.map((problem) => {
    const { construct, clusters: [cluster] = [] } = problem;
    if (construct === undefined || cluster === undefined) return problem;
    if (!lines.has(cluster))
      lines.set(
        cluster,
        traceConstructs(() => build(cluster)),
      );
    return { ...problem, file: lines.get(cluster)?.get(construct) ?? problem.file };
  });
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
