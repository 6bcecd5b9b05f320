import type { App } from 'cdk8s';
import { Problems } from '../../charts/lib/problem.js';
import type { Cluster, ClusterFacts, ClusterOf, NodeFacts } from './facts.js';
import { checkRelations } from './facts-relations.js';
import { checkShape } from './facts-shape.js';
import type { Fleet } from './fleet.js';

/**
 * The facts of one cluster, the default export of clusters/<name>.ts.
 *
 * @throws {Problems} everything that cannot be true of a cluster, at once: one problem a mistake, since a check whose input
 *   already failed is left out.
 */
export function defineCluster<F extends ClusterFacts>(facts: F): ClusterOf<F> {
  const file = `clusters/${String(facts?.name)}.ts`;
  const misshapen = checkShape(facts, file);
  const problems = [...misshapen.problems, ...checkRelations(facts, file, misshapen.failed)];
  if (problems.length > 0) throw new Problems(problems);
  return freeze(derive(facts)) as ClusterOf<F>;
}

function derive(facts: ClusterFacts): Cluster {
  const { components, ...own } = facts;
  const derived = {
    endpoint: `https://${facts.network.vip}:6443`,
    host: (label: string) => `${label}.${facts.domain}`,
    // The facts say themselves which kind of cluster their components take.
    build: (app: App, fleet: Fleet) => (components as (app: App, cluster: Cluster, fleet: Fleet) => void)(app, cluster, fleet),
  };
  const cluster: Cluster =
    'nodes' in own ? { ...own, ...derived, ...countNodes(own.nodes) } : { ...own, ...derived, nodeCount: own.machines.workers.replicas };
  return cluster;
}

function countNodes(nodes: readonly NodeFacts[]) {
  const controlPlanes = nodes.filter((node) => node.role === 'controlplane');
  const workers = nodes.filter((node) => node.role === 'worker');
  return { controlPlanes, workers, nodeCount: workers.length || controlPlanes.length };
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const child of Object.values(value)) freeze(child);
  }
  return value;
}
