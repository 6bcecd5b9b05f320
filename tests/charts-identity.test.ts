import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { Authentik, type AuthentikProps } from '../charts/authentik/index.js';
import { Headlamp, type HeadlampProps } from '../charts/headlamp.js';
import { collect } from '../charts/lib/collect.js';
import type { Component } from '../charts/lib/component.js';
import { type DatabaseRef, Handle, type IngressClassRef, type IssuerRef } from '../charts/lib/handle.js';
import type { KubernetesObject } from '../charts/lib/kinds.js';
import { HelmRelease } from '../charts/lib/release.js';
import { DeclaredSecret } from '../charts/lib/secret.js';
import { Netbird, type NetbirdProps } from '../charts/netbird.js';
import { Zitadel, type ZitadelProps } from '../charts/zitadel/index.js';
import { validateObject } from '../synth/schema/validate.js';
import { Made, planOf, schemas } from './fixtures/components.js';
import type { Any } from './fixtures/rendered.js';

/** Login, the interface of the cluster and the way into its network: what these charts compute from their props. */

const elsewhere = { component: 'elsewhere', stage: 'resources' } as const;
const issuer: IssuerRef = new Handle(elsewhere, {
  ref: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'made-up' },
  isAcme: false,
});
const ingressClass: IngressClassRef = new Handle(elsewhere, { name: 'made-up' });
const storageClass = new Handle(elsewhere, { name: 'made-up' });
const trust = new Handle({ component: 'trust', stage: 'resources' }, { configMap: 'platform-ca', key: 'ca-bundle.crt' });
const loadBalancer = new Handle(elsewhere, { addressAnnotation: 'made-up/address', poolLabel: 'made-up/pool' });
const database: DatabaseRef = new Handle(
  { component: 'databases', stage: 'resources' },
  { host: 'made-up-rw.databases.svc', database: 'people', secret: 'made-up-app', namespace: 'databases' },
);
const namespace = new Handle({ component: 'databases', stage: 'base' }, { name: 'databases' });
const exposure = { ingressClass, issuer };
const oidc = { issuerUrl: 'https://auth.example.test', clientId: 'kubernetes' };
const clients = [
  { slug: 'argo-cd', name: 'Argo CD', kind: 'confidential', redirectUris: ['https://argocd.example.test/auth/callback'] },
  { slug: 'kubernetes', name: 'Kubernetes', kind: 'public', redirectUris: ['http://localhost:8000'] },
] as const;
const shared = { exposure, database, host: 'auth.example.test', nodeCount: 3 };

const addHeadlamp = (app: App, changes: Partial<HeadlampProps> = {}) =>
  new Headlamp(app, 'headlamp', { host: 'headlamp.example.test', exposure, ...changes });
const addAuthentik = (app: App, changes: Partial<AuthentikProps> = {}) =>
  new Authentik(app, 'authentik', { ...shared, adminEmail: 'admin@example.test', ...changes });
const addZitadel = (app: App, changes: Partial<ZitadelProps> = {}) => new Zitadel(app, 'zitadel', { ...shared, ...changes });
const addNetbird = (app: App, changes: Partial<NetbirdProps> = {}) =>
  new Netbird(app, 'netbird', { host: 'netbird.example.test', issuer, storageClass, ...changes });
const stun = { address: '192.0.2.20', loadBalancer, pool: 'assigned' };

function releaseOf(component: Component): HelmRelease | undefined {
  return component.node.findAll().find((node) => node instanceof HelmRelease);
}

const valuesOf = (component: Component): Any => releaseOf(component)?.props.values;

/** The objects of one component. */
function objectsOf(component: Component): (KubernetesObject & Any)[] {
  const { components, problems } = collect(component.node.root as App, schemas);
  expect(problems).toEqual([]);
  const stages = components.find(({ name }) => name === component.node.id)?.stages ?? [];
  return stages.flatMap(({ objects }) => objects.map(({ manifest }) => manifest));
}

const find = (component: Component, kind: string): Any => objectsOf(component).find((manifest) => manifest.kind === kind);

/** Name -> keys of every Secret that a component declares. */
function secretsOf(component: Component): Record<string, string[]> {
  const declared = component.node.findAll().filter((node) => node instanceof DeclaredSecret);
  return Object.fromEntries(declared.map(({ props }) => [props.name, Object.keys(props.keys)]));
}

/** Secret and key of every environment variable that reads one. */
const keysInUse = (variables: Any[]): [string, string][] =>
  variables.flatMap(({ valueFrom }) => (valueFrom ? [[valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key]] : []));

