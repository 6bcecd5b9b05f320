import type { Git } from './git.js';
import type { StagedCluster } from './stages.js';

/**
 * What changes in the rendered files of the clusters that a branch deploys, ready to print: a line for each cluster and one for each file.
 *
 * @param before commit or tree @param after commit or tree
 * @param clusters facts of all; folders of those that follow another branch are left out
 */
export async function describeRendered(
  git: Git,
  before: string,
  after: string,
  branch: string,
  clusters: readonly StagedCluster[],
): Promise<string[]> {
  const elsewhere = new Set(clusters.filter((cluster) => cluster.branch !== branch).map(({ name }) => name));
  const changes = await listChanges(git, before, after, ['dist']);
  const files = new Map<string, FileChange[]>();
  for (const change of changes) {
    const [, cluster = '', ...rest] = change.path.split('/');
    // Files directly below dist/ belong to no cluster.
    if (rest.length > 0 && !elsewhere.has(cluster)) files.set(cluster, [...(files.get(cluster) ?? []), change]);
  }
  return [...files].flatMap(([cluster, list]) => {
    const count = (state: FileChange['state']) => list.filter((change) => change.state === state).length;
    const summary = `${cluster}: ${count('A')} added, ${count('M')} changed, ${count('D')} removed`;
    return [summary, ...list.map(({ state, path }) => `  ${state} ${path}`)];
  });
}

/** One file that differs between two trees. */
export interface FileChange {
  /** Added, modified or deleted. */
  readonly state: 'A' | 'M' | 'D';
  /** Relative to the checkout. */
  readonly path: string;
}

/** Files that differ, sorted by path. @param paths where to look @default - everywhere */
export async function listChanges(git: Git, before: string, after: string, paths: readonly string[] = []): Promise<FileChange[]> {
  const raw = await git(['diff-tree', '-r', '-z', '--name-status', '--no-renames', before, after, '--', ...paths]);
  const parts = raw.split('\0');
  return Array.from({ length: Math.floor(parts.length / 2) }, (_, index) => {
    const state = parts[2 * index];
    // A changed type, such as a symbolic link, is a change of the file.
    return { state: state === 'A' || state === 'D' ? state : 'M', path: parts[2 * index + 1] ?? '' };
  });
}
