import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { CloudNativePg } from '../charts/cloudnative-pg.js';
import { ExternalSecrets, type VaultStoreProps } from '../charts/external-secrets.js';
import { isProtected } from '../charts/lib/annotations.js';
import { collect } from '../charts/lib/collect.js';
import type { Component } from '../charts/lib/component.js';
import { Handle, type IngressClassRef, type IssuerRef, type StorageClassRef, type TrustBundleRef } from '../charts/lib/handle.js';
import type { KubernetesObject } from '../charts/lib/kinds.js';
import { type Problem, Problems } from '../charts/lib/problem.js';
import { HelmRelease } from '../charts/lib/release.js';
import { DeclaredSecret } from '../charts/lib/secret.js';
import { Postgres, type PostgresProps } from '../charts/postgres/index.js';
import { Vault, type VaultProps } from '../charts/vault.js';
import { validateObject } from '../synth/schema/validate.js';
import { Made, planOf, schemas } from './fixtures/components.js';
import type { Any } from './fixtures/rendered.js';

/** Components that keep secrets and databases: what a chart computes from its props. */

const elsewhere = { component: 'elsewhere', stage: 'resources' } as const;
const issuer: IssuerRef = new Handle(elsewhere, {
  ref: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'made-up' },
  isAcme: false,
});
const ingressClass: IngressClassRef = new Handle(elsewhere, { name: 'made-up' });
const storageClass: StorageClassRef = new Handle({ component: 'disks', stage: 'resources' }, { name: 'made-up' });
const trust: TrustBundleRef = new Handle({ component: 'trust', stage: 'resources' }, { configMap: 'authorities', key: 'all.crt' });

const addVault = (app: App, changes: Partial<VaultProps> = {}) =>
  new Vault(app, 'vault', { host: 'vault.example.test', exposure: { ingressClass, issuer }, storageClass, nodeCount: 3, ...changes });
const remote: VaultStoreProps = { address: 'https://vault.example.test', caBundle: trust };
const addSecrets = (app: App, vault?: VaultStoreProps, isMonitored = false) =>
  new ExternalSecrets(app, 'external-secrets', { cluster: 'made-up', issuer, vault, isMonitored });
const addOperator = (app: App) => new CloudNativePg(app, 'cloudnative-pg', { hasBackups: true });
const addDatabase = (app: App, changes: Partial<PostgresProps> = {}) =>
  new Postgres(app, 'wiki-db', {
    namespace: { name: 'wiki', podSecurity: 'restricted' },
    database: 'wiki',
    instances: 3,
    storageClass,
    size: '5Gi',
    operator: new Made(app, 'operator').fill('release'),
    ...changes,
  });

function releasesOf(component: Component): HelmRelease[] {
  return component.node.findAll().filter((node) => node instanceof HelmRelease);
}

function valuesOf(component: Component): Any {
  return releasesOf(component)[0]?.props.values;
}

function objectsOf(component: Component): (KubernetesObject & Any)[] {
  const { components, problems } = collect(component.node.root as App, schemas);
  expect(problems).toEqual([]);
  const stages = components.find(({ name }) => name === component.node.id)?.stages ?? [];
  return stages.flatMap(({ objects }) => objects.map(({ manifest }) => manifest));
}

const find = (component: Component, kind: string): Any => objectsOf(component).find((object) => object.kind === kind);
const edgesOf = (component: Component, stage: 'base' | 'release' | 'resources' | 'exposure') =>
  component[stage].edges.map(({ to }) => `${to.component}/${to.stage}`);

function problemsOf(make: () => unknown): readonly Problem[] {
  try {
    make();
  } catch (error) {
    if (error instanceof Problems) return error.problems;
    throw error;
  }
  return [];
}

