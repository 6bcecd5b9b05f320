import { Problems } from '../../charts/lib/problem.js';
import type { Git } from './git.js';

/** A commit that is to become the tip of a branch that nobody has checked out. */
export interface NewTip {
  /** Without refs/heads/. */
  readonly branch: string;
  /** Id of the tip that it comes after. */
  readonly before: string;
  /** Id of the tree. */
  readonly tree: string;
  /** Id of the commit that it merges. @default - none */
  readonly merged?: string;
  readonly subject: string;
  /** @example 'Promoted-From: dev 0123...' */
  readonly trailer: string;
}

/** Git takes no name that it made up itself from the host. Source: https://git-scm.com/docs/git-config#Documentation/git-config.txt-useruseConfigOnly (v2.51) */
const statedOnly = ['-c', 'user.useConfigOnly=true'];

/** Commits without a working tree or an index. @returns the lines that say what happened. @throws {Problems} when the branch has moved. */
export async function commitOn(git: Git, { branch, before, tree, merged, subject, trailer }: NewTip): Promise<string[]> {
  const parents = ['-p', before, ...(merged === undefined ? [] : ['-p', merged])];
  // Unlike git commit, commit-tree signs only when it is told to.
  const isSigned = (await git(['config', '--type=bool', '--default=false', '--get', 'commit.gpgSign'])).trim() === 'true';
  const id = (
    await git([...statedOnly, 'commit-tree', ...(isSigned ? ['--gpg-sign'] : []), ...parents, '-m', subject, '-m', trailer, tree])
  ).trim();
  await git(['update-ref', '-m', subject, `refs/heads/${branch}`, id, before]);
  const remote = (await git(['config', '--default', 'origin', '--get', `branch.${branch}.remote`])).trim();
  return [
    `${subject}: ${branch} is ${id.slice(0, 12)}, and was ${before.slice(0, 12)}.`,
    `Nothing was pushed. To deploy: git push ${remote} ${branch}`,
  ];
}

/** What git answers when it knows no author or no committer. @returns undefined when it knows both. */
export async function findMissingIdentity(git: Git): Promise<string | undefined> {
  try {
    for (const who of ['GIT_AUTHOR_IDENT', 'GIT_COMMITTER_IDENT']) await git([...statedOnly, 'var', who]);
    return undefined;
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return error.problems.map(({ problem }) => problem).join('\n');
  }
}
