import { formatIdentity, identityOf, type KindCatalog } from '../charts/lib/kinds.js';
import { type Problem, Problems } from '../charts/lib/problem.js';
import type { Cluster } from '../clusters/lib/facts.js';
import type { Fleet } from '../clusters/lib/fleet.js';
import { type ClusterPlan, planCluster } from '../clusters/lib/plan.js';
import { pathOf } from './layout.js';
import { toYaml, toYamlDocuments } from './yaml.js';

/** Path below dist/<cluster>/ -> content, of what is made here. */
export type Tree = ReadonlyMap<string, string>;

/** The same with the files of upstream, which may be bytes that nobody looked into. */
export type WholeTree = ReadonlyMap<string, string | Buffer>;

export interface RenderedCluster {
  readonly plan: ClusterPlan;
  /** Without `plan.files`. */
  readonly tree: Tree;
  /** What is valid but suspicious. */
  readonly warnings: readonly Problem[];
}

/** Checks a planned cluster. */
export type CheckPlan = (plan: ClusterPlan) => Problem[];

/**
 * A cluster as text. Pure: neither file, nor clock, nor environment.
 *
 * @throws {Problems} everything that is wrong with the cluster, at once.
 */
export function renderCluster(cluster: Cluster, fleet: Fleet, catalog: KindCatalog, check: CheckPlan): RenderedCluster {
  return renderPlan(planCluster(cluster, fleet, catalog), check);
}

/** The second half of renderCluster. @throws {Problems} everything that is wrong with the cluster, at once. */
export function renderPlan(plan: ClusterPlan, check: CheckPlan): RenderedCluster {
  const { cluster } = plan;
  const problems = check(plan);
  const tree = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const { component, stage, path, manifest } of plan.objects) {
    const file = pathOf(identityOf(manifest), component, stage, homeOf(plan, component));
    const other = owners.get(file);
    if (other !== undefined) problems.push(sameFile(cluster, file, other, path));
    owners.set(file, `${path} (${formatIdentity(identityOf(manifest))})`);
    const text = writeText(manifest);
    if (typeof text === 'string') tree.set(file, text);
    else problems.push(unwritable(component, path, text));
  }
  for (const [component, kustomization] of plan.upstream) {
    tree.set(`upstream/${component}/kustomization.yaml`, toYaml(kustomization));
  }
  for (const [path, manifest] of plan.engine) tree.set(path, toYaml(manifest));
  for (const [path, documents] of plan.talos) tree.set(path, toYamlDocuments(documents));
  if (problems.some(({ severity }) => severity === 'error')) throw new Problems(problems);
  return { plan, tree, warnings: problems };
}

/** @returns what cannot be written as text, for a value that no YAML has. */
function writeText(manifest: object): string | TypeError {
  try {
    return toYaml(manifest);
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
}

function unwritable(component: string, path: string, { message }: TypeError): Problem {
  const fix = 'write plain text, numbers, lists and maps only.';
  return { rule: 'writable-object', severity: 'error', file: `charts/${component}.ts`, field: path, problem: `${message}.`, fix };
}

function homeOf(plan: ClusterPlan, component: string): string {
  return plan.components.find(({ name }) => name === component)?.component.namespaceName ?? '';
}

/** Identities that differ have names that differ, so that this is a namespaced kind whose object lacks its namespace. */
function sameFile(cluster: Cluster, file: string, first: string, second: string): Problem {
  const problem = `${first} and ${second} would both be written to ${file}.`;
  return {
    rule: 'one-file-one-object',
    severity: 'error',
    file: `dist/${cluster.name}`,
    field: file,
    problem,
    fix: 'give one of them its namespace.',
  };
}