describe.each([
  ['External Secrets', (app: App) => addSecrets(app, remote)],
  ['Vault', addVault],
  ['CloudNativePG', addOperator],
  ['Postgres', addDatabase],
] as const)('%s, like every component,', (_name, add: (app: App) => Component) => {
  test('renders objects that the schemas of their kinds take, and no Secret', () => {
    const objects = objectsOf(add(new App()));
    expect(objects.map(({ kind }) => kind)).toContain('Namespace');
    for (const object of objects) {
      const entry = schemas.find(object.apiVersion, object.kind);
      expect(entry, object.kind).toBeDefined();
      if (entry) expect(validateObject(object, entry, schemas.resolve)).toEqual([]);
    }
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  test('enforces the level that its pods need', () => {
    const component = add(new App());
    const enforced = find(component, 'Namespace').metadata.labels['pod-security.kubernetes.io/enforce'];
    expect(enforced).toBe('restricted');
    for (const { props } of releasesOf(component)) expect(props.provides.podSecurity).toBe(enforced);
  });

  test('needs no Secret that anybody would have to fill', () => {
    expect(
      add(new App())
        .node.findAll()
        .filter((node) => node instanceof DeclaredSecret),
    ).toEqual([]);
  });
});

describe('External Secrets', () => {
  test('installs its kinds alone where there is no store', () => {
    const component = addSecrets(new App());
    expect(objectsOf(component).map(({ kind }) => kind)).toEqual(['Namespace']);
    expect(component.options.humanGate).toBeUndefined();
    expect(component.secretStore).toBeUndefined();
  });

  test('logs in at a mount of the cluster, with one account for all namespaces', () => {
    const { vault } = find(addSecrets(new App(), remote), 'ClusterSecretStore').spec.provider;
    expect(vault).toEqual({
      server: 'https://vault.example.test',
      path: 'kv',
      version: 'v2',
      caProvider: { type: 'ConfigMap', name: 'authorities', key: 'all.crt', namespace: 'external-secrets' },
      auth: {
        kubernetes: {
          mountPath: 'kubernetes-made-up',
          role: 'external-secrets',
          serviceAccountRef: { name: 'external-secrets', namespace: 'external-secrets' },
        },
      },
    });
  });

  test('takes another mount and role, and names them to the person who makes them', () => {
    const component = addSecrets(new App(), { ...remote, mountPath: 'clusters/one', role: 'reader' });
    const { kubernetes } = find(component, 'ClusterSecretStore').spec.provider.vault.auth;
    expect([kubernetes.mountPath, kubernetes.role]).toEqual(['clusters/one', 'reader']);
    for (const name of ['clusters/one', 'reader', 'kv/data/made-up/*']) expect(component.options.humanGate).toContain(name);
  });

  test('gets the bundle of authorities only where it trusts them, and waits for it', () => {
    const labels = (component: Component) => Object.keys(find(component, 'Namespace').metadata.labels);
    const [trusting, other] = [addSecrets(new App(), remote), addSecrets(new App(), { address: 'http://192.0.2.1:8200' })];
    expect([labels(trusting).includes('platform/trust'), labels(other).includes('platform/trust')]).toEqual([true, false]);
    expect([edgesOf(trusting, 'resources'), edgesOf(other, 'resources')]).toEqual([['trust/resources'], []]);
    expect(find(other, 'ClusterSecretStore').spec.provider.vault).not.toHaveProperty('caProvider');
  });

  test('waits for a Vault of its own cluster, and lets one elsewhere verify its tokens', () => {
    const app = new App();
    const vault = addVault(app);
    const own = addSecrets(app, { address: vault.address, component: vault });
    expect(edgesOf(own, 'resources')).toEqual(['vault/resources']);
    expect(find(own, 'ClusterSecretStore').spec.provider.vault.server).toBe('http://vault-active.vault.svc:8200');
    expect(find(own, 'ClusterRoleBinding')).toBeUndefined();
    expect(find(addSecrets(new App(), remote), 'ClusterRoleBinding')).toMatchObject({
      roleRef: { name: 'system:auth-delegator' },
      subjects: [{ kind: 'ServiceAccount', name: 'external-secrets', namespace: 'external-secrets' }],
    });
  });

  test('offers its store, once it is there, with the path of the cluster', () => {
    const { secretStore } = addSecrets(new App(), remote);
    expect(secretStore?.provider).toEqual({ component: 'external-secrets', stage: 'resources' });
    expect(secretStore && Handle.open(secretStore)).toEqual({ store: 'vault', path: 'made-up' });
  });

  test('has its webhook signed inside the cluster', () => {
    const component = addSecrets(new App());
    expect(edgesOf(component, 'release')).toEqual(['elsewhere/resources']);
    expect(valuesOf(component).webhook.certManager).toMatchObject({ enabled: true, cert: { issuerRef: { name: 'made-up' } } });
  });
});

describe('Vault', () => {
  const joins = (config: string) => [...config.matchAll(/leader_api_addr = "([^"]+)"/g)].map(([, url]) => url);

  test.each([
    [1, 1],
    [2, 1],
    [3, 3],
    [7, 3],
  ])('on %i nodes has %i servers, each of which knows all', (nodeCount, replicas) => {
    const component = addVault(new App(), { nodeCount });
    const { ha } = valuesOf(component).server;
    expect(ha.replicas).toBe(replicas);
    expect(joins(ha.raft.config)).toEqual([0, 1, 2].slice(0, replicas).map((index) => `http://vault-${index}.vault-internal:8200`));
    expect(ha.disruptionBudget.enabled).toBe(replicas > 1);
    expect(releasesOf(component)[0]?.props.provides.namespaced?.['policy']).toEqual(replicas > 1 ? ['PodDisruptionBudget'] : undefined);
  });

  test('tells the person who must open it what to do', () => {
    expect(addVault(new App()).options.humanGate).toMatch(/operator init.*operator unseal/);
  });

  test('is reached at the server that leads, from outside without the login of the platform', () => {
    const protection = new Handle(elsewhere, { annotations: { login: 'made-up' } });
    const ingress = find(addVault(new App(), { exposure: { ingressClass, issuer, protection } }), 'Ingress');
    expect(ingress.metadata.annotations ?? {}).not.toHaveProperty('login');
    expect(ingress.spec.rules).toMatchObject([
      { host: 'vault.example.test', http: { paths: [{ backend: { service: { name: 'vault-active', port: { number: 8200 } } } }] } },
    ]);
  });

  test.each([true, false])('lets its metrics be read without a login only where they are: %s', (isMonitored) => {
    const { config } = valuesOf(addVault(new App(), { isMonitored })).server.ha.raft;
    const stanzas = ['unauthenticated_metrics_access', 'prometheus_retention_time'].map((key) => config.includes(key));
    expect(stanzas).toEqual([isMonitored, isMonitored]);
  });

  test('keeps its data on the class that it was given, and waits for it', () => {
    const component = addVault(new App(), { volumeSize: '3Gi' });
    expect(valuesOf(component).server.dataStorage).toMatchObject({ storageClass: 'made-up', size: '3Gi' });
    expect(edgesOf(component, 'release')).toEqual(['disks/resources']);
  });
});

describe.each([
  ['External Secrets', (app: App, isMonitored: boolean) => addSecrets(app, undefined, isMonitored), 'ServiceMonitor'],
  ['Vault', (app: App, isMonitored: boolean) => addVault(app, { isMonitored }), 'ServiceMonitor'],
  ['CloudNativePG', (app: App, isMonitored: boolean) => new CloudNativePg(app, 'cloudnative-pg', { isMonitored }), 'PodMonitor'],
] as const)('%s', (_name, add, kind) => {
  test.each([true, false])('has metrics, and says that it needs their kind, only when asked: %s', (isMonitored) => {
    const component = add(new App(), isMonitored);
    expect(releasesOf(component)[0]?.props.provides.namespaced?.['monitoring.coreos.com']).toEqual(isMonitored ? [kind] : undefined);
    const { monitoring, serverTelemetry, serviceMonitor = serverTelemetry?.serviceMonitor } = valuesOf(component);
    expect(serviceMonitor?.enabled ?? monitoring.podMonitorEnabled).toBe(isMonitored);
  });
});

describe('CloudNativePG', () => {
  test('brings the plugin, in the namespace of the operator, only where there are backups', () => {
    const names = (hasBackups: boolean) => releasesOf(new CloudNativePg(new App(), 'cloudnative-pg', { hasBackups }));
    expect(names(false).map(({ releaseName }) => releaseName)).toEqual(['cloudnative-pg']);
    expect(names(true).map(({ releaseName, props }) => [releaseName, props.namespace])).toEqual([
      ['cloudnative-pg', undefined],
      ['plugin-barman-cloud', undefined],
    ]);
  });
});

describe('Postgres', () => {
  test.each([
    [1, false],
    [3, true],
  ] as const)('of %i instances spreads them over nodes, and resists their draining: %s', (instances, enablePDB) => {
    const { spec } = find(addDatabase(new App(), { instances }), 'Cluster');
    expect(spec).toMatchObject({
      instances,
      enablePDB,
      affinity: { podAntiAffinityType: 'required', topologyKey: 'kubernetes.io/hostname' },
    });
  });

  test.each([
    [undefined, 'wiki'],
    ['editor', 'editor'],
  ])('makes one database, owned by %s', (owner, expected) => {
    const { spec } = find(addDatabase(new App(), owner === undefined ? {} : { owner }), 'Cluster');
    expect(spec.bootstrap.initdb).toMatchObject({ database: 'wiki', owner: expected });
    expect(spec.storage).toMatchObject({ size: '5Gi', storageClass: 'made-up' });
  });

  test('is never removed by an engine, because its volumes would go with it', () => {
    expect(isProtected(find(addDatabase(new App()), 'Cluster'))).toBe(true);
  });

  test('offers the database, called by its own names, once it is there', () => {
    const { databaseRef } = addDatabase(new App());
    expect(databaseRef.provider).toEqual({ component: 'wiki-db', stage: 'resources' });
    const names = { host: 'wiki-db-rw.wiki.svc', database: 'wiki', secret: 'wiki-db-app', namespace: 'wiki' };
    expect(Handle.open(databaseRef)).toEqual(names);
  });

  test('comes after the operator and its volumes, and before the application in its namespace', () => {
    const { dependencies, problems } = planOf((app) => {
      new Made(app, 'disks').fill('resources');
      const operator = new CloudNativePg(app, 'cloudnative-pg');
      const database = addDatabase(app, { operator });
      new Made(app, 'wiki', { namespace: database.namespaceRef }).fill('release').release.use(database.databaseRef);
    });
    expect(problems).toEqual([]);
    expect(dependencies.graph.edges.get('wiki-db/resources')).toEqual(['cloudnative-pg/release', 'disks/resources', 'wiki-db/base']);
    expect(dependencies.graph.edges.get('wiki/release')).toEqual(['wiki-db/base', 'wiki-db/resources']);
  });

  test.each([
    [{ database: 'postgres', owner: 'wiki' }, 'database: PostgreSQL or the operator keeps the name "postgres" for itself.'],
    [{ owner: 'streaming_replica' }, 'owner: PostgreSQL or the operator keeps the name "streaming_replica" for itself.'],
    [{ owner: 'pg_wiki' }, 'owner: PostgreSQL or the operator keeps the name "pg_wiki" for itself.'],
    [{ database: 'my-wiki', owner: 'wiki' }, 'database: "my-wiki" is no name that SQL takes without quotes.'],
  ])('refuses %o', (changes, expected) => {
    const found = problemsOf(() => addDatabase(new App(), changes));
    expect(found.map(({ field, problem }) => `${field}: ${problem}`)).toEqual([expected]);
  });
});
