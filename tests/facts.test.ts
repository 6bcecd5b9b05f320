import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatProblem, type Problem, Problems } from '../charts/lib/problem.js';
import { defineCluster } from '../clusters/lib/cluster.js';
import { discoverFleet } from '../clusters/lib/discover.js';
import type { RootFacts } from '../clusters/lib/facts.js';
import { affectedBy, assembleFleet } from '../clusters/lib/fleet.js';
import { aCluster, aFacts, type Changes, childFacts, shapes } from './fixtures/a-cluster.js';
import { mistaken, mistakes, print, problemsIn } from './fixtures/mistaken-facts.js';

const root = mkdtempSync(join(tmpdir(), 'facts-test-'));
mkdirSync(join(root, 'clusters', 'lib'), { recursive: true });
for (const name of ['made-up', 'upper']) writeFileSync(join(root, 'clusters', `${name}.ts`), '');
afterAll(() => rmSync(root, { recursive: true }));

/** What discovery says of a folder that holds this cluster file and the sound cluster "upper". */
async function problemsOf(exported: () => unknown): Promise<readonly Problem[]> {
  const modules: Record<string, () => unknown> = { 'made-up': exported, upper: () => aCluster({ name: 'upper' }) };
  return caught(discoverFleet(root, async (name) => ({ default: modules[name]?.() })));
}

async function caught(work: Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await work;
    return [];
  } catch (error) {
    if (error instanceof Problems) return error.problems;
    throw error;
  }
}

function expectHouseStyle(problem: Problem): void {
  const lines = formatProblem(problem).split('\n');
  expect(lines[0]).toBe(`✖ ${problem.file}${problem.field === '' ? '' : ` ${problem.field}`}`);
  expect(lines.length).toBeGreaterThanOrEqual(3);
  for (const line of lines.slice(1)) expect(line).toMatch(/^ {4}\S/);
  expect(lines.at(-2)).toMatch(/^ {4}\S.*\.$/);
  expect(lines.at(-1)).toMatch(/^ {4}Fix: [a-z].*[^.]\. {2}\[[a-z]+(-[a-z]+)*\]$/);
  expect(problem.fix).not.toMatch(/\. [A-Z]|!/);
  expect(lines.at(-1)?.endsWith(`[${problem.rule}]`)).toBe(true);
}

describe('one mistake gives one problem', () => {
  const rows = mistakes.map((row) => [`${row[0]}, ${row[1]}: ${print(row[2])}`, row] as const);

  test.each(rows)('%s', async (_, [base, path, value, rule, field = path]) => {
    const problems = await problemsOf(() => defineCluster(mistaken(base, path, value)));
    expect(problems.map((problem) => [problem.rule, problem.file, problem.field])).toEqual([[rule, 'clusters/made-up.ts', field]]);
    for (const problem of problems) expectHouseStyle(problem);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a name', 'made-up'],
    ['facts that went past defineCluster', aFacts()],
  ])('a file that exports %s', async (_, exported) => {
    const problems = await problemsOf(() => exported);
    expect(problems.map(({ rule, file, field }) => [rule, file, field])).toEqual([['cluster-export', 'clusters/made-up.ts', '']]);
    for (const problem of problems) expectHouseStyle(problem);
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a list', []],
    ['a name', 'made-up'],
  ])('defineCluster of %s', async (_, facts) => {
    const problems = await problemsOf(() => defineCluster(facts as never));
    expect(problems.map(({ rule, file, field }) => [rule, file, field])).toEqual([['valid-object', 'clusters/made-up.ts', '']]);
  });

  test('a folder without a cluster', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'facts-test-'));
    mkdirSync(join(empty, 'clusters'));
    const problems = await caught(discoverFleet(empty));
    rmSync(empty, { recursive: true });
    expect(problems.map(({ rule, file }) => [rule, file])).toEqual([['some-cluster', 'clusters']]);
    for (const problem of problems) expectHouseStyle(problem);
  });
});

