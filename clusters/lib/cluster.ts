import { Problems } from '../../charts/lib/problem.js';
import type { Cluster, ClusterFacts } from './facts.js';
import { checkRelations } from './facts-relations.js';
import { checkShape } from './facts-shape.js';

/**
 * The facts of one cluster, the default export of clusters/<name>.ts.
 *
 * @throws {Problems} everything that cannot be true of a cluster, at once: one problem a mistake, since a check whose input
 *   already failed is left out.
 */
export function defineCluster(facts: ClusterFacts): Cluster {
  const file = `clusters/${String(facts?.name)}.ts`;
  const misshapen = checkShape(facts, file);
  const problems = [...misshapen.problems, ...checkRelations(facts, file, misshapen.failed)];
  if (problems.length > 0) throw new Problems(problems);
  return freeze({
    ...facts,
    endpoint: `https://${facts.network.vip}:6443`,
    controlPlanes: facts.nodes.filter((node) => node.role === 'controlplane'),
    workers: facts.nodes.filter((node) => node.role === 'worker'),
    storageNodes: facts.nodes.filter((node) => (node.disks.data ?? []).length > 0),
    host: (label: string) => `${label}.${facts.domain}`,
  });
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const child of Object.values(value)) freeze(child);
  }
  return value;
}
