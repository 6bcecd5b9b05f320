import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore, Store, sha256Of } from '../synth/helm/store.js';
import { vendor } from '../synth/helm/vendor.js';
import { folderSource } from '../synth/helm/vendor-folder.js';
import { aFolder, chart, problemOf, useUpstream, vendorOne } from './fixtures/upstream.js';

useUpstream();

describe('the store', () => {
  test('gives what was put into it, by its digest and form', async () => {
    const store = openStore(aFolder());
    const sha256 = await store.put(Buffer.from('a'), 'tgz');
    expect(sha256).toBe(sha256Of(Buffer.from('a')));
    expect(await store.find(sha256, 'tgz')).toEqual(Buffer.from('a'));
    expect(await store.find(sha256, 'yaml')).toBeUndefined();
    expect(readdirSync(store.folder)).toEqual([`${sha256}.tgz`]);
  });

  test.each([
    ['cache', '.cache/charts'],
    ['vendored', 'vendored'],
  ] as const)('called %s is %s', (place, folder) => {
    expect(openStore('/checkout', place).folder).toBe(join('/checkout', folder));
  });

  test('removes a damaged entry, and takes it anew', async () => {
    const store = new Store(aFolder());
    const sha256 = await store.put(Buffer.from('a'), 'yaml');
    writeFileSync(store.pathOf(sha256, 'yaml'), 'b');
    expect(await store.find(sha256, 'yaml')).toBeUndefined();
    expect(readdirSync(store.folder)).toEqual([]);
    writeFileSync(store.pathOf(sha256, 'yaml'), 'b');
    await store.put(Buffer.from('a'), 'yaml');
    expect(readFileSync(store.pathOf(sha256, 'yaml'), 'utf8')).toBe('a');
  });
});

test('the store forgets what nobody names, and nothing that is not its own', async () => {
  const store = new Store(aFolder());
  const [kept, gone] = [await store.put(Buffer.from('kept'), 'tgz'), await store.put(Buffer.from('gone'), 'yaml')];
  writeFileSync(join(store.folder, 'README.md'), 'ours');
  expect(await store.keepOnly(new Set([kept]))).toBe(1);
  expect([await store.find(kept, 'tgz'), await store.find(gone, 'yaml')]).toEqual([Buffer.from('kept'), undefined]);
  expect(readFileSync(join(store.folder, 'README.md'), 'utf8')).toBe('ours');
});

describe('local copies', () => {
  const unpacked = { 'repo/charts/web/Chart.yaml': 'name: web\nversion: 1.2.3\n', 'repo/charts/web/templates/a.yaml': 'a' };

  test('are archives and unpacked charts anywhere, by what is in them', async () => {
    const folder = aFolder({ 'deep/down/any-name.tgz': chart(), 'other/db.tgz': chart('a', 'db') });
    expect((await vendorOne('https://charts.example.test', '1.2.3', await folderSource(folder))).charts[0]?.sha256).toBe(sha256Of(chart()));
    expect((await vendorOne('oci://example.test/x', '1.2.3', await folderSource(aFolder(unpacked)))).states).toEqual(['fetched']);
  });

  test('that are unpacked have one digest, wherever they are and whenever they were written', async () => {
    const first = aFolder(unpacked);
    const second = aFolder();
    cpSync(join(first, 'repo/charts/web'), join(second, 'another-name'), { recursive: true, mode: 0 });
    writeFileSync(join(second, 'another-name', '.helmignore'), '');
    writeFileSync(join(first, 'repo/charts/web', '.helmignore'), '');
    writeFileSync(join(second, 'another-name', 'templates', '.hidden'), 'Helm leaves it out');
    const digests = await Promise.all(
      [first, second].map(async (folder) => (await vendorOne('https://a.test', '1.2.3', await folderSource(folder))).charts[0]?.sha256),
    );
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(digests[1]).toBe(digests[0]);
  });

  test('that are archives come before unpacked ones', async () => {
    const folder = aFolder({ ...unpacked, 'web.tgz': chart() });
    expect((await vendorOne('https://a.test', '1.2.3', await folderSource(folder))).charts[0]?.sha256).toBe(sha256Of(chart()));
  });

  test('of one version with two contents are refused, twice the same is not', async () => {
    const twice = await folderSource(aFolder({ 'a.tgz': chart('a'), 'b.tgz': chart('b') }));
    expect(await problemOf('https://a.test', '1.2.3', twice)).toContain('web 1.2.3 is there more than once, with different content:');
    const same = await folderSource(aFolder({ 'a.tgz': chart('a'), 'b.tgz': chart('a') }));
    expect((await vendorOne('https://a.test', '1.2.3', same)).states).toEqual(['fetched']);
  });

  test('that are missing are an error with the versions and what could not be used', async () => {
    const linked = { 'linked/Chart.yaml': 'name: web\nversion: 1.2.3\n' };
    const folder = aFolder({ 'a.tgz': chart('a', 'web', '1.2.4'), 'b.tgz': '<html>', ...linked });
    symlinkSync('/etc/hostname', join(folder, 'linked', 'link'));
    const problem = await problemOf('https://a.test', '1.2.3', await folderSource(folder));
    expect(problem).toContain(`There is no chart web 1.2.3 below ${folder}, only 1.2.4.`);
    expect(problem).toContain('  b.tgz : It is no whole gzip file: incorrect header check.');
    expect(problem).toContain('  linked link: It is a link, which could lead anywhere.');
  });

  test('of manifests go by the longest common end of the address', async () => {
    const crd = 'apiVersion: v1\nkind: ConfigMap\n';
    const folder = aFolder({ 'v1/crds/a.yaml': `${crd}a: 1\n`, 'v2/crds/a.yaml': `${crd}a: 2\n` });
    const vendorManifest = async (url: string) => {
      const wanted = { components: [], charts: [], manifests: [{ url, stated: [], users: ['web'] }] };
      return await vendor({ wanted, names: [], source: await folderSource(folder), store: new Store(aFolder()) });
    };
    const { lock } = await vendorManifest('https://example.test/x/v2/crds/a.yaml');
    expect(lock.manifests[0]?.sha256).toBe(sha256Of(Buffer.from(`${crd}a: 2\n`)));
    expect((await vendorManifest('https://example.test/x/v3/crds/a.yaml')).problems[0]?.problem).toContain('is there more than once');
    expect((await vendorManifest('https://example.test/x/v2/b.yaml')).problems[0]?.problem).toBe(`There is no b.yaml below ${folder}.`);
  });
});