test('independent mistakes are all reported at once', () => {
  const facts = aFacts({
    branch: 'refs/heads/main',
    versions: { kubernetes: 'v1.37.0' },
    network: { vip: '192.0.2.256', podCidr: '10.96.0.0/16', loadBalancerPools: [{ name: 'a', start: '192.0.2.9', stop: '192.0.2.5' }] },
    nodes: [
      ...aFacts()
        .nodes.map((node) => ({ ...node, name: 'c0' }))
        .slice(0, 2),
    ],
    storage: { replicas: 3 },
  });
  const rules = problemsIn(facts).map(({ rule }) => rule);
  expect(rules.sort()).toEqual([
    'disjoint-networks',
    'distinct-node-names',
    'ordered-pool',
    'replicas-fit',
    'supported-kubernetes',
    'valid-address',
    'valid-branch',
  ]);
});

describe("Let's Encrypt", () => {
  const certificates = { authority: 'letsencrypt', email: 'platform@example.org' } as const;
  const rulesOf = (changes: Changes<RootFacts>) => problemsIn(aFacts({ domain: 'example.org', ...changes })).map(({ rule }) => rule);

  test.each(['cloudflare', 'rfc2136'] as const)('is content with the DNS provider %s', (dnsProvider) => {
    expect(rulesOf({ certificates: { ...certificates, dnsProvider } })).toEqual([]);
  });

  test('is content with an ingress that the internet reaches, and with no other', () => {
    expect(rulesOf({ certificates, network: { publicIngress: true } })).toEqual([]);
    expect(rulesOf({ certificates, network: { publicIngress: false } })).toEqual(['acme-proof']);
    expect(rulesOf({ certificates })).toEqual(['acme-proof']);
  });

  test('wants a mail address', () => {
    expect(rulesOf({ certificates: { ...certificates, email: undefined, dnsProvider: 'cloudflare' } })).toEqual(['acme-account']);
  });
});

describe.each(Object.entries(shapes))('a cluster %s', (_, facts) => {
  test('has no problem', async () => {
    expect(await problemsOf(() => defineCluster(facts()))).toEqual([]);
  });

  test('is frozen, all of it, whatever was frozen before', () => {
    const expectFrozen = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      expect(Object.isFrozen(value)).toBe(true);
      for (const child of Object.values(value)) expectFrozen(child);
    };
    const shallow = facts();
    Object.freeze(shallow.network);
    expectFrozen(defineCluster(shallow));
  });
});

describe('a fleet', () => {
  const child = (name: string, parent: string) => defineCluster(childFacts({ name, parent }));

  test('refuses parents in a circle, once', () => {
    const assemble = () => assembleFleet([child('a', 'c'), child('b', 'a'), child('c', 'b'), child('d', 'a')]);
    expect(assemble).toThrow(/^✖ clusters\/a\.ts parent\n {4}The parents form a circle, a -> c -> b -> a, .*\n.*\[rooted-parents\]$/);
  });

  test('is sorted by name, and knows children and outputs', () => {
    const fleet = assembleFleet([aCluster({ name: 'b' }), child('c', 'b'), aCluster({ name: 'a' })]);
    expect(fleet.clusters.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(fleet.childrenOf('b').map(({ name }) => name)).toEqual(['c']);
    expect(fleet.outputsOf('c')).toMatchObject({ parent: 'b', endpoint: 'https://192.0.2.220:6443', domain: 'example.test' });
    expect(() => fleet.outputsOf('d')).toThrow('there is no cluster d');
    expect(affectedBy(fleet, ['c']).map(({ name }) => name)).toEqual(['b', 'c']);
    expect(affectedBy(fleet, ['b']).map(({ name }) => name)).toEqual(['b', 'c']);
  });
});

test('a problem reads like this', () => {
  expect(problemsIn(aFacts({ network: { nodeCidr: '192.0.2.162/24' } })).map(formatProblem)).toEqual([
    [
      '✖ clusters/made-up.ts network.nodeCidr',
      '    "192.0.2.162/24" has host bits set, so it names a host, not a network.',
      '    Fix: write "192.0.2.0/24".  [valid-node-cidr]',
    ].join('\n'),
  ]);
});
