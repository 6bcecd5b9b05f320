import type { Commit } from './commits.js';

/** Commits that people made on the target. @param missing commits of the target that the source lacks. */
export function findHotfixes(missing: readonly Commit[]): Commit[] {
  return missing.filter(({ promotedFrom, rolledBack }) => promotedFrom === undefined && rolledBack === undefined);
}

/**
 * Commit whose tree a branch has, once what was rolled back is left out.
 *
 * @param line first parents of the branch, the newest first @returns undefined of an empty line.
 */
export function findStanding(line: readonly Commit[]): Commit | undefined {
  return line[standingFrom(line, 0)];
}

/** A rollback leads to what was before the promotion that it names; one that names anything else is like a commit of a person. */
function standingFrom(line: readonly Commit[], start: number): number {
  const undone = line[start]?.rolledBack;
  const promotion = undone === undefined ? -1 : line.findIndex(({ id }) => id === undone);
  return promotion > start ? standingFrom(line, promotion + 1) : start;
}

/** The last promotion that still stands on a branch. */
export interface LastPromotion {
  readonly promotion: Commit;
  /** Commits that people made after it, the newest first. */
  readonly since: readonly Commit[];
}

/**
 * Goes back to the last promotion that no rollback undid.
 *
 * @param line first parents of the branch, the newest first
 * @param previous name of the stage that is promoted to this one: promotions from another one came with the branch that this one began as
 * @returns undefined when nothing was promoted, or everything is rolled back.
 */
export function findLastPromotion(line: readonly Commit[], previous: string): LastPromotion | undefined {
  const since: Commit[] = [];
  for (let at = standingFrom(line, 0); at < line.length; at = standingFrom(line, at + 1)) {
    const commit = line[at];
    if (commit?.promotedFrom?.stage === previous && commit.parents.length > 0) return { promotion: commit, since };
    if (commit) since.push(commit);
  }
  return undefined;
}
