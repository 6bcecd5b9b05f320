import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Problem, Problems } from '../../charts/lib/problem.js';
import type { Cluster } from './facts.js';
import { assembleFleet, type Fleet } from './fleet.js';

/** Loads the module of one cluster file by its name without extension. */
export type LoadCluster = (name: string) => Promise<{ readonly default?: unknown }>;

/**
 * Reads every clusters/*.ts below `root`: one file, one cluster.
 *
 * @param load @default - imports the TypeScript file itself, for which the process needs a TypeScript loader
 * @throws {Problems} what is wrong with any cluster, and what is wrong between them when each is sound.
 */
export async function discoverFleet(
  root: string,
  load: LoadCluster = (name) => import(pathToFileURL(join(root, 'clusters', `${name}.ts`)).href),
): Promise<Fleet> {
  const entries = await readdir(join(root, 'clusters'), { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map(({ name }) => name.slice(0, -3))
    .sort();
  const clusters: Cluster[] = [];
  const problems: Problem[] = [];
  for (const name of names) {
    try {
      const cluster = (await load(name)).default as Cluster | undefined;
      const found = checkFile(name, cluster);
      problems.push(...found);
      if (cluster && found.length === 0) clusters.push(cluster);
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      problems.push(...error.problems.map((problem) => ({ ...problem, file: `clusters/${name}.ts` })));
    }
  }
  if (names.length === 0) {
    problems.push({
      rule: 'some-cluster',
      severity: 'error',
      file: 'clusters',
      field: '',
      problem: 'There is no cluster file.',
      fix: 'add clusters/<name>.ts.',
    });
  }
  if (problems.length > 0) throw new Problems(problems);
  return assembleFleet(clusters);
}

function checkFile(name: string, cluster: Cluster | undefined): Problem[] {
  const report = (rule: string, field: string, problem: string, fix: string): Problem[] => [
    { rule, severity: 'error', file: `clusters/${name}.ts`, field, problem, fix },
  ];
  // Facts that went past defineCluster are unchecked, and lack what it adds.
  if (typeof cluster !== 'object' || cluster === null || typeof cluster.host !== 'function') {
    return report('cluster-export', '', 'The file does not export a cluster.', 'write "export default defineCluster({ ... })".');
  }
  if (cluster.name !== name) {
    return report(
      'cluster-file-name',
      'name',
      `The cluster is called "${cluster.name}" and its file "${name}.ts"; dist/ and the engines go by the name.`,
      `write "${name}", or rename the file.`,
    );
  }
  return [];
}
