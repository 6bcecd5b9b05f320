import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { sha256Of } from '../synth/helm/store.js';
import { Downloads } from '../synth/helm/vendor-download.js';
import { chart, problemOf, type Reply, serveRegistry, Upstream, upstream, useUpstream, vendorOne } from './fixtures/upstream.js';

useUpstream();

describe('a download', () => {
  test('is tried again after 500, 429 and a body that is cut off', async () => {
    const archive = chart();
    upstream.serve(archive);
    const replies: Reply[] = [
      { status: 500 },
      { status: 429, headers: { 'retry-after': '0' } },
      { body: archive, breakAfter: 100 },
      { body: archive },
    ];
    upstream.replies.set('/charts/web-1.2.3.tgz', (_, nth) => replies[nth - 1] ?? {});
    expect((await vendorOne(`${upstream.url}/charts`)).states).toEqual(['fetched']);
    expect(upstream.asked).toHaveLength(5);
  });

  test.each<[string, Reply, RegExp]>([
    ['stays overloaded', { status: 503 }, /answered with HTTP status 503 \(4 attempts\)\.$/],
    ['always breaks off', { body: 'a'.repeat(99), breakAfter: 9 }, /could not be read: .+ \(4 attempts\)\.$/],
  ])('that %s ends with the address and the cause', async (_, reply, message) => {
    upstream.replies.set('/charts/index.yaml', reply);
    const problem = await problemOf(`${upstream.url}/charts`);
    expect(problem).toContain(`reachable-upstream: ${upstream.url}/charts/index.yaml `);
    expect(problem).toMatch(message);
    expect(upstream.asked).toHaveLength(4);
  });

  test('from a host that refuses the connection ends with the address and the cause', async () => {
    const gone = new Upstream();
    await gone.start();
    const { url } = gone;
    await gone.stop();
    expect(await problemOf(url)).toMatch(/^reachable-upstream: http:\/\/127\.0\.0\.1:\d+\/index\.yaml could not be read: .*ECONNREFUSED/);
  });

  test('larger than its limit is broken off, and not tried again', async () => {
    upstream.replies.set('/a', { body: 'a'.repeat(100) });
    await expect(new Downloads(1).get(`${upstream.url}/a`, { limit: 99 })).rejects.toThrow('/a is larger than 99 bytes.');
    expect(upstream.asked).toHaveLength(1);
  });

  test('waits while eight are under way', async () => {
    let [now, most] = [0, 0];
    const server = createServer((_, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.end();
      }, 5);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const downloads = new Downloads(1);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await Promise.all(Array.from({ length: 40 }, () => downloads.get(url, { limit: 1 })));
    server.closeAllConnections();
    server.close();
    expect(most).toBe(8);
  });
});

describe('a registry', () => {
  const repository = () => `oci://${upstream.host}/charts`;

  test('gives an archive after it has given a token, which is asked for once', async () => {
    const archive = serveRegistry();
    const { states, problems, charts } = await vendorOne(repository());
    expect({ states, problems }).toEqual({ states: ['fetched'], problems: [] });
    expect(charts).toEqual([{ repository: repository(), chart: 'web', version: '1.2.3', sha256: sha256Of(archive), appVersion: '1.10' }]);
    expect(upstream.asked.filter((path) => path.startsWith('/token'))).toHaveLength(1);
  });

  test('has a version with a plus under a tag with an underscore', async () => {
    serveRegistry({ tag: '1.2.3_up1' });
    expect((await vendorOne(repository(), '1.2.3+up1')).charts[0]?.version).toBe('1.2.3+up1');
  });

  test('that lacks the tag gives the nearest ones of all pages', async () => {
    serveRegistry();
    expect(await problemOf(repository(), '1.2.9')).toBe(
      `served-version: oci://${upstream.host}/charts/web has no tag 1.2.9. The nearest are 1.2.4+up, 1.2.3, 1.2.2, latest.`.replace(
        '1.2.3, ',
        '',
      ),
    );
  });

  test('with something else under the tag is an error', async () => {
    serveRegistry({ config: 'application/vnd.oci.image.config.v1+json' });
    expect(await problemOf(repository())).toContain(
      'is no Helm chart: its configuration has the media type application/vnd.oci.image.config.v1+json',
    );
  });

  test('with another blob under the digest is an error', async () => {
    serveRegistry({ blob: chart('b') });
    expect(await problemOf(repository())).toContain('is not what its own digest says');
  });

  test('that keeps refusing is private', async () => {
    serveRegistry();
    upstream.replies.set('/v2/charts/web/manifests/1.2.3', {
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${upstream.url}/any"` },
    });
    upstream.replies.set('/any?scope=repository%3Acharts%2Fweb%3Apull', { body: '{"access_token": "other"}' });
    expect(await problemOf(repository())).toContain(
      'answered with HTTP status 401. It may be private; only anonymous downloads are supported.',
    );
  });
});
