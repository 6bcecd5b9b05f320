import { type Problem, Problems } from '../../charts/lib/problem.js';
import type { Cluster } from './facts.js';
import { checkFamily } from './family-relations.js';

/**
 * Repository that holds this platform, for every cluster that names no other one. The seeds leave it open. It must be reachable before
 * the cluster exists, so it cannot be the Git server that the cluster itself runs.
 */
export const platformRepository = 'https://git.example.test/platform/platform.git';

/** What other clusters may know of a cluster: plain data, all of it there before the first render. */
export interface ClusterOutputs {
  readonly name: string;
  readonly domain: string;
  readonly branch: string;
  readonly endpoint: string;
  readonly parent?: string | undefined;
  /** Address of the name server that it runs, for itself and its children. */
  readonly nameServer?: string | undefined;
  /** Copies of each volume of its default class. */
  readonly replicas: number;
  /** A host name below its domain. */
  host(label: string): string;
}

/** All clusters, frozen. Clusters never import each other; what one needs of another comes from here. */
export interface Fleet {
  /** Sorted by name. */
  readonly clusters: readonly Cluster[];
  /** @throws {Error} when there is no such cluster. */
  outputsOf(name: string): ClusterOutputs;
  childrenOf(name: string): readonly Cluster[];
}

/**
 * Puts the clusters together and checks what relates them.
 *
 * @throws {Problems} everything that is wrong between clusters, at once.
 */
export function assembleFleet(clusters: readonly Cluster[]): Fleet {
  const sorted = [...clusters].sort((a, b) => (a.name < b.name ? -1 : 1));
  const byName = new Map(sorted.map((cluster) => [cluster.name, cluster]));
  const problems = sorted.flatMap((cluster) => [...checkParent(cluster, byName), ...findParentCycle(cluster, byName)]);
  if (problems.length > 0) throw new Problems(problems);
  const clashes = sorted.flatMap((parent) =>
    checkFamily(
      parent,
      sorted.filter((cluster) => cluster.parent === parent.name),
    ),
  );
  if (clashes.length > 0) throw new Problems(clashes);
  return Object.freeze({
    clusters: Object.freeze(sorted),
    outputsOf(name: string): ClusterOutputs {
      const cluster = byName.get(name);
      if (!cluster) throw new Error(`there is no cluster ${name}`);
      const { domain, branch, endpoint, parent, storage, host, network } = cluster;
      const nameServer = 'nodeCidr' in network ? network.nameServer : undefined;
      return Object.freeze({ name, domain, branch, endpoint, parent, nameServer, replicas: storage.replicas ?? 1, host });
    },
    childrenOf: (name: string) => sorted.filter((cluster) => cluster.parent === name),
  });
}

function checkParent(cluster: Cluster, byName: ReadonlyMap<string, Cluster>): Problem[] {
  if (cluster.parent === undefined) return [];
  const report = (rule: string, field: string, problem: string, fix: string): Problem[] => [
    { rule, severity: 'error', file: `clusters/${cluster.name}.ts`, field, problem, fix },
  ];
  const parent = byName.get(cluster.parent);
  if (!parent) {
    const names = [...byName.keys()].filter((name) => name !== cluster.name).join(', ') || 'none';
    return report('known-parent', 'parent', `There is no cluster "${cluster.parent}".`, `name one of the others (${names}), or remove it.`);
  }
  if (parent.branch !== cluster.branch) {
    const problem = `${cluster.name} follows "${cluster.branch}" and its parent ${parent.name} follows "${parent.branch}"; the child's machines are in the parent's tree, so one merge would change only half of it.`;
    return report('branch-of-parent', 'branch', problem, `write "${parent.branch}", or change both.`);
  }
  return [];
}

/** Parents that lead back to where they began: none of these clusters could be the first. Told once, of the first by name. */
function findParentCycle(cluster: Cluster, byName: ReadonlyMap<string, Cluster>): Problem[] {
  const path = [cluster.name];
  for (let at = cluster.parent; at !== undefined && !path.includes(at); at = byName.get(at)?.parent) path.push(at);
  const last = byName.get(path.at(-1) ?? '')?.parent;
  if (last !== cluster.name || path.some((name) => name < cluster.name)) return [];
  const problem = `The parents form a circle, ${[...path, cluster.name].join(' -> ')}, so that none of them could be created first.`;
  const fix = 'name a parent that the bootstrap creates.';
  return [{ rule: 'rooted-parents', severity: 'error', file: `clusters/${cluster.name}.ts`, field: 'parent', problem, fix }];
}

/** The named clusters and every cluster whose tree shows something of them: their parents and their children. */
export function affectedBy(fleet: Fleet, names: readonly string[]): readonly Cluster[] {
  const wanted = new Set(names);
  return fleet.clusters.filter(({ name, parent }) => {
    const isParent = fleet.childrenOf(name).some((child) => wanted.has(child.name));
    return wanted.has(name) || isParent || (parent !== undefined && wanted.has(parent));
  });
}
