import type { Problem } from '../../charts/lib/problem.js';
import { type Commit, describeCommit } from './commits.js';
import { problemOfGit } from './git-problem.js';
import type { Stage } from './stages.js';

/** How many of many a message names. */
const shown = 10;

const listed = (lines: readonly string[]) =>
  [...lines.slice(0, shown), ...(lines.length > shown ? [`and ${lines.length - shown} more`] : [])].map((line) => `\n  ${line}`).join('');

const refOf = ({ branch }: Stage) => `refs/heads/${branch}`;

/** @param refs those that exist */
export function refuseMissingBranch(stage: Stage, refs: ReadonlyMap<string, string>): Problem[] {
  if (refs.has(refOf(stage))) return [];
  const problem = `There is no local branch "${stage.branch}", which the clusters of "${stage.name}" follow.`;
  return [
    problemOfGit({
      rule: 'local-branch',
      file: refOf(stage),
      problem,
      fix: `git fetch origin && git branch ${stage.branch} origin/${stage.branch}.`,
    }),
  ];
}

/** @param refs those that exist */
export function refuseTag({ branch }: Stage, refs: ReadonlyMap<string, string>): Problem[] {
  if (!refs.has(`refs/tags/${branch}`)) return [];
  const problem = `"${branch}" is the name of a tag too, so that a push of it, or Argo CD, may get the wrong one.`;
  const fix = `delete the tag, here and on the server: git push origin :refs/tags/${branch} && git tag -d ${branch}.`;
  return [problemOfGit({ rule: 'branch-without-tag', file: `refs/tags/${branch}`, problem, fix })];
}

/** @param paths changed, staged or new ones */
export function refuseDirty(paths: readonly string[]): Problem[] {
  if (paths.length === 0) return [];
  const problem = `The working tree has changes that no commit holds, so that they would not be promoted:${listed(paths)}`;
  return [problemOfGit({ rule: 'clean-tree', file: '.', problem, fix: 'commit them, or git stash --include-untracked.' })];
}

/** @param commits that people made on the target and the source lacks */
export function refuseHotfixes(
  { source, target }: { readonly source: Stage; readonly target: Stage },
  commits: readonly Commit[],
): Problem[] {
  if (commits.length === 0) return [];
  const problem = `"${target.branch}" has commits that "${source.branch}" lacks, and a promotion would undo them:${listed(commits.map(describeCommit))}`;
  const fix = `merge "${target.branch}" into the branch of the first stage, and promote from there.`;
  return [problemOfGit({ rule: 'merged-hotfix', file: refOf(target), problem, fix })];
}

/** @param paths of dist/ that the sources render otherwise */
export function refuseStale(source: Stage, paths: readonly string[]): Problem[] {
  if (paths.length === 0) return [];
  const problem = `dist/ of "${source.branch}" is not what its sources render:${listed(paths)}`;
  return [problemOfGit({ rule: 'fresh-dist', file: refOf(source), problem, fix: `run "npm run synth" on ${source.branch}, and commit.` })];
}

/** @param checkedOut full names of the branches that some worktree has checked out */
export function refuseCheckedOut(target: Stage, checkedOut: ReadonlySet<string>): Problem[] {
  if (!checkedOut.has(refOf(target))) return [];
  const problem = `"${target.branch}" is checked out; its files would stay behind, and look as if somebody had changed them.`;
  return [
    problemOfGit({
      rule: 'free-branch',
      file: refOf(target),
      problem,
      fix: 'check out another branch there, such as that of the first stage.',
    }),
  ];
}

/** @param answer of git, when it knows nobody */
export function refuseNobody(answer: string | undefined): Problem[] {
  if (answer === undefined) return [];
  const fix = 'git config user.name "<name>" && git config user.email <address>.';
  return [problemOfGit({ rule: 'git-identity', file: '.', problem: `Git does not know who commits: ${answer}`, fix })];
}

/** Nothing that was promoted stands on the stage. */
export function refuseUnpromoted(stage: Stage): Problem[] {
  const problem =
    stage.previous === undefined
      ? `"${stage.name}" is the first stage, and nothing is promoted to it.`
      : `Nothing that was promoted to "${stage.branch}" is left to roll back.`;
  return [problemOfGit({ rule: 'known-promotion', file: refOf(stage), problem, fix: 'git revert what should go.' })];
}

/** @param since commits that people made after the last promotion */
export function refuseLoss(stage: Stage, since: readonly Commit[]): Problem[] {
  if (since.length === 0) return [];
  const problem = `Since the last promotion "${stage.branch}" got commits that the tree before it lacks:${listed(since.map(describeCommit))}`;
  return [problemOfGit({ rule: 'kept-hotfix', file: refOf(stage), problem, fix: 'git revert them first, or instead what should go.' })];
}
