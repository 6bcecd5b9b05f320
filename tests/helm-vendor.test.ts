import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'cdk8s';
import { beforeEach, describe, expect, test } from 'vitest';
import { ReleaseManifest } from '../charts/lib/release.js';
import { lockFile, parseLock } from '../synth/helm/lock.js';
import { sha256Of } from '../synth/helm/store.js';
import { main } from '../synth/main.js';
import { aCluster } from './fixtures/a-cluster.js';
import { Made } from './fixtures/components.js';
import { aFolder, chart, upstream, useUpstream } from './fixtures/upstream.js';

useUpstream();

const crds = 'apiVersion: v1\nkind: ConfigMap\n---\n';

/** A checkout whose clusters install charts of the loopback server. */
class Checkout {
  readonly root = aFolder({ 'clusters/lab.ts': '', 'clusters/prod.ts': '' });
  /** Version by component. */
  readonly versions: Record<string, string> = { web: '1.2.3', db: '1.2.3' };
  manifest: { url: string; sha256?: string } | undefined;

  add(app: App): void {
    const repository = `${upstream.url}/charts`;
    for (const [name, version] of Object.entries(this.versions)) new Made(app, name).install({}, { repository, version });
    if (!this.manifest) return;
    new ReleaseManifest(new Made(app, 'crds').release, 'crds', { urls: [this.manifest], provides: { podSecurity: 'restricted' } });
  }

  async vendor(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await main(['vendor', ...argv], {
      root: this.root,
      env: {},
      cwd: this.root,
      loadCluster: async (name) => ({ default: aCluster({ name, domain: `${name}.example.test`, components: (app) => this.add(app) }) }),
      print: (text) => out.push(`${text}\n`),
      printError: (text) => err.push(`${text}\n`),
      isTerminal: false,
      printProgress: () => undefined,
    });
    return { code, out: out.join(''), err: err.join('').replaceAll(upstream.url, 'URL') };
  }

  get lockText(): string {
    return readFileSync(join(this.root, lockFile), 'utf8');
  }

  /** Lines of chart and version in the lock. */
  get locked(): string[] {
    return parseLock(this.lockText).charts.map(({ chart, version }) => `${chart} ${version}`);
  }

  get stored(): string[] {
    return readdirSync(join(this.root, '.cache', 'charts')).sort();
  }
}

/** Serves archives by chart and version, as Helm writes an index. */
function serveAll(charts: Readonly<Record<string, Readonly<Record<string, string>>>>): void {
  const lines = ['apiVersion: v1', 'entries:'];
  for (const [name, versions] of Object.entries(charts)) {
    lines.push(`  ${name}:`);
    for (const [version, content] of Object.entries(versions)) {
      const archive = chart(content, name, version);
      upstream.replies.set(`/charts/${name}-${version}.tgz`, { body: archive });
      lines.push(
        `  - name: ${name}`,
        `    version: ${version}`,
        `    digest: ${sha256Of(archive)}`,
        `    urls: ["${name}-${version}.tgz"]`,
      );
    }
  }
  upstream.replies.set('/charts/index.yaml', { body: lines.join('\n') });
}

