import type { Problem } from '../../charts/lib/problem.js';
import type { Cluster } from '../../clusters/lib/facts.js';
import { problemOfGit } from './git-problem.js';

/** The facts of a cluster that promotion reads. */
export type StagedCluster = Pick<Cluster, 'name' | 'stage' | 'branch'>;

/** A stage that is promoted from or to. */
export interface Stage {
  /** @example 'test' */
  readonly name: string;
  /** Branch that all its clusters follow, without refs/heads/. */
  readonly branch: string;
  /** Stage that is promoted to this one. @default - it is the first */
  readonly previous?: string;
}

/** Every stage that can be promoted, first to last. The lab is none of them: nothing comes after it. */
const order: readonly StagedCluster['stage'][] = ['dev', 'test', 'staging', 'prod'];

/** Two stages of which the second comes right after the first. */
export interface StagePair {
  readonly source: Stage;
  readonly target: Stage;
}

/** The stages of a promotion, or everything that is wrong with the two names. */
export function findStages(from: string, to: string, clusters: readonly StagedCluster[]): StagePair | readonly Problem[] {
  const names = listStages(clusters);
  const report = (rule: string, problem: string, fix: string) => [problemOfGit({ rule, file: 'clusters', problem, fix })];
  const [source, target] = [findStage(from, clusters), findStage(to, clusters)];
  const own = [source, ...(from === to ? [] : [target])].flatMap((found) => ('rule' in found ? [found] : []));
  const isKnown = names.includes(from) && names.includes(to);
  const next = names[names.indexOf(from) + 1];
  if (from === to)
    return [...own, ...report('other-stage', `"${from}" would be promoted to itself.`, 'name two stages, one right after the other.')];
  if (isKnown && next !== to) {
    const fix = next ? `promote "${from}" to "${next}".` : `name "${from}" second: it is the last stage.`;
    own.push(...report('next-stage', `"${to}" does not come right after "${from}": the order is ${names.join(', ')}.`, fix));
  }
  if ('rule' in source || 'rule' in target || own.length > 0) return own;
  if (source.branch !== target.branch) return { source, target };
  return report(
    'branch-of-stage',
    `The clusters of "${from}" and of "${to}" follow one branch, "${source.branch}".`,
    'give each stage its own.',
  );
}

/** One stage by its name, or why there is none. */
export function findStage(name: string, clusters: readonly StagedCluster[]): Stage | Problem {
  const names = listStages(clusters);
  const index = names.indexOf(name);
  if (index < 0) {
    const problem = `There is no stage "${name}" with clusters that could be promoted.`;
    return problemOfGit({
      rule: 'known-stage',
      file: 'clusters',
      problem,
      fix: `name one of ${names.join(', ') || 'none: no cluster has one'}.`,
    });
  }
  const members = clusters.filter(({ stage }) => stage === name);
  const [branch = '', ...others] = new Set(members.map((cluster) => cluster.branch));
  if (others.length > 0) {
    const problem = `The clusters of "${name}" follow several branches: ${members.map((cluster) => `${cluster.name} ${cluster.branch}`).join(', ')}.`;
    return problemOfGit({ rule: 'branch-of-stage', file: 'clusters', field: 'branch', problem, fix: 'give them one branch.' });
  }
  const previous = names[index - 1];
  return { name, branch, ...(previous !== undefined && { previous }) };
}

function listStages(clusters: readonly StagedCluster[]): string[] {
  return order.filter((name) => clusters.some(({ stage }) => stage === name));
}
