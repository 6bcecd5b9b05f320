import { type Problem, Problems } from '../../charts/lib/problem.js';
import { commitOn, findMissingIdentity } from './commit.js';
import { type Commit, describeCommit, rolledBack } from './commits.js';
import { readCheckedOut, readCommits, readRefs } from './git.js';
import { findLastPromotion } from './history.js';
import type { Promotion } from './promote.js';
import { refuseCheckedOut, refuseLoss, refuseMissingBranch, refuseNobody, refuseTag, refuseUnpromoted } from './refusals.js';
import { describeRendered } from './rendered-changes.js';
import { findStage, type Stage } from './stages.js';

/** What a rollback works on. */
export interface Rollback extends Pick<Promotion, 'git' | 'clusters' | 'isApplied'> {
  /** Name of the stage. @example 'test' */
  readonly stage: string;
}

/**
 * Gives the branch of a stage the tree that it had before the last promotion that no rollback undid. Only that branch moves, and nothing is
 * pushed. It renders nothing, so that it needs neither a clean working tree nor sources that can be rendered.
 *
 * @returns the plan, and what was done, ready to print. @throws {Problems} everything that speaks against it, at once.
 */
export async function rollback({ git, clusters, stage: name, isApplied }: Rollback): Promise<string[]> {
  const stage = findStage(name, clusters);
  const problems: Problem[] = isApplied ? refuseNobody(await findMissingIdentity(git)) : [];
  if ('rule' in stage) throw new Problems([stage, ...problems]);

  const head = `refs/heads/${stage.branch}`;
  const refs = await readRefs(git, [head, `refs/tags/${stage.branch}`]);
  problems.push(...refuseMissingBranch(stage, refs), ...refuseTag(stage, refs));
  if (isApplied) problems.push(...refuseCheckedOut(stage, await readCheckedOut(git)));
  const tip = refs.get(head);
  const promotion = tip === undefined ? undefined : findUndone(stage, await readCommits(git, '--first-parent', tip), problems);
  const [before, source] = promotion?.parents ?? [];
  if (problems.length > 0 || tip === undefined || promotion === undefined || before === undefined) throw new Problems(problems);

  const commits = source === undefined ? [] : await readCommits(git, `${before}..${source}`);
  const changes = await describeRendered(git, tip, before, stage.branch, clusters);
  const plan = [
    `${name}: back to before ${describeCommit(promotion)}`,
    ...commits.map((commit) => `  ${describeCommit(commit)}`),
    ...(changes.length > 0 ? changes : [`No rendered file changes that "${stage.branch}" deploys.`]),
  ];
  if (!isApplied) return [...plan, `Nothing was done. To roll back: npm run rollback -- ${name} --apply`];
  const tree = (await git(['rev-parse', '--verify', `${before}^{tree}`])).trim();
  const subject = `Roll back ${name}`;
  return [
    ...plan,
    ...(await commitOn(git, { branch: stage.branch, before: tip, tree, subject, trailer: `${rolledBack}: ${promotion.id}` })),
  ];
}

/** The promotion to undo. @param problems gets the reason where there is none. */
function findUndone(stage: Stage, line: readonly Commit[], problems: Problem[]): Commit | undefined {
  const last = stage.previous === undefined ? undefined : findLastPromotion(line, stage.previous);
  problems.push(...(last === undefined ? refuseUnpromoted(stage) : refuseLoss(stage, last.since)));
  return last?.promotion;
}
