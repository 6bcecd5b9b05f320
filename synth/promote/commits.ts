/** What promotion reads of one commit. */
export interface Commit {
  /** Full object id. */
  readonly id: string;
  /** Ids, the branch that it was made on first. */
  readonly parents: readonly string[];
  /** First line of its message. */
  readonly subject: string;
  /** Stage and commit that its trailer Promoted-From names. @default - no promotion made it */
  readonly promotedFrom?: { readonly stage: string; readonly id: string };
  /** Id of the promotion that its trailer Rolled-Back names. @default - no rollback made it */
  readonly rolledBack?: string;
}

/** Trailer of a commit that a promotion made: stage and commit. @example 'Promoted-From: dev 0123...' */
export const promotedFrom = 'Promoted-From';

/** Trailer of a commit that a rollback made: the promotion that it undoes. @example 'Rolled-Back: 0123...' */
export const rolledBack = 'Rolled-Back';

const trailerOf = (key: string) => `%(trailers:key=${key},valueonly,separator=%x1e)`;

/** Format of `git log -z` that parseCommits reads. Source: https://git-scm.com/docs/git-log#_pretty_formats (v2.51) */
export const commitFormat = ['%H', '%P', '%s', trailerOf(promotedFrom), trailerOf(rolledBack)].join('%x1f');

/** Commits in the order of the log. @param log output of `git log -z` in commitFormat. */
export function parseCommits(log: string): Commit[] {
  return log
    .split('\0')
    .filter(Boolean)
    .map((record) => {
      const [id = '', parents = '', subject = '', promoted = '', rolled = ''] = record.split('\x1f');
      const [, stage, source] = /^(\S+) ([0-9a-f]{40,64})$/.exec(promoted) ?? [];
      return {
        id,
        parents: parents.split(' ').filter(Boolean),
        subject,
        ...(stage && source && { promotedFrom: { stage, id: source } }),
        ...(/^[0-9a-f]{40,64}$/.test(rolled) && { rolledBack: rolled }),
      };
    });
}

/** Commit as a line for people. @example '0123456789ab Add whoami' */
export function describeCommit({ id, subject }: Pick<Commit, 'id' | 'subject'>): string {
  return `${id.slice(0, 12)} ${subject}`;
}
