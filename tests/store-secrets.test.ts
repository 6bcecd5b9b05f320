import type { App } from 'cdk8s';
import { expect, test } from 'vitest';
import type { SecretStoreRef } from '../charts/lib/handle.js';
import { DeclaredSecret } from '../charts/lib/secret.js';
import { assembleFleet } from '../clusters/lib/fleet.js';
import { planCluster } from '../clusters/lib/plan.js';
import { checkSchemas } from '../synth/check-schemas.js';
import { aCluster } from './fixtures/a-cluster.js';
import { Made, schemas } from './fixtures/components.js';

class Store extends Made {
  override get secretStore(): SecretStoreRef {
    return this.handle('resources', { store: 'vault', path: 'made-up' });
  }
}

const needsSecret = (made: Made) => {
  new DeclaredSecret(made.base, 'secret', {
    name: `${made.node.id}-login`,
    keys: { user: 'a name', password: 'a password' },
    consumer: 'it',
  });
  return made;
};

function plan(components: (app: App) => void) {
  const cluster = aCluster({ secrets: 'store', components });
  return planCluster(cluster, assembleFleet([cluster]), schemas);
}

const storage = (app: App) => needsSecret(new Made(app, 'storage').fill('base', 'resources'));
const vault = (app: App, after: Made) => {
  const made = new Made(app, 'vault').fill('base', 'resources');
  made.base.after(after);
  return made;
};
function store(app: App, after: Made): void {
  const made = new Store(app, 'store').fill('base').install({ crds: { 'external-secrets.io': ['ExternalSecret'] } });
  made.fill('resources').resources.after(after);
}

const planned = plan((app) => {
  store(app, vault(app, storage(app)));
  needsSecret(new Made(app, 'app').fill('base', 'resources'));
});
const objects = planned.objects.filter(({ manifest }) => manifest.kind === 'ExternalSecret');

test('a declared Secret comes from the store, with every key, in the stage that needs it', () => {
  expect(objects.map(({ component, stage }) => `${component}/${stage}`)).toEqual(['app/base']);
  expect(objects[0]?.manifest).toMatchObject({
    metadata: { name: 'app-login', namespace: 'kube-system' },
    spec: {
      secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' },
      data: ['user', 'password'].map((property) => ({
        secretKey: property,
        remoteRef: { key: 'made-up/kube-system/app-login', property },
      })),
    },
  });
  expect(planned.fromStore).toEqual(new Set(['kube-system/app-login']));
});

test('what the store itself waits for, however far away, keeps its secrets with the bootstrap', () => {
  expect(objects.map(({ component }) => component)).not.toContain('storage');
});

test('a Secret that the bootstrap fills stays with it, although a store could', () => {
  const { fromStore, objects } = plan((app) => {
    store(app, new Made(app, 'first').fill('base'));
    const made = new Made(app, 'app').fill('base');
    const props = { keys: { user: 'a name' }, consumer: 'it' };
    new DeclaredSecret(made.base, 'early', { name: 'early', ...props, filledBy: 'bootstrap' });
    new DeclaredSecret(made.base, 'late', { name: 'late', ...props, filledBy: 'platform' });
  });
  expect(fromStore).toEqual(new Set(['kube-system/late']));
  expect(objects.filter(({ manifest }) => manifest.kind === 'ExternalSecret').map(({ manifest }) => manifest.metadata.name)).toEqual([
    'late',
  ]);
});

test('a Secret from the store has the labels that are declared, and its keys as they are', () => {
  const labels = { 'app.kubernetes.io/part-of': 'made-up' };
  const labelled = plan((app) => {
    store(app, new Made(app, 'first').fill('base'));
    const made = needsSecret(new Made(app, 'app').fill('base'));
    new DeclaredSecret(made.base, 'labelled', { name: 'labelled', keys: { user: 'a name' }, consumer: 'it', labels });
  });
  const targetOf = (name: string) =>
    labelled.objects.find(({ manifest }) => manifest.kind === 'ExternalSecret' && manifest.metadata.name === name)?.manifest['spec'];
  expect(targetOf('labelled')).toMatchObject({
    target: { template: { engineVersion: 'v2', mergePolicy: 'Replace', metadata: { labels } } },
  });
  expect(targetOf('app-login')).toMatchObject({ target: { name: 'app-login', creationPolicy: 'Owner', deletionPolicy: 'Retain' } });
  expect(JSON.stringify(targetOf('app-login'))).not.toContain('template');
  expect(checkSchemas(labelled, schemas)).toEqual([]);
});

test('whoever reads from the store waits for it', () => {
  expect(planned.dependencies.graph.edges.get('app/base')).toEqual(['store/release', 'store/resources']);
});

test('the ExternalSecret is what its schema allows', () => {
  expect(checkSchemas(planned, schemas)).toEqual([]);
});

test.each([
  ['No component', () => undefined],
  [
    'a and b',
    (app: App) => {
      new Store(app, 'a').fill('resources');
      new Store(app, 'b').fill('resources');
    },
  ],
])('%s is a store: the fact is refused', (who, components) => {
  expect(() => plan(components)).toThrow(`${who} is a store of secrets.`);
});
