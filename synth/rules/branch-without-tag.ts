import type { Rule } from './rule.js';

/**
 * No tag of the repository is called like the branch of a cluster, as far as this checkout knows its tags.
 *
 * Why: whoever names the branch without `refs/heads/`, a person or a script, may get the tag, which never moves again.
 *
 * Source: https://git-scm.com/docs/gitrevisions (v2.51: refs/tags comes before refs/heads),
 * https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/ (v3.5)
 */
export const branchWithoutTag: Rule = {
  id: 'branch-without-tag',
  *check({ cluster: { branch }, tags }) {
    if (!tags.has(branch)) return;
    const problem = `"${branch}" is the name of a tag too.`;
    const fix = `delete the tag, here and on the server: git push origin :refs/tags/${branch} && git tag -d ${branch}.`;
    yield { at: { fact: 'branch' }, problem, fix };
  },
};
