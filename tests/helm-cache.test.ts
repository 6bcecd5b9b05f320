import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Problems } from '../charts/lib/problem.js';
import { cacheKey, forgetOld, hashSources, readCached, writeCached } from '../synth/helm/cache.js';
import { renderReleases } from '../synth/helm/index.js';
import type { RenderInput } from '../synth/helm/model.js';
import { anInput, fakeHelm, makeFolder, removeFolders, someKinds, writeChart } from './fixtures/helm.js';

afterEach(removeFolders);

const release = {
  objects: [{ manifest: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ü' } }, template: 'web/templates/a.yaml' }],
  problems: [],
};

describe('cacheKey', () => {
  const base = anInput({ values: { a: 1, b: null }, apiVersions: ['x/v1'] });
  const key = (input: RenderInput = base, version = 'v3.19.0', sources = 's') => cacheKey(input, version, sources);

  test.each<[string, string]>([
    ['archive', key({ ...base, chart: { ...base.chart, sha256: 'other' } })],
    ['chart', key({ ...base, chart: { ...base.chart, version: '1.2.4' } })],
    ['release', key({ ...base, releaseName: 'other' })],
    ['namespace', key({ ...base, namespace: 'other' })],
    ['values', key({ ...base, values: { a: '1', b: null } })],
    ['null', key({ ...base, values: { a: 1 } })],
    ['Kubernetes', key({ ...base, kubernetes: 'v1.36.5' })],
    ['API versions', key({ ...base, apiVersions: [] })],
    ['engine', key({ ...base, engine: 'flux' })],
    ['helm', key(base, 'v3.19.1')],
    ['sources', key(base, 'v3.19.0', 't')],
  ])('differs by %s', (_, other) => {
    expect(other).not.toBe(key());
  });

  test('is the same whatever the order of values, and whoever mirrors the chart', () => {
    expect(key({ ...base, values: { b: null, a: 1 }, chart: { ...base.chart, repository: 'oci://mirror.example.org' } })).toBe(key());
    expect(key()).toMatch(/^[0-9a-f]{64}$/);
  });

  test('sources are those of this folder, to the byte', async () => {
    const root = makeFolder();
    mkdirSync(join(root, 'synth', 'helm'), { recursive: true });
    const hashes = [await hashSources(root)];
    for (const [path, text] of [
      ['synth/helm/a.ts', '1'],
      ['synth/helm/a.ts', '2'],
      ['synth/helm/b.ts', ''],
      ['package.json', '{}'],
    ] as const) {
      writeFileSync(join(root, path), text);
      hashes.push(await hashSources(root));
    }
    expect(new Set(hashes).size).toBe(5);
    expect(await hashSources(process.cwd())).not.toBe(hashes[0]);
  });
});

describe('entries', () => {
  const key = 'a'.repeat(64);
  const pathIn = (folder: string, name = key) => join(folder, `${name}.json`);

  test('come back as they were written, as JSON, and leave nothing else', async () => {
    const folder = join(makeFolder(), 'x', 'renders');
    expect(await readCached(folder, key)).toBeUndefined();
    await writeCached(folder, key, release);
    expect(await readCached(folder, key)).toEqual(release);
    expect(readdirSync(folder)).toEqual([`${key}.json`]);
    expect(JSON.parse(readFileSync(pathIn(folder), 'utf8')).release).toEqual(release);
  });

  test.each<[string, (text: string) => string]>([
    ['cut', (text) => text.slice(0, -10)],
    ['longer', (text) => `${text} `],
    ['changed', (text) => text.replace('ConfigMap', 'ConfigMaq')],
    ['signed by hand', (text) => text.replace(/"sha256":"./, '"sha256":"g')],
    ['empty', () => ''],
    ['something else', () => '{"objects":[],"problems":[]}'],
  ])('are not believed when %s', async (_, damage) => {
    const folder = makeFolder();
    await writeCached(folder, key, release);
    writeFileSync(pathIn(folder), damage(readFileSync(pathIn(folder), 'utf8')));
    expect(await readCached(folder, key)).toBeUndefined();
  });

  test('are not believed under another key', async () => {
    const folder = makeFolder();
    await writeCached(folder, key, release);
    renameSync(pathIn(folder), pathIn(folder, 'b'.repeat(64)));
    expect(await readCached(folder, 'b'.repeat(64))).toBeUndefined();
  });

  test('go when nobody asks for them, and stay when somebody does', async () => {
    const folder = makeFolder();
    const month = Date.now() / 1000 - 31 * 24 * 3600;
    for (const name of ['c', 'd', 'e']) {
      await writeCached(folder, name, release);
      if (name !== 'e') utimesSync(pathIn(folder, name), month, month);
    }
    writeFileSync(join(folder, 'f.json.1.tmp'), '');
    utimesSync(join(folder, 'f.json.1.tmp'), Date.now() / 1000 - 7200, Date.now() / 1000 - 7200);
    await readCached(folder, 'c');
    expect(statSync(pathIn(folder, 'c')).mtimeMs / 1000).toBeGreaterThan(month + 1);
    await forgetOld(folder);
    expect(readdirSync(folder).sort()).toEqual(['c.json', 'e.json']);
  });

  test('go when they are too much, those that were used last at the end', async () => {
    const folder = makeFolder();
    for (const [index, name] of ['c', 'd', 'e'].entries()) {
      await writeCached(folder, name, release);
      utimesSync(pathIn(folder, name), Date.now() / 1000 - index, Date.now() / 1000 - index);
    }
    const { size } = statSync(pathIn(folder, 'c'));
    await forgetOld(folder, 3 * size);
    expect(readdirSync(folder)).toHaveLength(3);
    await forgetOld(folder, 3 * size - 1);
    expect(readdirSync(folder).sort()).toEqual(['c.json', 'd.json']);
  });

  test('a folder that cannot be written costs time only', async () => {
    const file = join(makeFolder(), 'file');
    writeFileSync(file, '');
    await writeCached(join(file, 'renders'), key, release);
    await forgetOld(join(file, 'renders'));
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});

describe('renderReleases', () => {
  const text = (name: string) => `---\n# Source: web/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

  function setUp() {
    const root = makeFolder();
    const helm = fakeHelm(join(makeFolder(), 'helm'));
    const { path, input } = writeChart('web', {});
    const tools = {
      root,
      program: async () => ({ path: helm.path, version: 'v3.19.0' }),
      archiveOf: async () => path,
      helm: 'v3.19.0',
      catalog: someKinds,
    };
    const render = (...values: object[]) =>
      renderReleases(
        values.map((value) => ({ input: { ...input, values: value }, file: 'charts/web.ts' })),
        tools,
      );
    return { root, helm, path, tools, input, render };
  }

  test('gives results in the order of the requests, with namespaces', async () => {
    const { render } = setUp();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const results = await render(...names.map((name) => ({ text: text(name) })));
    expect(results.map(({ objects }) => objects.map(({ manifest }) => manifest.metadata))).toEqual(
      names.map((name) => [{ name, namespace: 'shops' }]),
    );
  });

  test('renders once what is asked for twice', async () => {
    const { helm, render } = setUp();
    const [one, two] = await render({ text: text('a') }, { text: text('a') });
    expect(two).toEqual(one);
    expect(helm.calls()).toHaveLength(2);
  });

  test('runs helm once for what stays the same, and again for what is damaged', async () => {
    const { root, helm, render } = setUp();
    const first = await render({ text: text('a') });
    const runs = helm.calls().length;
    expect(await render({ text: text('a') })).toEqual(first);
    expect(helm.calls()).toHaveLength(runs);
    const [name = ''] = readdirSync(join(root, '.cache', 'renders'));
    writeFileSync(join(root, '.cache', 'renders', name), 'damage');
    expect(await render({ text: text('a') })).toEqual(first);
    expect(helm.calls().length).toBeGreaterThan(runs);
  });

  test('needs neither helm nor archive for what it knows', async () => {
    const { tools, input, render } = setUp();
    const first = await render({ text: text('a') });
    const refuse = async () => Promise.reject(new Error('asked'));
    const request = { input: { ...input, values: { text: text('a') } }, file: 'charts/web.ts' };
    expect(await renderReleases([request], { ...tools, program: refuse, archiveOf: refuse })).toEqual(first);
  });

  test('forgets what is old when it adds to the cache', async () => {
    const { root, render } = setUp();
    const old = join(root, '.cache', 'renders', 'old.json');
    mkdirSync(join(root, '.cache', 'renders'), { recursive: true });
    writeFileSync(old, '');
    utimesSync(old, 1000, 1000);
    await render({ text: text('a') });
    expect(existsSync(old)).toBe(false);
  });

  test('keeps problems of the output too, and names the file of whoever asks', async () => {
    const { helm, render } = setUp();
    const twice = `${text('a')}---\n# Source: web/templates/b.yaml\n${text('a').replace(/^---\n.*\n/, '')}`;
    const [first] = await render({ text: twice });
    expect(first?.problems).toMatchObject([{ rule: 'distinct-objects', file: 'charts/web.ts' }]);
    const runs = helm.calls().length;
    expect(await render({ text: twice })).toEqual([first]);
    expect(helm.calls()).toHaveLength(runs);
  });

  test('asks imports/ anew each time', async () => {
    const { tools, input, render } = setUp();
    const thing = text('a').replace('apiVersion: v1', 'apiVersion: example.org/v1').replace('ConfigMap', 'Thing');
    expect((await render({ text: thing }))[0]?.problems).toMatchObject([{ rule: 'known-kind' }]);
    const request = { input: { ...input, values: { text: thing } }, file: 'charts/web.ts' };
    expect((await renderReleases([request], { ...tools, catalog: { scopeOf: () => 'Cluster' } }))[0]?.problems).toEqual([]);
  });

  test('tries a failure again, because it may come from the machine', async () => {
    const { root, helm, render } = setUp();
    const values = {
      error: 'Error: execution error at (web/templates/a.yaml:3:4): a name is needed\n\nUse --debug flag to render out invalid YAML\n',
    };
    const [result] = await render(values);
    expect(result?.objects).toEqual([]);
    expect(result?.problems.map(({ problem }) => problem)).toEqual([
      'helm v3.19.0 cannot render it.\nweb/templates/a.yaml:3: a name is needed',
    ]);
    await render(values);
    expect(helm.calls()).toHaveLength(2);
    expect(existsSync(join(root, '.cache'))).toBe(false);
    expect((await render({ hang: true }))[0]?.problems[0]?.problem).toContain('SIGKILL');
  });

  test('refuses an archive that is not that of the lock', async () => {
    const { helm, path, render } = setUp();
    writeFileSync(path, 'other');
    expect((await render({ text: text('a') }))[0]?.problems).toMatchObject([{ rule: 'locked-archive', file: 'charts/web.ts' }]);
    expect(helm.calls()).toEqual([]);
  });

  test('passes on why there is no archive or no helm, and does not hide a bug', async () => {
    const { tools, input } = setUp();
    const problem = { rule: 'r', severity: 'error', file: 'charts.lock.yaml', field: 'helm', problem: 'p', fix: 'f' } as const;
    const request = { input, file: 'charts/web.ts' };
    const none = { ...tools, program: () => Promise.reject(new Problems([problem])) };
    expect(await renderReleases([request, request], none)).toEqual([
      { objects: [], problems: [problem] },
      { objects: [], problems: [problem] },
    ]);
    await expect(renderReleases([request], { ...tools, archiveOf: () => Promise.reject(new Error('bug')) })).rejects.toThrow('bug');
  });
});
