import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../charts/lib/problem.js';
import { rules } from '../synth/rules/index.js';
import { judge, type RuleFixtures } from './fixtures/rule-harness.js';

/** Every rule by its fixtures, tests/rules/<id>.ts; the whole of synth judges them, so that a fixture with two faults fails. */

const namesIn = (folder: string) =>
  readdirSync(fileURLToPath(new URL(folder, import.meta.url)), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name.slice(0, -3))
    .sort();

const fixtures = await Promise.all(
  namesIn('rules').map(async (id) => {
    const module = (await import(`./rules/${id}.ts`)) as { readonly fixtures: RuleFixtures };
    return [id, module.fixtures] as const;
  }),
);

test('each rule is a file of its own name, and has fixtures', () => {
  const ids = rules.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
  expect(namesIn('../synth/rules').filter((name) => name !== 'index' && name !== 'rule')).toEqual(ids);
  expect(fixtures.map(([id]) => id)).toEqual(ids);
});

const lines = (problems: Parameters<typeof formatProblem>[0][]) => problems.map(formatProblem).join('\n');

describe.each(fixtures)('%s', (id, { rejected, accepted }) => {
  const severity = rules.find((rule) => rule.id === id)?.severity ?? 'error';

  test('has fixtures of both sorts', () => {
    expect(Object.keys(rejected).length).toBeGreaterThan(0);
    expect(Object.keys(accepted).length).toBeGreaterThan(0);
  });

  test.each(Object.entries(rejected))('refuses %s, and says nothing else', (_, { says, ...fixture }) => {
    const { problems } = judge(fixture);
    expect(
      problems.map(({ rule }) => rule),
      lines([...problems]),
    ).toEqual([id]);
    expect(problems[0]?.severity).toBe(severity);
    const text = lines([...problems]);
    if (typeof says === 'string') expect(text).toContain(says);
    else expect(text).toMatch(says);
  });

  test.each(Object.entries(accepted))('takes %s', (_, fixture) => {
    expect(lines([...judge(fixture).problems])).toBe('');
  });
});
