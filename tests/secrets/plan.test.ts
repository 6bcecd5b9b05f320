import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { App } from 'cdk8s';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ReleaseManifest } from '../../charts/lib/release.js';
import { DeclaredSecret } from '../../charts/lib/secret.js';
import { discoverFleet } from '../../clusters/lib/discover.js';
import { assembleFleet } from '../../clusters/lib/fleet.js';
import { type ClusterPlan, planCluster } from '../../clusters/lib/plan.js';
import { checkSecrets } from '../../synth/check-secrets.js';
import { parseDocuments } from '../../synth/secrets/known-places.js';
import { findSecretsInObject } from '../../synth/secrets/object.js';
import { aCluster } from '../fixtures/a-cluster.js';
import { Made, schemas } from '../fixtures/components.js';
import { Checkout, removeCheckouts } from '../fixtures/made-up-checkout.js';
import { base64, letters, password, pem } from './planted.js';

afterEach(removeCheckouts);

const root = fileURLToPath(new URL('../..', import.meta.url));
const secret = password();

function planOf(components: (app: App) => void, engine: 'argocd' | 'flux' = 'argocd'): ClusterPlan {
  const cluster = aCluster({ engine, components });
  return planCluster(cluster, assembleFleet([cluster]), schemas);
}

/** Where problems are, and that none shows the secret. */
function placesIn(plan: ClusterPlan): string[] {
  const problems = checkSecrets(plan);
  expect(JSON.stringify(problems)).not.toContain(secret);
  expect(problems.every(({ rule, severity }) => rule === 'no-secret-material' && severity === 'error')).toBe(true);
  return problems.map(({ file, field }) => `${file} ${field}`);
}

const configMap = (data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data });

describe('a secret in a plan is reported once, with the place to change', () => {
  test('in an object of a component', () => {
    const plan = planOf((app) => new Made(app, 'a').put('base', configMap({ password: secret })));
    expect(placesIn(plan)).toEqual(['charts/a.ts a/base/ConfigMap-a data.password']);
  });

  test('in a Secret of a component', () => {
    const plan = planOf((app) => {
      new Made(app, 'a').put('base', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: { a: base64(secret) } });
    });
    expect(placesIn(plan)).toEqual(['charts/a.ts a/base/Secret-a data.a']);
    expect(checkSecrets(plan)[0]?.fix).toMatch(/^declare it with DeclaredSecret/);
  });

  test.each(['argocd', 'flux'] as const)('in the values of a chart, which %s gets too', (engine) => {
    const values = { admin: { password: secret, user: 'admin' }, config: `[security]\npassword = ${secret}\n` };
    const places = placesIn(planOf((app) => new Made(app, 'a').install({}, { values }), engine));
    expect(places).toEqual(['charts/a.ts a/release/a values.admin.password', 'charts/a.ts a/release/a values.config line 2']);
  });

  test('in values with null, which an Application holds as text', () => {
    const values = { admin: { password: secret }, drop: null };
    expect(placesIn(planOf((app) => new Made(app, 'a').install({}, { values })))).toEqual([
      'charts/a.ts a/release/a values.admin.password',
    ]);
  });

  test('in the values of the first installation', () => {
    const firstValues = { list: [{ token: secret }] };
    const places = placesIn(planOf((app) => new Made(app, 'a').install({}, { firstValues })));
    expect(places).toEqual(['charts/a.ts a/release/a firstValues.list[0].token']);
  });

  test('in a kustomization', () => {
    const plan = planOf((app) => {
      const made = new Made(app, 'a');
      const urls = [{ url: `https://a:${secret}@example.test/a.yaml` }];
      new ReleaseManifest(made.release, 'b', { urls, provides: { podSecurity: 'restricted' } });
    });
    expect(placesIn(plan)).toEqual(['dist/made-up/upstream/a/kustomization.yaml resources[0]']);
  });

  test('in documents of Talos', () => {
    const plan = planOf((app) => new Made(app, 'a').fill('base'));
    const documents = [{ machine: { token: secret, ca: { crt: 'LS0t', key: base64(pem('ED25519 PRIVATE KEY')) } } }];
    const places = placesIn({ ...plan, talos: new Map([['talos/nodes/c0.yaml', documents]]) });
    expect(places.sort()).toEqual(['dist/made-up/talos/nodes/c0.yaml machine.ca.key', 'dist/made-up/talos/nodes/c0.yaml machine.token']);
  });

  test('in a file of a chart that was rendered anew, and not in one that is kept', () => {
    const plan = planOf((app) => new Made(app, 'a').fill('base'));
    const file = (content: string | Buffer) => ({
      identity: { group: '', kind: 'ConfigMap', namespace: 'a', name: 'a' },
      path: 'manifests/a/a.yaml',
      content,
    });
    const text = `kind: ConfigMap\ndata:\n  a.ini: |\n    password = ${secret}\n`;
    expect(placesIn({ ...plan, files: [file(text)] })).toEqual(['dist/made-up/manifests/a/a.yaml data["a.ini"] line 1']);
    expect(placesIn({ ...plan, files: [file(Buffer.from(text))] })).toEqual([]);
  });
});

