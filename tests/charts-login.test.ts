import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ArgoCd, type ArgoCdProps } from '../charts/argo-cd/index.js';
import type { ArgoCdLogin } from '../charts/argo-cd/login.js';
import { blueprintOf, issuerOf } from '../charts/authentik/clients.js';
import { Authentik } from '../charts/authentik/index.js';
import { Headlamp } from '../charts/headlamp.js';
import type { Component } from '../charts/lib/component.js';
import { Handle, type TrustBundleRef } from '../charts/lib/handle.js';
import type { OidcClient } from '../charts/lib/oidc.js';
import { type Problem, Problems } from '../charts/lib/problem.js';
import { DeclaredSecret, type DeclaredSecretProps } from '../charts/lib/secret.js';
import { assembleFleet } from '../clusters/lib/fleet.js';
import { planCluster } from '../clusters/lib/plan.js';
import { renderSecretsPage } from '../synth/docs/secrets.js';
import { aCluster } from './fixtures/a-cluster.js';
import { Made, schemas } from './fixtures/components.js';
import { type Any, expectSound, find, valuesOf } from './fixtures/rendered.js';

/** Single sign-on: what a provider is told of its clients, and what these make of it. */

const elsewhere = { component: 'elsewhere', stage: 'resources' } as const;
const exposure = {
  ingressClass: new Handle(elsewhere, { name: 'made-up' }),
  issuer: new Handle(elsewhere, { ref: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'made-up' }, isAcme: false } as const),
};
const trust: TrustBundleRef = new Handle(elsewhere, { configMap: 'platform-ca', key: 'ca-bundle.crt' });
const client = { issuerUrl: 'https://auth.example.test/application/o/argocd/', clientId: 'argocd' } as const;
const login: ArgoCdLogin = { ...client, adminGroup: 'platform-admins', phase: 'bootstrap' };

const addArgoCd = (app: App, changes: Partial<ArgoCdProps> = {}) =>
  new ArgoCd(app, 'argo-cd', { host: 'argocd.example.test', exposure, installation: 'made-up', ...changes });

function configsOf(changes: Partial<ArgoCdProps>): Any {
  return valuesOf(addArgoCd(new App(), changes)).configs;
}

function secretsOf(component: Component): Record<string, DeclaredSecretProps & { stage: string }> {
  const declared = component.node.findAll().filter((node) => node instanceof DeclaredSecret);
  return Object.fromEntries(declared.map(({ props, stage: { stage } }) => [props.name, { ...props, stage }]));
}

function problemsOf(build: () => unknown): readonly Problem[] {
  try {
    build();
  } catch (error) {
    if (error instanceof Problems) return error.problems;
    throw error;
  }
  return [];
}

const rulesOf = (build: () => unknown) => problemsOf(build).map(({ rule }) => rule);

