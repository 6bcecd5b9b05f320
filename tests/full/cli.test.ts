import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyCheckout, edit, filesIn } from '../fixtures/checkout.js';

/** The command line as people start it: real processes in a copy of the checkout. */

/** A copy of which every file of dist/ was last changed in 1970. */
function copy(): string {
  const folder = copyCheckout();
  for (const path of filesIn(join(folder, 'dist'))) utimesSync(path, 1000, 1000);
  return folder;
}

/** Every file of dist/ with content and time of its last change. */
function state(folder: string, name = 'dist'): Record<string, string> {
  const paths = filesIn(join(folder, name));
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length), `${statSync(path).mtimeMs} ${readFileSync(path, 'utf8')}`]));
}

function contents(folder: string, name: string): Record<string, string> {
  return Object.fromEntries(filesIn(join(folder, name)).map((path) => [path.slice(join(folder, name).length), readFileSync(path, 'utf8')]));
}

function run(cwd: string, command: string) {
  const { CDK8S_OUTDIR: _outdir, NODE_OPTIONS: _options, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8', env });
  return { code: status, out: stdout, err: stderr };
}

/** A fact that no cluster can have. */
const makeMistake = (folder: string) => edit(folder, 'clusters/lab.ts', ["gateway: '10.17.3.1'", "gateway: '10.17.4.1'"]);

test('npm run synth restores what is missing or changed, and does nothing the second time', () => {
  const folder = copy();
  const before = state(folder);
  rmSync(join(folder, 'dist/lab/argocd/root.yaml'));
  writeFileSync(join(folder, 'dist/lab/manifests/stale.yaml'), 'stale');
  const first = run(folder, 'npm run --silent synth');
  expect(first).toMatchObject({ code: 0, err: '' });
  const changes = first.out
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('waived in ') && !line.includes(': 0 added, 0 changed, 0 removed ('));
  const own = Object.keys(before).filter((path) => path.startsWith('/dist/lab/'));
  expect(changes).toEqual([`lab: 1 added, 0 changed, 1 removed (${own.length} files)`]);
  const between = state(folder);
  const isSame = (path: string) => between[path] === before[path];
  expect(Object.keys(before).filter((path) => !isSame(path))).toEqual(['/dist/lab/argocd/root.yaml']);
  const second = run(folder, 'npm run --silent synth');
  expect(second).toMatchObject({ code: 0, err: '' });
  expect(second.out).toMatch(/^Nothing to do: \d+ files are what the sources render\.$/m);
  expect(state(folder)).toEqual(between);
});

test('npm run check names one changed byte and leaves it', () => {
  const folder = copy();
  expect(run(folder, 'npm run --silent check')).toMatchObject({ code: 0, err: '' });
  edit(folder, 'dist/lab/argocd/root.yaml', ['limit: -1', 'limit: -2']);
  const before = state(folder);
  const { code, out, err } = run(folder, 'npm run --silent check');
  expect({ code, lines: out.split('\n').filter((line) => !line.startsWith('waived in ')) }).toEqual({ code: 1, lines: [''] });
  expect(err).toContain('    changed  dist/lab/argocd/root.yaml\n');
  expect(err.match(/(changed|missing|extra) +dist/g)).toEqual(['changed  dist']);
  expect(state(folder)).toEqual(before);
});

test('a mistake in a cluster exits with 1, names the field, has no stack, and leaves dist/ as it was', () => {
  const folder = copy();
  const before = state(folder);
  makeMistake(folder);
  const { code, out, err } = run(folder, 'npm run --silent synth');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('✖ clusters/lab.ts network.gateway\n');
  expect(err).not.toMatch(/^ {4}at /m);
  expect(state(folder)).toEqual(before);
});

test('a syntax error exits with 1, names file and line, and leaves dist/ as it was', () => {
  const folder = copy();
  const before = state(folder);
  edit(folder, 'clusters/lab.ts', ['export default', 'export defalt']);
  const { code, err } = run(folder, 'npm run --silent synth');
  expect(code).toBe(1);
  expect(err).toMatch(/clusters\/lab\.ts:\d+:\d+/);
  expect(state(folder)).toEqual(before);
});

test('an exception exits with 70 and a stack that leads to the source', () => {
  const folder = copy();
  const before = state(folder);
  edit(folder, 'charts/whoami.ts', ['this.addNetworkPolicy();', "throw new Error('made to fail');"]);
  const { code, err } = run(folder, 'npm run --silent synth');
  expect(code).toBe(70);
  expect(err).toMatch(/Error: made to fail\n\s+at .*whoami\.ts:\d+/);
  expect(state(folder)).toEqual(before);
});

test('a full disk leaves dist/ as it was, and the next run cleans up', () => {
  const folder = copy();
  edit(folder, 'clusters/lab.ts', ["branch: 'main'", "branch: 'other'"]);
  // Makes the bundle, which must not fail for want of space.
  expect(run(folder, 'npm run --silent check').code).toBe(1);
  const before = state(folder);
  const { code, err } = run(folder, 'ulimit -f 0; node synth/launch.mjs synth');
  expect(code, err).toBe(70);
  expect(err).toContain('EFBIG');
  expect(state(folder)).toEqual(before);
  expect(run(folder, 'npm run --silent synth')).toMatchObject({ code: 0, err: '' });
  expect(readdirSync(join(folder, 'dist')).filter((name) => name.startsWith('.synth-'))).toEqual([]);
});

test('cdk8s synth writes the same tree into its own folder and leaves dist/ as it was', () => {
  const folder = copy();
  const before = state(folder);
  const { code, err } = run(folder, 'npx --no-install cdk8s synth --check-upgrade=false');
  expect(code, err).toBe(0);
  expect(state(folder)).toEqual(before);
  expect(contents(folder, '.cdk8s')).toEqual(contents(folder, 'dist'));
});

test('cdk8s synth that fails leaves dist/ as it was', () => {
  const folder = copy();
  const before = state(folder);
  makeMistake(folder);
  const { code, out, err } = run(folder, 'npx --no-install cdk8s synth --check-upgrade=false');
  expect(code).not.toBe(0);
  expect(out + err).toContain('✖ clusters/lab.ts network.gateway');
  expect(state(folder)).toEqual(before);
});
