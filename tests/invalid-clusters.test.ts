import { expect, test } from 'vitest';
import { formatProblem } from '../charts/lib/problem.js';
import { invalidClusters } from './fixtures/invalid-clusters.js';
import { judge } from './fixtures/rule-harness.js';

test.each(Object.entries(invalidClusters))('%s is the one thing that is wrong', (_, { rule, says, ...fixture }) => {
  const { problems } = judge(fixture);
  const text = problems.map(formatProblem).join('\n');
  expect(
    problems.map((problem) => problem.rule),
    text,
  ).toEqual([rule]);
  expect(problems[0]?.severity).toBe('error');
  if (typeof says === 'string') expect(text).toContain(says);
  else expect(text).toMatch(says);
});