describe('Argo CD', () => {
  test('without a login has its administrator and no provider', () => {
    const { cm, rbac } = configsOf({});
    expect(cm['admin.enabled']).toBe(true);
    expect(cm).not.toHaveProperty('oidc.config');
    expect(rbac).toEqual({ 'policy.default': 'role:readonly' });
  });

  test.each([
    ['bootstrap', true],
    ['steady', false],
  ] as const)('with a login in the phase %s has an administrator of its own: %s', (phase, isEnabled) => {
    const { cm } = configsOf({ login: { ...login, phase } });
    expect(cm['admin.enabled']).toBe(isEnabled);
    expect(parse(cm['oidc.config'])).toMatchObject({ issuer: client.issuerUrl, clientID: 'argocd' });
  });

  test('reads the secret of its client from a Secret with the label that it looks for', () => {
    const component = addArgoCd(new App(), { login });
    expectSound(component);
    const config = parse(valuesOf(component).configs.cm['oidc.config']);
    const [, name = '', key = ''] = /^\$(.+):(.+)$/.exec(config.clientSecret) ?? [];
    const secret = secretsOf(component)[name];
    expect(Object.keys(secret?.keys ?? {})).toEqual([key]);
    expect(secret?.labels).toEqual({ 'app.kubernetes.io/part-of': 'argocd' });
    expect(config).toMatchObject({ enablePKCEAuthentication: true, requestedScopes: ['openid', 'profile', 'email', 'groups'] });
  });

  test('with a public client has no secret', () => {
    const component = addArgoCd(new App(), { login: { ...client, kind: 'public', adminGroup: 'admins', phase: 'steady' } });
    expect(parse(valuesOf(component).configs.cm['oidc.config'])).not.toHaveProperty('clientSecret');
    expect(Object.keys(secretsOf(component))).toEqual(['repository']);
  });

  test('lets one group do everything, and everybody else look', () => {
    const { rbac } = configsOf({ login: { ...login, adminGroup: 'The Admins' } });
    expect(rbac).toEqual({ 'policy.default': 'role:readonly', 'policy.csv': 'g, The Admins, role:admin\n', scopes: '[groups]' });
    for (const adminGroup of ['', ' x', 'a, role:x', 'a\ng, b', '#a', 'a"b'])
      expect(rulesOf(() => configsOf({ login: { ...login, adminGroup } }))).toEqual(['valid-group']);
  });

  test.each([{ trust }, { login: { ...login, trust } }])('trusts the authorities of %o in its Namespace and its server', (changes) => {
    const component = addArgoCd(new App(), changes);
    expect(find(component, 'Namespace').metadata.labels).toMatchObject({ 'platform/trust': 'enabled' });
    expect(valuesOf(component).server.volumes).toEqual([{ name: 'platform-trust', configMap: { name: 'platform-ca', optional: true } }]);
  });

  test('keeps its kinds, and with them every Application, whatever its chart stops to make', () => {
    const { annotations, keep } = valuesOf(addArgoCd(new App())).crds;
    expect(keep).toBe(true);
    expect(annotations['argocd.argoproj.io/sync-options'].split(',')).toEqual(expect.arrayContaining(['Prune=false', 'Delete=false']));
  });

  test('is behind a human gate only while a person registers its client', () => {
    const secret = (changes: Partial<ArgoCdLogin>) =>
      secretsOf(addArgoCd(new App(), { login: { ...login, ...changes } as ArgoCdLogin }))['argocd-oidc'];
    expect(secret({})).not.toHaveProperty('filledBy');
    expect(secret({ registeredBy: 'the owner of Zitadel' })).toMatchObject({ filledBy: 'external', owner: 'the owner of Zitadel' });
  });
});

test('the credentials of the repository come from the bootstrap, on a cluster with a store too, and are labelled in the docs', () => {
  class Store extends Made {
    override get secretStore() {
      return this.handle('resources', { store: 'vault', path: 'made-up' });
    }
  }
  const cluster = aCluster({
    secrets: 'store',
    components: (app) => {
      const crds = { 'external-secrets.io': ['ExternalSecret'], 'cert-manager.io': ['Certificate'] };
      new Store(app, 'store').install({ crds, classes: { IngressClass: ['made-up'] } }).fill('resources');
      new Made(app, 'elsewhere').fill('resources');
      addArgoCd(app, { login });
    },
  });
  const fleet = assembleFleet([cluster]);
  const planned = planCluster(cluster, fleet, schemas);
  expect(planned.fromStore).toEqual(new Set(['argocd/argocd-oidc']));
  const rows = renderSecretsPage(fleet, [planned]).split('\n');
  const row = (name: string) => rows.find((line) => line.startsWith(`| argocd | ${name}`));
  expect(row('repository')).toContain('repository<br>`argocd.argoproj.io/secret-type: repository` | `type`');
  expect(row('repository')).toContain('| source `bootstrap` | argo-cd/base |');
  expect(row('argocd-oidc')).toContain('| source `store` | argo-cd/exposure |');
  const waiting = [...planned.dependencies.graph.edges].filter(([, targets]) => targets.includes('store/resources'));
  expect(waiting.map(([node]) => node)).toEqual(['argo-cd/exposure']);
});

