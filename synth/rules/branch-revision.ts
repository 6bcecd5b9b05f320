import { type GitSource, listGitSources } from './lib/git-sources.js';
import type { Rule } from './rule.js';

/**
 * Whatever reads the platform's repository for a cluster follows `refs/heads/<its branch>`, and reads below `dist/<its name>/` only.
 *
 * Why: a short name may be a tag, and HEAD is whatever the server says: the cluster gets old manifests, or those of another stage, and prunes its
 * own.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/ (v3.5)
 */
export const branchRevision: Rule = {
  id: 'branch-revision',
  *check(view) {
    for (const { at, cluster, revision, path } of listGitSources(view)) {
      const expected = `refs/heads/${cluster.branch}`;
      if (revision && revision.text !== expected) {
        yield { at, field: revision.field, problem: describe(revision.text, cluster), fix: `write "${expected}".` };
      }
      const folder = `dist/${cluster.name}`;
      const clean = path?.text.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
      if (path === undefined || clean === undefined || clean === folder || isBelow(folder, clean)) continue;
      const problem = `It reads "${path.text}", and ${cluster.name} owns "${folder}" only.`;
      const [, , ...rest] = clean.startsWith('dist/') ? clean.split('/') : [];
      yield { at, field: path.field, problem, fix: `write "${[folder, ...rest].join('/')}".` };
    }
  },
};

function isBelow(folder: string, path: string): boolean {
  return path.startsWith(`${folder}/`) && !path.split('/').includes('..');
}

function describe(text: string, { name, branch }: GitSource['cluster']): string {
  if (text === '' || text === 'HEAD') return `It follows whatever branch the server calls its default, and ${name} follows "${branch}".`;
  if (text === branch) return `"${text}" is a short name, which a tag may have too, and Argo CD takes the first that it finds.`;
  return `It follows "${text}", and ${name} follows the branch "${branch}".`;
}
