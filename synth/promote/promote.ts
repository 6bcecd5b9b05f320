import { type Problem, Problems } from '../../charts/lib/problem.js';
import { commitOn, findMissingIdentity } from './commit.js';
import { describeCommit, promotedFrom } from './commits.js';
import { type Git, readCheckedOut, readCommits, readDirty, readRefs } from './git.js';
import { findHotfixes, findStanding } from './history.js';
import { refuseCheckedOut, refuseDirty, refuseHotfixes, refuseMissingBranch, refuseNobody, refuseStale, refuseTag } from './refusals.js';
import { type Render, regenerate } from './regenerate.js';
import { describeRendered, listChanges } from './rendered-changes.js';
import { findStages, type StagedCluster, type StagePair } from './stages.js';

/** What a promotion works on. */
export interface Promotion {
  readonly git: Git;
  /** Facts of all clusters. */
  readonly clusters: readonly StagedCluster[];
  /** Renders the source. */
  readonly render: Render;
  /** Name of the stage that is promoted. @example 'dev' */
  readonly from: string;
  /** Name of the stage right after it. @example 'test' */
  readonly to: string;
  /** Whether it happens, or is only planned. */
  readonly isApplied: boolean;
}

/**
 * Makes the branch of a stage what the branch of the stage before it is. Only that branch moves, and nothing is pushed.
 *
 * @returns the plan, and what was done, ready to print. @throws {Problems} everything that speaks against it, at once.
 */
export async function promote(promotion: Promotion): Promise<string[]> {
  const { git, clusters, from, to, isApplied } = promotion;
  const stages = findStages(from, to, clusters);
  const problems: Problem[] = [...('source' in stages ? [] : stages), ...refuseDirty(await readDirty(git))];
  if (isApplied) problems.push(...refuseNobody(await findMissingIdentity(git)));
  if (!('source' in stages)) throw new Problems(problems);

  const { source, target } = stages;
  const heads = { source: `refs/heads/${source.branch}`, target: `refs/heads/${target.branch}` };
  const refs = await readRefs(git, [...Object.values(heads), `refs/tags/${target.branch}`]);
  problems.push(...refuseMissingBranch(source, refs), ...refuseMissingBranch(target, refs), ...refuseTag(target, refs));
  if (isApplied) problems.push(...refuseCheckedOut(target, await readCheckedOut(git)));
  const [sourceTip, targetTip] = [refs.get(heads.source), refs.get(heads.target)];
  const rendered = sourceTip === undefined ? { problems: [] } : await renderSource(promotion, stages, sourceTip);
  problems.push(...rendered.problems);
  if (sourceTip !== undefined && targetTip !== undefined)
    problems.push(...refuseHotfixes(stages, findHotfixes(await readCommits(git, `${sourceTip}..${targetTip}`))));
  if (problems.length > 0 || sourceTip === undefined || targetTip === undefined || rendered.tree === undefined)
    throw new Problems(problems);

  const { tree } = rendered;
  const standing = findStanding(await readCommits(git, '--first-parent', targetTip))?.id ?? targetTip;
  const commits = await readCommits(git, `${standing}..${sourceTip}`);
  if (commits.length === 0 && (await listChanges(git, targetTip, tree)).length === 0)
    return [`Nothing to promote: "${target.branch}" has all of "${source.branch}".`];
  const changes = await describeRendered(git, targetTip, tree, target.branch, clusters);
  const plan = [
    `${from} to ${to}: ${commits.length} ${commits.length === 1 ? 'commit' : 'commits'} that "${target.branch}" lacks or has rolled back`,
    ...commits.map((commit) => `  ${describeCommit(commit)}`),
    ...(changes.length > 0 ? changes : [`No rendered file changes that "${target.branch}" deploys.`]),
  ];
  if (!isApplied) return [...plan, `Nothing was done. To promote: npm run promote -- ${from} ${to} --apply`];
  const tip = { branch: target.branch, before: targetTip, merged: sourceTip, tree };
  const done = await commitOn(git, { ...tip, subject: `Promote ${from} to ${to}`, trailer: `${promotedFrom}: ${from} ${sourceTip}` });
  return [...plan, ...done];
}

/** The tree of the source with dist/ rendered anew, or why it must not be promoted. */
async function renderSource(
  { git, render }: Promotion,
  { source }: StagePair,
  tip: string,
): Promise<{ readonly tree?: string; readonly problems: readonly Problem[] }> {
  try {
    const tree = await regenerate(git, tip, render);
    const stale = await listChanges(git, tip, tree);
    return {
      tree,
      problems: refuseStale(
        source,
        stale.map(({ path }) => path),
      ),
    };
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return { problems: error.problems };
  }
}
