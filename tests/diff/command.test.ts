import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { main } from '../../synth/main.js';
import { schemasFolder } from '../fixtures/made-up-checkout.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const root = (branch: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: root, namespace: argocd}\nspec: {source: {targetRevision: refs/heads/${branch}}}\n`;
const flux = (branch: string) =>
  `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: platform}\nspec: {ref: {name: refs/heads/${branch}}}\n`;
const config = (value: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: web}\ndata: {a: "${value}"}\n`;

/** A repository with two clusters on main and one on next. */
class Repository {
  readonly root = mkdtempSync(join(tmpdir(), 'diff-test-'));
  readonly env = { PATH: process.env['PATH'] ?? '', HOME: this.root, GIT_CONFIG_NOSYSTEM: '1' };

  constructor() {
    folders.push(this.root);
    mkdirSync(join(this.root, 'imports'));
    symlinkSync(schemasFolder, join(this.root, 'imports', 'schemas'));
    this.git('init', '-q', '-b', 'main');
    this.write('dist/one/argocd/root.yaml', root('main'));
    this.write('dist/two/flux/root/platform.yaml', flux('main'));
    this.write('dist/three/argocd/root.yaml', root('next'));
    for (const cluster of ['one', 'two', 'three']) this.write(`dist/${cluster}/manifests/web/base/config-map_web.yaml`, config('old'));
    this.commit();
  }

  git(...args: readonly string[]): string {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.test', '-c', 'commit.gpgsign=false'];
    return execFileSync('git', [...identity, ...args], { cwd: this.root, env: this.env, encoding: 'utf8' });
  }

  commit(): void {
    this.git('add', 'dist');
    this.git('commit', '-q', '-m', 'change');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  async diff(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await main(['diff', ...argv], {
      root: this.root,
      env: this.env,
      cwd: this.root,
      print: (text) => out.push(text),
      printError: (text) => err.push(text),
      isTerminal: false,
      printProgress: () => undefined,
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }
}

const webOf = (cluster: string) => `dist/${cluster}/manifests/web/base/config-map_web.yaml`;

test('two commits are compared, and what the base alone has since is left out', async () => {
  const repository = new Repository();
  repository.git('checkout', '-q', '-b', 'work');
  for (const cluster of ['one', 'two', 'three']) repository.write(webOf(cluster), config('new'));
  repository.commit();
  repository.git('checkout', '-q', 'main');
  repository.write('dist/one/manifests/other/base/config-map_other.yaml', config('x').replace('name: web', 'name: other'));
  repository.commit();
  const { code, out } = await repository.diff('--base', 'main', '--head', 'work');
  expect(code).toBe(0);
  expect(out.split('\n\n')[0]).toBe(
    [
      'one: deploys, it follows main; 1 changed',
      'two: deploys, it follows main; 1 changed',
      'three: staged, it follows next and not main; 1 changed',
    ].join('\n'),
  );
  expect(out).not.toContain('other');
});

test('the files of the folder are compared, those that Git does not know too', async () => {
  const repository = new Repository();
  repository.write(webOf('one'), config('new'));
  repository.write('dist/one/manifests/web/base/namespace_web.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: web}\n');
  rmSync(join(repository.root, webOf('two')));
  const { out } = await repository.diff('--base', 'main');
  expect(out).toContain('~ data.a: old → new');
  expect(out).toContain('+ Namespace web');
  expect(out).toContain('- ConfigMap web/web');
  expect((await repository.diff('--base', 'main', 'two')).out).not.toContain('━━ one');
});

test('a head that is behind its base is a way back', async () => {
  const repository = new Repository();
  repository.write(webOf('one'), config('new'));
  repository.commit();
  expect((await repository.diff('--base', 'main', '--head', 'main~1')).out).toContain('~ data.a: new → old');
});

test('danger fails only a run that asks for it', async () => {
  const repository = new Repository();
  rmSync(join(repository.root, 'dist/one/argocd/root.yaml'));
  repository.write('dist/one/argocd/root.yaml', root('next'));
  expect((await repository.diff('--base', 'main')).code).toBe(0);
  const { code, out } = await repository.diff('--base', 'main', '--fail-on', 'danger');
  expect(code).toBe(1);
  expect(out).toContain('[unprotected]');
});

test('a report is written to a file, and nothing is printed', async () => {
  const repository = new Repository();
  repository.write(webOf('one'), config('new'));
  const { code, out } = await repository.diff('--base', 'main', '--format', 'json', '--out', 'report.json', '--target', 'next');
  expect({ code, out }).toEqual({ code: 0, out: '' });
  expect(JSON.parse(readFileSync(join(repository.root, 'report.json'), 'utf8'))).toMatchObject({
    version: 1,
    base: 'main',
    head: 'working tree',
    target: 'next',
    clusters: [{ cluster: 'one', branch: 'main', effect: 'staged' }],
  });
});

test.each([
  [['--head', 'main'], 64, 'needs "--base REF"'],
  [['--base', 'main', '--format', 'xml'], 64, 'The choices are text, markdown, html, json'],
  [['--base', 'main', '--fail-on', 'fire'], 64, 'The choices are danger'],
  [['--base', 'main', 'nowhere'], 64, 'There is no cluster "nowhere"'],
  [['--base', 'nowhere'], 1, '"nowhere" is no commit, branch or tag'],
  [['--base', '--version'], 1, '"--version" is no commit'],
])('%j is refused with %i', async (argv, code, message) => {
  const result = await new Repository().diff(...argv);
  expect(result.code).toBe(code);
  expect(result.err).toContain(message);
});
