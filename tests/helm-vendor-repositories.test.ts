import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { partOfIndex } from '../synth/helm/repositories-part.js';
import { Store, sha256Of } from '../synth/helm/store.js';
import { vendor } from '../synth/helm/vendor.js';
import { nearestVersions } from '../synth/helm/vendor-source.js';
import { aFolder, chart, network, problemOf, type Reply, serveRegistry, upstream, useUpstream, vendorOne } from './fixtures/upstream.js';

useUpstream();

describe('a chart repository', () => {
  test.each<[string, (url: string) => string]>([
    ['relative', () => 'web-1.2.3.tgz'],
    ['below the host', () => '/charts/web-1.2.3.tgz'],
    ['absolute', (url) => `${url}/charts/web-1.2.3.tgz`],
  ])('gives an archive whose address is %s', async (_, addressIn) => {
    const archive = chart();
    upstream.serve(archive, { url: addressIn(upstream.url) });
    for (const repository of [`${upstream.url}/charts`, `${upstream.url}/charts/`]) {
      const { states, problems, charts, store } = await vendorOne(repository);
      expect({ states, problems }).toEqual({ states: ['fetched'], problems: [] });
      expect(charts).toEqual([{ repository, chart: 'web', version: '1.2.3', sha256: sha256Of(archive), appVersion: '1.10' }]);
      expect(await store.find(sha256Of(archive), 'tgz')).toEqual(archive);
    }
  });

  test('follows redirects, keeps the query, and takes a digest with its algorithm', async () => {
    const archive = chart();
    upstream.serve(archive, { digest: `sha256:${sha256Of(archive)}` });
    upstream.replies.set('/charts/index.yaml?key=1', upstream.replies.get('/charts/index.yaml') ?? {});
    upstream.replies.set('/charts/web-1.2.3.tgz?key=1', { status: 302, headers: { location: '/charts/web-1.2.3.tgz' } });
    expect((await vendorOne(`${upstream.url}/charts?key=1`)).states).toEqual(['fetched']);
    expect(upstream.asked).toEqual(['/charts/index.yaml?key=1', '/charts/web-1.2.3.tgz?key=1', '/charts/web-1.2.3.tgz']);
  });

  test('without a digest is asked for the archive itself', async () => {
    upstream.serve(chart(), { digest: '' });
    expect((await vendorOne(`${upstream.url}/charts`)).states).toEqual(['fetched']);
  });

  test('may name a registry', async () => {
    const archive = serveRegistry();
    upstream.serve(archive, { url: `oci://${upstream.host}/charts/web:1.2.3` });
    expect((await vendorOne(`${upstream.url}/charts`)).charts[0]?.sha256).toBe(sha256Of(archive));
  });

  test('whose index is written in another way is read too', async () => {
    const archive = chart();
    upstream.serve(archive);
    const entries = { web: [{ version: '1.2.3', urls: ['web-1.2.3.tgz'], digest: sha256Of(archive) }] };
    upstream.replies.set('/charts/index.yaml', { body: JSON.stringify({ apiVersion: 'v1', entries }) });
    expect((await vendorOne(`${upstream.url}/charts`)).states).toEqual(['fetched']);
  });

  test('is asked for its index once', async () => {
    upstream.serve(chart());
    const repository = `${upstream.url}/charts`;
    const charts = ['1.2.3', '1.2.4', '1.2.5'].map((version) => ({ repository, chart: 'web', version, users: ['web/web'] }));
    await vendor({ wanted: { components: [], charts, manifests: [] }, names: [], source: network(), store: new Store(aFolder()) });
    expect(upstream.asked.filter((path) => path.endsWith('index.yaml'))).toHaveLength(1);
  });

  test('that lacks the version gives the nearest ones, with a v or without', async () => {
    upstream.serve(chart(), { version: 'v1.2.3' });
    const problem = await problemOf(`${upstream.url}/charts`);
    expect(problem).toBe(`served-version: ${upstream.url}/charts has no version 1.2.3 of web. The nearest are v1.2.3.`);
  });

  test('that lacks the chart gives those it has', async () => {
    upstream.replies.set('/charts/index.yaml', { body: 'entries:\n  db:\n  - version: 1.2.3\n' });
    expect(await problemOf(`${upstream.url}/charts`)).toBe(`served-version: ${upstream.url}/charts has no chart web. It has db.`);
  });

  test.each<[string, Reply, string]>([
    ['is gone', { status: 404 }, 'served-version: URL/charts/index.yaml is not there (HTTP status 404).'],
    [
      'wants a login',
      { status: 401 },
      'reachable-upstream: URL/charts/index.yaml answered with HTTP status 401. It may be private; only anonymous',
    ],
    ['gives a page', { body: '<html></html>' }, 'sound-upstream: The index of URL/charts is not one of a chart repository.'],
    ['is hostile', { body: bomb() }, 'sound-upstream: The index of URL/charts is not one of a chart repository.'],
    [
      'has no address',
      { body: 'entries:\n  web:\n  - version: 1.2.3\n' },
      'sound-upstream: The index of URL/charts has no address for web 1.2.3.',
    ],
    [
      'has another digest',
      { body: 'entries:\n  web:\n  - version: 1.2.3\n    digest: md5:1\n    urls: [a]\n' },
      'sound-upstream: The index of URL/charts has "md5:1" for web 1.2.3, which is no SHA-256.',
    ],
    [
      'leads away from https',
      { status: 302, headers: { location: 'http://charts.example.test/' } },
      'sound-upstream: URL/charts/index.yaml redirects to http://charts.example.test/, which is not https',
    ],
    [
      'leads to itself',
      { status: 301, headers: { location: 'index.yaml' } },
      'sound-upstream: URL/charts/index.yaml redirects without end, the last time from URL/charts/index.yaml.',
    ],
  ])('that %s is an error', async (_, reply, message) => {
    upstream.replies.set('/charts/index.yaml', reply);
    expect((await problemOf(`${upstream.url}/charts`)).replaceAll(upstream.url, 'URL')).toContain(message);
  });

  test('whose archive is not what the index says is an error with both digests, and stores nothing', async () => {
    upstream.serve(chart('a'));
    upstream.replies.set('/charts/web-1.2.3.tgz', { body: chart('b') });
    const { problems, store } = await vendorOne(`${upstream.url}/charts`);
    expect(problems[0]?.problem).toContain(`\n${sha256Of(chart('a'))} stated\n${sha256Of(chart('b'))} found`);
    expect(readdirSync(store.folder)).toEqual([]);
  });

  test('whose archive is another chart is an error that names both', async () => {
    upstream.serve(chart('a', 'other'));
    expect(await problemOf(`${upstream.url}/charts`)).toBe('sound-archive: The name is "other", and the release wants "web".');
  });

  test.each(['1.2', 'latest', '^1.2.3'])('is not asked for the version %s', async (version) => {
    expect(await problemOf(`${upstream.url}/charts`, version)).toContain(`exact-chart-version: "${version}" is not one exact version`);
    expect(upstream.asked).toEqual([]);
  });

  test.each([
    ['charts/web', 'valid-upstream-address: "charts/web" is no address of a chart repository.'],
    ['http://charts.example.test', 'sound-upstream: http://charts.example.test/index.yaml is not https'],
  ])('at %s is refused', async (repository, message) => {
    expect(await problemOf(repository)).toContain(message);
  });
});