/** Components that a stage of the made component waits for. */
function waitsFor(node: string, add: (app: App) => Component): readonly string[] {
  const { dependencies, problems } = planOf((app) => {
    const crds = { 'cert-manager.io': ['Certificate', 'Issuer'], 'traefik.io': ['IngressRoute'] };
    new Made(app, 'kinds').install({ crds, classes: { IngressClass: ['made-up'] } });
    for (const name of ['elsewhere', 'trust']) new Made(app, name).fill('resources');
    new Made(app, 'databases', { namespace: { name: 'databases', podSecurity: 'restricted' } }).fill('resources');
    add(app);
  });
  expect(problems).toEqual([]);
  return dependencies.graph.edges.get(node) ?? [];
}

describe.each<[string, (app: App) => Component]>([
  ['Headlamp', (app) => addHeadlamp(app)],
  ['Headlamp with a provider', (app) => addHeadlamp(app, { oidc: { ...oidc, trust } })],
  ['Authentik', (app) => addAuthentik(app, { clients })],
  ['Zitadel', (app) => addZitadel(app)],
  ['Netbird', (app) => addNetbird(app, { stun })],
])('%s, like every component,', (_name, add) => {
  test('renders objects that the schemas of their kinds take, and no Secret', () => {
    const objects = objectsOf(add(new App()));
    expect(objects.map(({ kind }) => kind)).toContain('Namespace');
    for (const manifest of objects) {
      const entry = schemas.find(manifest.apiVersion, manifest.kind);
      expect(entry, manifest.kind).toBeDefined();
      if (entry) expect(validateObject(manifest, entry, schemas.resolve)).toEqual([]);
    }
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  test('enforces the level that its pods need', () => {
    const component = add(new App());
    const labels = find(component, 'Namespace').metadata.labels;
    expect(labels['pod-security.kubernetes.io/enforce']).toBe(releaseOf(component)?.props.provides.podSecurity);
  });
});

describe('Headlamp', () => {
  test('has no rights, and without a provider a ServiceAccount for people that may only look', () => {
    const component = addHeadlamp(new App());
    expect(valuesOf(component)).toMatchObject({ clusterRoleBinding: { create: false }, config: { unsafeUseServiceAccountToken: false } });
    const bindings = objectsOf(component).filter(({ kind }) => kind === 'ClusterRoleBinding');
    expect(bindings).toHaveLength(1);
    expect(bindings[0].roleRef).toMatchObject({ kind: 'ClusterRole', name: 'view' });
    expect(bindings[0].subjects).toEqual([{ kind: 'ServiceAccount', name: 'headlamp-viewer', namespace: 'headlamp' }]);
    expect(find(component, 'ServiceAccount').metadata).toMatchObject({ name: 'headlamp-viewer', namespace: 'headlamp' });
    expect(secretsOf(component)).toEqual({});
    expect(valuesOf(component).config.oidc.externalSecret).toEqual({ enabled: false });
  });

  test('with a provider declares the secret of the client, writes the rest down, and binds nobody', () => {
    const component = addHeadlamp(new App(), { oidc });
    expect(secretsOf(component)).toEqual({ 'headlamp-oidc': ['OIDC_CLIENT_SECRET'] });
    const { config, env } = valuesOf(component);
    expect(config.oidc.externalSecret).toMatchObject({ enabled: true, name: 'headlamp-oidc' });
    expect(env).toContainEqual({ name: 'OIDC_CLIENT_ID', value: 'kubernetes' });
    expect(env).toContainEqual({ name: 'OIDC_ISSUER_URL', value: 'https://auth.example.test' });
    expect(env).toContainEqual({ name: 'OIDC_CALLBACK_URL', value: 'https://headlamp.example.test/oidc-callback' });
    expect(find(component, 'ClusterRoleBinding')).toBeUndefined();
  });

  test.each([undefined, 'the owner of the provider'])('lets the secret of its client be filled in by %s', (owner) => {
    const component = addHeadlamp(new App(), { oidc: owner === undefined ? oidc : { ...oidc, registeredBy: owner } });
    const secret = component.node.findAll().find((node) => node instanceof DeclaredSecret);
    expect([secret?.props.filledBy, secret?.props.owner]).toEqual(owner === undefined ? [undefined, undefined] : ['external', owner]);
  });

  test('trusts the authorities of the platform only when it is given them', () => {
    const withTrust = addHeadlamp(new App(), { oidc: { ...oidc, trust } });
    expect(find(withTrust, 'Namespace').metadata.labels).toMatchObject({ 'platform/trust': 'enabled' });
    expect(valuesOf(withTrust).volumes).toEqual([{ name: 'platform-trust', configMap: { name: 'platform-ca' } }]);
    expect(valuesOf(withTrust).env).toContainEqual({ name: 'SSL_CERT_DIR', value: '/etc/ssl/certs:/etc/platform-trust' });
    expect(waitsFor('headlamp/release', (app) => addHeadlamp(app, { oidc: { ...oidc, trust } }))).toContain('trust/resources');
    expect(find(addHeadlamp(new App(), { oidc }), 'Namespace').metadata.labels).not.toHaveProperty('platform/trust');
    expect(waitsFor('headlamp/release', (app) => addHeadlamp(app, { oidc }))).not.toContain('trust/resources');
  });
});

type AddProvider = (app: App, changes?: Partial<typeof shared & { namespace: typeof namespace; isMonitored: boolean }>) => Component;

describe.each<[string, AddProvider]>([
  ['authentik', addAuthentik],
  ['zitadel', addZitadel],
])('%s, with its database,', (name, add) => {
  const variablesOf = (component: Component) => valuesOf(component).env ?? valuesOf(component).global.env;

  test('in its own Namespace reads a declared copy of the Secret of its owner', () => {
    const component = add(new App());
    expect(component.namespaceName).toBe(name);
    expect(secretsOf(component)).toMatchObject({ 'made-up-app': ['username', 'password'] });
    expect(waitsFor(`${name}/release`, add)).toContain('databases/resources');
  });

  test('in the Namespace of the database reads the Secret itself, and makes no Namespace', () => {
    const component = add(new App(), { namespace });
    expect(component.namespaceName).toBe('databases');
    expect(secretsOf(component)).not.toHaveProperty('made-up-app');
    expect(keysInUse(variablesOf(component))).toContainEqual(['made-up-app', 'password']);
    expect(waitsFor(`${name}/release`, (app) => add(app, { namespace }))).toContain('databases/resources');
    expect(find(component, 'Namespace')).toBeUndefined();
  });

  test('reads no key that is not declared', () => {
    const component = add(new App());
    const declared = secretsOf(component);
    expect(keysInUse(variablesOf(component)).length).toBeGreaterThan(2);
    for (const [secret, key] of keysInUse(variablesOf(component))) expect(declared[secret]).toContain(key);
  });

  test.each([
    [1, 1, undefined],
    [2, 2, ['PodDisruptionBudget']],
    [5, 2, ['PodDisruptionBudget']],
  ])('on %i nodes runs %i servers, which are drained one by one', (nodeCount, replicas, policy) => {
    const component = add(new App(), { nodeCount });
    const { replicaCount, pdb, server } = valuesOf(component);
    expect(replicaCount ?? server.replicas).toBe(replicas);
    expect(pdb ?? server.pdb).toEqual(replicas === 1 ? { enabled: false } : { enabled: true, maxUnavailable: 1 });
    expect(releaseOf(component)?.props.provides.namespaced?.['policy']).toEqual(policy);
  });

  test.each([true, false])('is scraped only when asked to be: %s', (isMonitored) => {
    const component = add(new App(), { isMonitored });
    const { metrics, server } = valuesOf(component);
    expect(metrics ?? server.metrics).toEqual({ enabled: isMonitored, serviceMonitor: { enabled: isMonitored } });
    expect('monitoring.coreos.com' in (releaseOf(component)?.props.provides.namespaced ?? {})).toBe(isMonitored);
  });
});

describe('Authentik', () => {
  test('knows its database', () => {
    const component = addAuthentik(new App());
    const textOf = (name: string) => valuesOf(component).global.env.find((variable: Any) => variable.name === `AUTHENTIK_${name}`)?.value;
    expect(['POSTGRESQL__HOST', 'POSTGRESQL__NAME'].map(textOf)).toEqual(['made-up-rw.databases.svc', 'people']);
    expect(secretsOf(component)).toMatchObject({ authentik: ['secret-key', 'bootstrap-password'] });
  });

  test('gives its clients to its worker, with the secrets of those that have one', () => {
    const component = addAuthentik(new App(), { clients });
    expect(find(component, 'ConfigMap').metadata.name).toBe('authentik-clients');
    const { blueprints, worker, server } = valuesOf(component);
    expect(blueprints).toEqual({ configMaps: ['authentik-clients'] });
    expect(worker.envFrom).toEqual([{ secretRef: { name: 'authentik-clients' } }]);
    expect(server).not.toHaveProperty('envFrom');
    expect(secretsOf(component)).toMatchObject({ 'authentik-clients': ['OIDC_CLIENT_SECRET_ARGO_CD'] });
    const without = addAuthentik(new App());
    expect([find(without, 'ConfigMap'), valuesOf(without).worker.envFrom]).toEqual([undefined, []]);
    expect(Object.keys(secretsOf(without))).toEqual(['made-up-app', 'authentik']);
    expect(valuesOf(addAuthentik(new App(), { clients: clients.filter(({ kind }) => kind === 'public') })).worker.envFrom).toEqual([]);
  });
});

describe('Zitadel', () => {
  test('has one host for configuration, routes, certificate and issuer', () => {
    const component = addZitadel(new App());
    expect(component.issuerUrl).toBe('https://auth.example.test');
    expect(valuesOf(component).zitadel.configmapConfig).toMatchObject({ ExternalDomain: 'auth.example.test', ExternalPort: 443 });
    const { rules, tls } = find(component, 'Ingress').spec;
    expect(tls).toEqual([{ hosts: ['auth.example.test'], secretName: 'zitadel-tls' }]);
    expect(rules.map(({ host }: Any) => host)).toEqual(['auth.example.test']);
    const lines = rules[0].http.paths.map(({ path, backend }: Any) => `${path} ${backend.service.name}`);
    expect(lines).toEqual(['/ui/v2/login zitadel-login', '/ zitadel']);
  });

  test('declares its keys, and makes the pair of the login pages once and for ever', () => {
    const component = addZitadel(new App());
    expect(secretsOf(component)).toMatchObject({ 'zitadel-masterkey': ['masterkey'], 'zitadel-config': ['config-yaml'] });
    const { zitadel, login } = valuesOf(component);
    expect(zitadel).toMatchObject({ masterkeySecretName: 'zitadel-masterkey', configSecretName: 'zitadel-config' });
    const pair = objectsOf(component).find(({ kind, metadata }) => kind === 'Certificate' && metadata.name !== 'zitadel-tls');
    expect(pair.spec.secretName).toBe(login.loginServiceKeySecretName);
    expect(pair.spec.privateKey).toMatchObject({ algorithm: 'RSA', rotationPolicy: 'Never' });
  });

  test('runs its Jobs within the sync, after what they mount and before the servers', () => {
    const { initJob, setupJob, serviceAccount, configMap, login } = valuesOf(addZitadel(new App()));
    const parts = [serviceAccount, configMap, login.serviceAccount, login.configMap, initJob, setupJob];
    const annotations = parts.map((part) => part.annotations);
    expect(annotations.map((all) => all['argocd.argoproj.io/sync-wave'])).toEqual(['-5', '-5', '-5', '-5', '-3', '-2']);
    expect(annotations.map((all) => all['helm.sh/hook'])).toEqual(Array(6).fill(null));
    expect(annotations.map((all) => all['argocd.argoproj.io/hook'])).toEqual([...Array(4).fill(undefined), 'Sync', 'Sync']);
  });
});

describe('Netbird', () => {
  const textOf = (made: Component) => made.node.findAll().find((node) => node instanceof DeclaredSecret)?.props.keys['config.yaml'];

  test('routes gRPC, the rest of the server and the dashboard to one port each', () => {
    const { routes, tls } = find(addNetbird(new App()), 'IngressRoute').spec;
    const lines = routes.map(({ services: [{ name, scheme = 'http' }] }: Any) => `${name} ${scheme}`);
    expect(lines).toEqual(['netbird-management h2c', 'netbird-management http', 'netbird-dashboard http']);
    for (const { match } of routes) expect(match).toContain('Host(`netbird.example.test`)');
    expect(tls).toEqual({ secretName: 'netbird-tls' });
    expect(waitsFor('netbird/exposure', addNetbird)).toContain('kinds/release');
  });

  test('mounts the file that it declares, which knows the host', () => {
    const component = addNetbird(new App());
    expect(secretsOf(component)).toEqual({ 'netbird-config': ['config.yaml'] });
    const { management } = valuesOf(component);
    expect(management.volumes).toEqual([{ name: 'secret-config', secret: { secretName: 'netbird-config' } }]);
    expect(management.podCommand.args).toEqual(['--config', `${management.volumeMounts[0].mountPath}/config.yaml`]);
    expect(textOf(component)).toContain('https://netbird.example.test/oauth2');
  });

  test('answers STUN at the address that it is given, and otherwise names another server', () => {
    const own = addNetbird(new App(), { stun });
    expect(find(own, 'Service')).toMatchObject({
      metadata: { annotations: { 'made-up/address': '192.0.2.20' }, labels: { 'made-up/pool': 'assigned' } },
      spec: { type: 'LoadBalancer', ports: [{ port: 3478, protocol: 'UDP' }] },
    });
    expect(textOf(own)).toContain('stunPorts: [3478]');
    expect(find(addNetbird(new App()), 'Service')).toBeUndefined();
    expect(textOf(addNetbird(new App()))).toContain('stuns:');
  });

  test('starts a new pod where the volume is, and on one node too', () => {
    const { affinity, replicaCount } = valuesOf(addNetbird(new App())).management;
    const [term] = affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    expect(term.labelSelector.matchLabels).toEqual(find(addNetbird(new App(), { stun }), 'Service').spec.selector);
    expect(replicaCount).toBe(1);
  });
});
