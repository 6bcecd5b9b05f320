import { join, resolve } from 'node:path';
import { formatProblem, type Problem, Problems } from '../charts/lib/problem.js';
import { discoverFleet } from '../clusters/lib/discover.js';
import { affectedBy, type Fleet } from '../clusters/lib/fleet.js';
import { checkSchemas } from './check-schemas.js';
import { BadUsage, type Io } from './command.js';
import { type RenderedCluster, renderCluster, type Tree } from './render.js';
import { loadSchemas } from './schema/load.js';
import { compareTree, listClusters, type TreeDifference } from './write.js';

/** Clusters rendered and checked in memory, and how the folder on disk differs. Nothing has been written. */
export interface Session {
  readonly dist: string;
  readonly rendered: ReadonlyMap<string, RenderedCluster>;
  readonly trees: ReadonlyMap<string, Tree>;
  readonly differences: readonly TreeDifference[];
  /** Ready to print. */
  readonly warnings: readonly string[];
}

/**
 * Renders the named clusters and those that show something of them; all when no name is given.
 *
 * @throws {Problems} everything that is wrong with any of them, at once. @throws {BadUsage} on an unknown name.
 */
export async function prepare(names: readonly string[], io: Io): Promise<Session> {
  const fleet = await discoverFleet(io.root, io.loadCluster);
  refuseUnknown(names, fleet);
  const clusters = names.length > 0 ? affectedBy(fleet, names) : fleet.clusters;
  const schemas = loadSchemas(join(io.root, 'imports', 'schemas'));

  const rendered = new Map<string, RenderedCluster>();
  const problems: Problem[] = [];
  for (const cluster of clusters) {
    try {
      rendered.set(
        cluster.name,
        renderCluster(cluster, fleet, schemas, (plan) => checkSchemas(plan, schemas)),
      );
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      problems.push(...error.problems.map((problem) => (clusters.length > 1 ? inCluster(problem, cluster.name) : problem)));
    }
  }
  if (problems.some(({ severity }) => severity === 'error')) throw new Problems(problems);

  // `cdk8s synth` says where it wants the result; dist/ is then left alone.
  const outside = io.env['CDK8S_OUTDIR'];
  const dist = outside ? resolve(io.cwd, outside) : join(io.root, 'dist');
  const trees = new Map([...rendered].map(([name, { tree }]) => [name, tree]));
  const gone = names.length > 0 ? [] : (await listClusters(dist)).filter((name) => !trees.has(name));
  const differences = await Promise.all(
    [...trees.keys(), ...gone].sort().map((name) => compareTree(dist, name, trees.get(name) ?? new Map())),
  );
  return { dist, rendered, trees, differences, warnings: problems.map(formatProblem) };
}

function refuseUnknown(names: readonly string[], fleet: Fleet): void {
  const known = fleet.clusters.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new BadUsage(`There is no cluster ${unknown.map((name) => `"${name}"`).join(', ')}. The clusters are ${known.join(', ')}.`);
}

function inCluster(problem: Problem, cluster: string): Problem {
  return problem.file.startsWith('clusters/') || problem.file.startsWith('dist/')
    ? problem
    : { ...problem, field: `${problem.field} in ${cluster}` };
}
