import type { RuleFixtures } from '../fixtures/rule-harness.js';

export const fixtures: RuleFixtures = {
  rejected: {
    'a tag that is called like the branch': { tags: ['v1', 'main'], says: 'clusters/made-up.ts branch' },
    'a tag with a slash that is called like the branch': {
      facts: { branch: 'release/lab' },
      tags: ['release/lab'],
      says: 'git push origin :refs/tags/release/lab',
    },
  },
  accepted: {
    'tags of other names': { tags: ['v1', 'main-1', 'release/main'] },
  },
};