describe('npm run vendor', () => {
  beforeEach(() => serveAll({ db: { '1.2.3': 'a' }, web: { '1.2.3': 'a', '1.3.0': 'a' } }));

  test('fetches what the whole fleet installs, each once, then finds nothing to do', async () => {
    const checkout = new Checkout();
    const first = await checkout.vendor();
    const types = 'imports/helm/db.ts: written\nimports/helm/web.ts: written\n';
    const line = (name: string) => `${name} 1.2.3: fetched (${upstream.url}/charts/${name}-1.2.3.tgz)\n`;
    expect(first).toEqual({
      code: 0,
      out: `${line('db')}${line('web')}2 fetched, 0 from cache, 0 unchanged; ${lockFile} written.\n${types}`,
      err: '',
    });
    expect(checkout.locked).toEqual(['db 1.2.3', 'web 1.2.3']);
    upstream.asked.splice(0);
    const out = `db 1.2.3: unchanged\nweb 1.2.3: unchanged\n0 fetched, 0 from cache, 2 unchanged; ${lockFile} is the same.\n`;
    expect(await checkout.vendor()).toEqual({ code: 0, out, err: '' });
    expect(upstream.asked).toEqual(['/charts/index.yaml']);
  });

  test('takes from the cache what the lock has lost', async () => {
    const checkout = new Checkout();
    await checkout.vendor();
    rmSync(join(checkout.root, lockFile));
    expect((await checkout.vendor()).out).toContain(`0 fetched, 2 from cache, 0 unchanged; ${lockFile} written.`);
  });

  test('fetches again what is damaged or gone in the store', async () => {
    const checkout = new Checkout();
    await checkout.vendor();
    const [damaged = '', gone = ''] = checkout.stored;
    writeFileSync(join(checkout.root, '.cache', 'charts', damaged), 'damaged');
    rmSync(join(checkout.root, '.cache', 'charts', gone));
    expect((await checkout.vendor()).out).toContain(`2 fetched, 0 from cache, 0 unchanged; ${lockFile} is the same.`);
  });

  test('drops what no release uses any more, but not when it is given names', async () => {
    const checkout = new Checkout();
    await checkout.vendor();
    checkout.versions['web'] = '1.3.0';
    expect((await checkout.vendor('web')).out).toMatch(/^web 1\.3\.0: fetched .*\n1 fetched, 0 from cache, 0 unchanged;/);
    expect(checkout.locked).toEqual(['db 1.2.3', 'web 1.2.3', 'web 1.3.0']);
    delete checkout.versions['db'];
    await checkout.vendor();
    expect(checkout.locked).toEqual(['web 1.3.0']);
  });

  test('refuses content that changed under the same version, with both digests and the way out', async () => {
    const checkout = new Checkout();
    await checkout.vendor();
    const before = { lock: checkout.lockText, stored: checkout.stored };
    serveAll({ db: { '1.2.3': 'a' }, web: { '1.2.3': 'changed' } });
    const { code, err } = await checkout.vendor();
    expect(code).toBe(1);
    expect(err).toBe(
      [
        '✖ charts/web.ts web/web',
        '    The digest changed upstream: web 1.2.3 is not what was locked, under the same version:',
        `    ${sha256Of(chart('a'))} in charts.lock.yaml`,
        `    ${sha256Of(chart('changed'))} in URL/charts/web-1.2.3.tgz`,
        '    Fix: compare the two; if the new one is wanted, delete the entry of web 1.2.3 from charts.lock.yaml and run "npm run vendor" again.  [locked-digest]',
        '',
        '1 problem; charts.lock.yaml was not touched; what could be fetched is in the store.',
        '',
      ].join('\n'),
    );
    expect({ lock: checkout.lockText, stored: checkout.stored }).toEqual(before);
  });

  test('keeps what is locked and stored when upstream has withdrawn it, with a warning', async () => {
    const checkout = new Checkout();
    await checkout.vendor();
    const before = checkout.lockText;
    serveAll({ db: { '1.2.3': 'a' }, web: { '1.3.0': 'a' } });
    const { code, err } = await checkout.vendor();
    expect(code).toBe(0);
    expect(err).toMatch(/^⚠ charts\/web\.ts web\/web\n {4}URL\/charts has no version 1\.2\.3 of web\. The nearest are 1\.3\.0\.\n/);
    expect(checkout.lockText).toBe(before);
    upstream.replies.set('/charts/index.yaml', { status: 403 });
    expect((await checkout.vendor()).err).toContain('[reachable-upstream]\n\n2 problems');
    upstream.replies.delete('/charts/index.yaml');
    rmSync(join(checkout.root, '.cache'), { recursive: true });
    expect((await checkout.vendor()).err).toContain('[served-version]\n\n2 problems');
  });

  test('writes all or nothing, but stores what it could fetch', async () => {
    const checkout = new Checkout();
    checkout.versions['web'] = '9.9.9';
    const { code, out, err } = await checkout.vendor();
    expect(code).toBe(1);
    expect(out).toMatch(/^db 1\.2\.3: fetched .*\n$/);
    expect(err).toContain('URL/charts has no version 9.9.9 of web. The nearest are 1.3.0, 1.2.3.');
    expect(readdirSync(checkout.root)).not.toContain(lockFile);
    expect(checkout.stored).toEqual([`${sha256Of(chart('a', 'db'))}.tgz`]);
  });

  test('reports a wrong lock, and leaves it', async () => {
    const checkout = new Checkout();
    writeFileSync(join(checkout.root, lockFile), 'helm: latest\ncharts: []\nmanifests: []\n');
    expect((await checkout.vendor()).err).toContain('"latest" is wrong; it must be an exact version.');
    expect(checkout.lockText).toContain('latest');
  });

  test('fetches upstream manifests, whose digest must be the one that the component states', async () => {
    const checkout = new Checkout();
    upstream.replies.set('/v1/crds.yaml', { body: crds });
    checkout.manifest = { url: `${upstream.url}/v1/crds.yaml`, sha256: sha256Of(Buffer.from(crds)) };
    expect((await checkout.vendor('crds')).out).toContain('/v1/crds.yaml: fetched\n');
    expect(parseLock(checkout.lockText).manifests).toEqual([checkout.manifest]);
    expect(checkout.stored).toEqual([`${checkout.manifest.sha256}.yaml`]);
    checkout.manifest = { ...checkout.manifest, sha256: '0'.repeat(64) };
    const { code, err } = await checkout.vendor('crds');
    expect(code).toBe(1);
    expect(err).toContain(`is not the one that the component states:\n    ${'0'.repeat(64)} stated\n    ${sha256Of(Buffer.from(crds))} in`);
  });

  test('refuses a changed manifest, and a page in place of one', async () => {
    const checkout = new Checkout();
    checkout.manifest = { url: `${upstream.url}/v1/crds.yaml` };
    upstream.replies.set('/v1/crds.yaml', { body: '<html><p>Sign in</p></html>' });
    expect((await checkout.vendor('crds')).err).toContain('It is not a YAML file of Kubernetes objects.');
    upstream.replies.set('/v1/crds.yaml', { body: crds });
    expect((await checkout.vendor('crds')).code).toBe(0);
    upstream.replies.set('/v1/crds.yaml', { body: `${crds}apiVersion: v1\nkind: Secret\n` });
    expect((await checkout.vendor('crds')).err).toContain('The digest changed upstream: URL/v1/crds.yaml is not what was locked');
  });

  test('reads local copies without the network', async () => {
    const checkout = new Checkout();
    mkdirSync(join(checkout.root, 'copies'));
    for (const name of ['db', 'web']) writeFileSync(join(checkout.root, 'copies', `${name}.tgz`), chart('a', name));
    for (const options of [
      ['--from', 'copies'],
      ['--from=copies', 'web'],
      ['web', '--from', join(checkout.root, 'copies')],
    ]) {
      expect(await checkout.vendor(...options)).toMatchObject({ code: 0, err: '' });
    }
    expect(checkout.locked).toEqual(['db 1.2.3', 'web 1.2.3']);
    expect(upstream.asked).toEqual([]);
    writeFileSync(join(checkout.root, 'copies', 'web.tgz'), chart('b'));
    expect((await checkout.vendor('--from', 'copies')).err).toContain('The copy of web 1.2.3 is not what was locked');
    rmSync(join(checkout.root, 'copies', 'web.tgz'));
    expect(await checkout.vendor('--from', 'copies')).toMatchObject({ code: 0, err: '' });
  });

  test.each([
    ['a name that is no component', ['nothing'], 'There is no component "nothing". The components are db, web.'],
    ['a cluster', ['lab'], 'There is no component "lab".'],
    ['an unknown option', ['--force'], '"vendor" has no option "--force".'],
    ['--from without a folder', ['--from'], '"--from" needs a value.'],
    ['--from twice', ['--from', 'clusters', '--from=clusters'], '"--from" is given twice.'],
    ['--from of no folder', ['--from', 'nowhere'], '--from: there is no folder '],
  ])('refuses %s with 64', async (_, argv, message) => {
    const { code, out, err } = await new Checkout().vendor(...argv);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toContain(message);
    expect(err).toContain('npm run vendor -- [component...] [--from DIR]');
    expect(upstream.asked).toEqual([]);
  });
});