function bomb(): string {
  const levels = Array.from(
    { length: 12 },
    (_, i) =>
      `a${i}: &a${i} [${Array(10)
        .fill(i === 0 ? 'x' : `*a${i - 1}`)
        .join(', ')}]`,
  );
  return `${levels.join('\n')}\nentries: {web: *a11}\n`;
}

test('nearest versions are by number, the first three times over the last', () => {
  expect(nearestVersions('1.2.3', ['1.2.9', '2.0.0', 'v1.2.3', '1.10.0', '1.2.2', 'latest', '1.2.9'])).toEqual([
    'v1.2.3',
    '1.2.2',
    '1.2.9',
    '1.10.0',
    '2.0.0',
  ]);
});

describe('the part of an index', () => {
  const index =
    'apiVersion: v1\nentries:\n  a:\n  - version: 1.0.0\n  web:\n  - name: web\n    version: 1.0.0\n    description: |\n      web:\n      - x\n  - version: 2.0.0\n  z:\n  - version: 1.0.0\ngenerated: now\n';

  test('holds the items of one chart that name the version', () => {
    const part = 'entries:\n  web:\n  - name: web\n    version: 1.0.0\n    description: |\n      web:\n      - x\n';
    expect(partOfIndex(index, 'web', '1.0.0')).toBe(part);
    expect(partOfIndex(index.replace('  web:', '  "web":'), 'web', '1.0.0')).toBe(part.replace('  web:', '  "web":'));
    expect(partOfIndex(index, 'z', '1.0.0')).toBe('entries:\n  z:\n  - version: 1.0.0\n');
  });

  test.each(['{"entries": {"web": []}}', 'entries: {}', 'entries:\n  other:\n  - version: 1.0.0', ''])('is not known of %s', (text) => {
    expect(partOfIndex(text, 'web', '1.0.0')).toBeUndefined();
  });
});