describe('the clients of Authentik', () => {
  const clients = [
    { slug: 'argo-cd', name: 'On', kind: 'confidential', redirectUris: ['https://argocd.example.test/auth/callback'] },
    { slug: 'kubernetes', name: 'Kubernetes', kind: 'public', redirectUris: ['http://localhost:8000', 'http://localhost:18000'] },
  ] as const;
  const database = new Handle(elsewhere, { host: 'db.example.test', database: 'people', secret: 'people', namespace: 'people' });
  const props = { host: 'auth.example.test', exposure, database, adminEmail: 'admin@example.test', nodeCount: 1, clients };
  const tag = (name: string) => ({ tag: `!${name}`, resolve: (value: string) => `${name} ${value}` });
  const find = {
    tag: '!Find',
    collection: 'seq',
    resolve: (node: Any) =>
      `Find ${node.items.map((item: Any) => item.value ?? item.items.map((part: Any) => part.value).join('=')).join(' ')}`,
  } as const;
  const entriesOf = (model: string): Any[] => {
    const { entries } = parse(blueprintOf('authentik', clients), { customTags: [tag('Env'), tag('KeyOf'), find], version: '1.1' });
    return entries.filter((entry: Any) => entry.model === model);
  };

  test('are a provider each, whose id is fixed and whose secret is the variable of the worker', () => {
    const [confidential, open] = entriesOf('authentik_providers_oauth2.oauth2provider').map(({ attrs }) => attrs);
    expect(confidential).toMatchObject({
      client_id: 'argo-cd',
      client_type: 'confidential',
      client_secret: 'Env OIDC_CLIENT_SECRET_ARGO_CD',
    });
    expect(open).toMatchObject({ client_id: 'kubernetes', client_type: 'public' });
    expect(open).not.toHaveProperty('client_secret');
    expect(secretsOf(new Authentik(new App(), 'authentik', props))['authentik-clients']?.keys).toHaveProperty('OIDC_CLIENT_SECRET_ARGO_CD');
    expect(open.redirect_uris).toEqual(clients[1].redirectUris.map((url) => ({ matching_mode: 'strict', url })));
    for (const attrs of [confidential, open]) {
      expect(attrs.grant_types).toEqual(['authorization_code', 'refresh_token']);
      expect(attrs.signing_key).toBe('Find authentik_crypto.certificatekeypair name=authentik Self-signed Certificate');
      expect(attrs.property_mappings.map((mapping: string) => mapping.split('/scope-')[1])).toEqual(
        expect.arrayContaining(['openid', 'email', 'profile']),
      );
    }
  });

  test('are an application each, and there is a group for the people who run the platform', () => {
    const applications = entriesOf('authentik_core.application').map(({ identifiers, attrs }) => [identifiers.slug, attrs]);
    expect(applications).toEqual([
      ['argo-cd', { name: 'On', provider: 'KeyOf argo-cd' }],
      ['kubernetes', { name: 'Kubernetes', provider: 'KeyOf kubernetes' }],
    ]);
    expect(entriesOf('authentik_core.group').map(({ identifiers, state }) => [identifiers.name, state])).toEqual([
      ['platform-admins', 'created'],
    ]);
  });

  test('are known to whoever people log in to by issuer, id and kind', () => {
    const authentik = new Authentik(new App(), 'authentik', props);
    const issuerUrl = 'https://auth.example.test/application/o/kubernetes/';
    expect(authentik.client('kubernetes')).toEqual({ issuerUrl, clientId: 'kubernetes', kind: 'public' });
    expect(issuerOf('auth.example.test', 'kubernetes')).toBe(issuerUrl);
    const [problem] = problemsOf(() => authentik.client('grafana'));
    expect([problem?.rule, problem?.problem]).toEqual(['known-client', expect.stringContaining('"argo-cd", "kubernetes"')]);
  });

  test.each([
    ['valid-slug', { slug: 'Argo CD' }],
    ['valid-slug', { slug: '' }],
    ['distinct-clients', { slug: 'kubernetes' }],
    ['valid-redirect-uri', { redirectUris: [] }],
    ['valid-redirect-uri', { redirectUris: ['https://argocd.example.test/auth/callback', 'argocd.example.test'] }],
    ['valid-redirect-uri', { redirectUris: ['https://*.example.test'] }],
  ])('are refused by %s: %o', (rule, change) => {
    expect(rulesOf(() => blueprintOf('authentik', [clients[1], { ...clients[0], ...change }]))).toEqual([rule]);
  });
});

test('Headlamp has the same variables for a public client, and no Secret', () => {
  const add = (oidc: OidcClient) => new Headlamp(new App(), 'headlamp', { host: 'headlamp.example.test', exposure, oidc });
  const [open, confidential] = [add({ ...client, kind: 'public' }), add(client)];
  expect([secretsOf(open), valuesOf(open).config.oidc.externalSecret]).toEqual([{}, { enabled: false }]);
  expect(valuesOf(open).env).toEqual(valuesOf(confidential).env);
});

test.each([
  [['valid-issuer'], { issuerUrl: 'http://auth.example.test' }],
  [['valid-issuer'], { issuerUrl: 'auth.example.test' }],
  [['valid-issuer'], { issuerUrl: 'https://auth.example.test/?a=b' }],
  [['valid-issuer', 'valid-client-id'], { issuerUrl: 'https:///x', clientId: '' }],
  [[], { issuerUrl: 'https://auth.example.test' }],
])('a client is refused by %o: %o', (rules, change) => {
  const add = () => new Headlamp(new App(), 'headlamp', { host: 'headlamp.example.test', exposure, oidc: { ...client, ...change } });
  expect(rulesOf(add)).toEqual(rules);
});