test('the name of a declared Secret is a name', () => {
  const withName = (isDeclared: boolean) =>
    planOf((app) => {
      const made = new Made(app, 'a').put('base', configMap({ secret: 'users' }));
      if (isDeclared) new DeclaredSecret(made.base, 'users', { name: 'users', keys: { users: 'all' }, consumer: 'a' });
    });
  expect(placesIn(withName(true))).toEqual([]);
  expect(placesIn(withName(false))).toEqual(['charts/a.ts a/base/ConfigMap-a data.secret']);
});

describe('the command line', () => {
  test.each(['synth', 'check'])('%s fails, writes nothing and shows nothing of it', async (command) => {
    const checkout = new Checkout({ 'made-up': (app) => new Made(app, 'a').put('base', configMap({ password: secret })) });
    const { code, out, err } = await checkout.run([command]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('✖ charts/a.ts a/base/ConfigMap-a data.password\n    It holds a secret: ');
    expect(err).toContain('[no-secret-material]');
    expect(err).not.toContain(secret);
    expect(readdirSync(checkout.root)).not.toContain('dist');
  });

  test.each([
    ['whole', `gh${'p'}_${letters(36)}`],
    ['cut', pem('RSA PRIVATE KEY')],
  ])('problems of other checks hide what they quote %s', async (_, value) => {
    const manifest = { ...configMap({}), data: value };
    const checkout = new Checkout({ 'made-up': (app) => new Made(app, 'a').put('base', manifest) });
    const { err } = await checkout.run(['check']);
    expect(err).toContain('<hidden: ');
    expect(err).toContain('[valid-object]');
    expect(err).toContain('[no-secret-material]');
    expect(err).not.toContain(value.slice(-40, -34));
    expect(err).not.toContain(value.slice(32, 40));
  });

  test('bugs and wrong usage hide what they quote', async () => {
    const token = `gh${'p'}_${letters(36)}`;
    const checkout = new Checkout();
    checkout.clusters['made-up'] = () => {
      throw new Error(`cannot log in with ${token}`);
    };
    expect((await checkout.run(['check'])).err).not.toContain(token.slice(4));
    expect((await checkout.run(['check', token])).err).not.toContain(token.slice(4));
  });
});

describe('what is committed gives no alarm', () => {
  let plans: ClusterPlan[];
  beforeAll(async () => {
    const fleet = await discoverFleet(root);
    plans = fleet.clusters.map((cluster) => planCluster(cluster, fleet, schemas));
  });

  test('in the plans of all clusters, with the values of all charts', () => {
    expect(plans.flatMap(({ components }) => components).length).toBeGreaterThan(50);
    expect(plans.flatMap((plan) => checkSecrets(plan))).toEqual([]);
  });

  test('in dist/', () => {
    const entries = readdirSync(join(root, 'dist'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = entries.map((entry) => join(entry.parentPath, entry.name));
    expect(paths.length).toBeGreaterThan(500);
    const alarms = paths.flatMap((path) =>
      parseDocuments(readFileSync(path, 'utf8')).flatMap((document) => findSecretsInObject(document).map((finding) => [path, finding])),
    );
    expect(alarms).toEqual([]);
  });
});
