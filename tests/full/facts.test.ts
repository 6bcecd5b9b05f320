import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeFact, named, shapes } from '../fixtures/a-cluster.js';
import { mistaken, mistakes, print, problemsIn } from '../fixtures/mistaken-facts.js';

/** Paths of every fact, those that hold others too. */
function pathsOf(value: unknown, path = ''): string[] {
  const below = Array.isArray(value)
    ? value.flatMap((item, index) => pathsOf(item, `${path}[${index}]`))
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, child]) => pathsOf(child, path === '' ? key : `${path}.${key}`))
      : [];
  return path === '' ? below : [path, ...below];
}

const places = Object.entries(shapes).flatMap(([name, facts]) => pathsOf(facts()).map((path) => ({ name, facts, path })));

test('any two mistakes at once give no third problem and no crash', () => {
  let pairs = 0;
  for (const [index, [base, path, value]] of mistakes.entries()) {
    for (const [otherBase, otherPath, otherValue] of mistakes.slice(index + 1)) {
      const [longer, shorter] = path.length > otherPath.length ? [path, otherPath] : [otherPath, path];
      if (base !== otherBase || longer.startsWith(shorter)) continue;
      const facts = changeFact(mistaken(base, path, value), otherPath, otherValue);
      const found = problemsIn(facts).map(({ field, rule }) => `${field} [${rule}]`);
      if (found.length > 2) {
        expect.fail(`${base}, ${path}: ${print(value)}, ${otherPath}: ${print(otherValue)} gives ${found.join(', ')}`);
      }
      pairs++;
    }
  }
  expect(pairs).toBeGreaterThan(5000);
});

describe.each([
  ['null', null],
  ['a number', 7.5],
  ['no number', Number.NaN],
  ['a bigint', 7n],
  ['a text', 'Wrong value'],
  ['an empty text', ''],
  ['a list of nothing', [undefined]],
  ['a list of lists', [[]]],
  ['a flag', true],
  ['a function', () => undefined],
])('every fact that is %s instead', (_, value) => {
  test('is one problem, there', () => {
    for (const { name, facts, path } of places) {
      const isFine = (path === 'components' && typeof value === 'function') || (path.endsWith('.autoAssign') && value === true);
      const found = problemsIn(changeFact(facts(), path, value)).map(({ field }) => field);
      if (isFine) expect(found).toEqual([]);
      else expect([[path], [`${path}[0]`]], `${name}, ${path}`).toContainEqual(found);
    }
  });
});

test('every misspelled name is one problem that names the right one', () => {
  for (const { facts, path } of places.filter(({ path }) => !path.endsWith(']'))) {
    const key = path.slice(path.lastIndexOf('.') + 1);
    const misspelled = [`${key}s`, key.slice(0, -1), `${key[0]}_${key.slice(1)}`, `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`];
    for (const name of misspelled) {
      const found = problemsIn(changeFact(facts(), path, named(name)));
      expect(
        found.map(({ rule, field, fix }) => [rule, field, fix]),
        `${path} as ${name}`,
      ).toEqual([['known-fact', `${path.slice(0, -key.length)}${name}`, `write "${key}".`]]);
    }
  }
});

/** A file of the checkout may be edited while tests run; a copy does not change, and its caches are its own. */
describe('npm run synth, after one mistake in clusters/lab.ts', () => {
  const checkout = fileURLToPath(new URL('../..', import.meta.url));
  const copy = mkdtempSync(join(tmpdir(), 'facts-synth-'));
  const file = join(copy, 'clusters', 'lab.ts');
  const synth = () => spawnSync(process.execPath, ['synth/launch.mjs', 'synth'], { cwd: copy, encoding: 'utf8' });
  let sound = '';

  beforeAll(() => {
    cpSync(checkout, copy, { recursive: true, filter: (path) => !['node_modules', '.git'].includes(basename(path)) });
    mkdirSync(join(copy, 'node_modules'));
    for (const name of readdirSync(join(checkout, 'node_modules'))) {
      if (name !== '.cache') symlinkSync(join(checkout, 'node_modules', name), join(copy, 'node_modules', name));
    }
    sound = readFileSync(file, 'utf8');
    expect(synth()).toMatchObject({ status: 0, stderr: '' });
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  /** Path, bytes and time of change of every file of dist/. */
  const readDist = () =>
    readdirSync(join(copy, 'dist'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path, readFileSync(path, 'utf8'), statSync(path).mtimeMs]);

  test.each([
    ['valid-node-cidr', /nodeCidr: '([\d.]+)\.0\/24'/, "nodeCidr: '$1.162/24'"],
    ['known-fact', /\bbranch:/, 'braanch:'],
    ['required-fact', /\n *domain: .*/, ''],
    ['distinct-addresses', /gateway: '(.*)',(\s+)vip: '.*'/, "gateway: '$1',$2vip: '$1'"],
    ['supported-kubernetes', /kubernetes: '.*?'/, "kubernetes: 'v1.20.15'"],
    ['odd-control-planes', /role: 'worker'/, "role: 'controlplane'"],
    ['ordered-pool', /start: '(.*?)', stop: '(.*?)'/, "start: '$2', stop: '$1'"],
    ['ingress-inside-pool', /ingressAddress: '.*?'/, "ingressAddress: '192.0.2.1'"],
    ['replicas-fit', /replicas: \d/, 'replicas: 7'],
    ['cluster-file-name', /name: 'lab'/, "name: 'lba'"],
    ['cluster-export', 'export default defineCluster', 'export const lab = defineCluster'],
  ])('says %s, once, and touches nothing', (rule, what, instead) => {
    const wrong = sound.replace(what, instead);
    expect(wrong).not.toBe(sound);
    writeFileSync(file, wrong);
    const before = readDist();
    const { status, stdout, stderr } = synth();
    expect(stderr.match(/✖/g), stderr).toHaveLength(1);
    expect(stderr).toMatch(/^✖ clusters\/lab\.ts/);
    expect(stderr).toContain(`  [${rule}]\n`);
    expect(stderr).toContain('1 problem; nothing was written.');
    expect(stderr).not.toMatch(/^\s+at |node:internal/m);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(readDist()).toEqual(before);
  });
});
