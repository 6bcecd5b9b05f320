import type { App } from 'cdk8s';
import { Made } from '../fixtures/components.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const kinds = { 'external-secrets.io': ['ClusterSecretStore', 'ExternalSecret'] };

const externalSecret = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'login', namespace: 'kube-system' },
  spec: {
    refreshInterval: '1h',
    secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' },
    target: { name: 'login' },
    dataFrom: [{ extract: { key: 'login' } }],
  },
};

const store = (server: string) => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ClusterSecretStore',
  metadata: { name: 'vault' },
  spec: {
    provider: {
      vault: {
        server,
        path: 'kv',
        version: 'v2',
        auth: { kubernetes: { mountPath: 'kubernetes', role: 'reader', serviceAccountRef: { name: 'reader', namespace: 'kube-system' } } },
      },
    },
  },
});

/** Storage, Vault on it, and a store that is Vault, beside the operator of stores. */
const platform = (
  add: (parts: { storage: Made; vault: Made; stores: Made }, app: App) => void,
  server = 'https://vault.example.test',
): Fixture => ({
  build: (app) => {
    const storage = new Made(app, 'storage').fill('release');
    const vault = new Made(app, 'vault', { namespace: { name: 'vault', podSecurity: 'restricted' } }).fill('release');
    new Made(app, 'secrets').install({ crds: kinds });
    const stores = new Made(app, 'stores').put('resources', store(server));
    vault.release.after(storage, 'release');
    add({ storage, vault, stores }, app);
  },
});

export const fixtures: RuleFixtures = {
  rejected: {
    'a bootstrap secret cycle: a secret of the storage that the store is on': {
      ...platform(({ storage, vault, stores }) => {
        storage.put('base', externalSecret);
        stores.resources.after(vault);
      }),
      says: /storage\/base gets it from the store "vault"[\s\S]*stores\/resources -> vault\/release -> storage\/release -> storage\/base/,
    },
    'a secret of the storage, where only its address tells what the store is': {
      ...platform(({ storage }) => void storage.put('base', externalSecret), 'http://vault.vault.svc:8200'),
      says: 'vault/release -> storage/release -> storage/base',
    },
    'a secret of Vault itself': {
      ...platform(({ vault }) => void vault.put('resources', externalSecret), 'http://vault.vault.svc:8200'),
      says: 'vault/resources gets it from the store "vault"',
    },
    'a secret of what the operator of the store waits for': {
      ...platform(({ stores }, app) => {
        stores.resources.after(new Made(app, 'network').put('resources', externalSecret));
      }),
      says: 'stores/resources -> network/resources',
    },
    'a secret that comes in a later stage of the Application that the store waits for': {
      ...platform(({ storage, vault, stores }) => {
        storage.put('exposure', externalSecret);
        stores.resources.after(vault);
      }),
      says: 'stores -> vault -> storage',
    },
  },
  accepted: {
    'a secret of what comes after the store': platform(({ vault, stores }, app) => {
      stores.resources.after(vault);
      const late = new Made(app, 'late').put('base', externalSecret);
      late.base.after(stores);
    }),
    'a secret of storage that the store is not on': platform(({ storage }) => void storage.put('base', externalSecret)),
  },
};
