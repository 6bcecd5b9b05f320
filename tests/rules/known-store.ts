import type { RuleFixtures } from '../fixtures/rule-harness.js';

const secret = (store: string, more = 'refreshInterval: 1h') => `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: login}
spec:
  ${more}
  secretStoreRef: {${store}}
  target: {name: login}
  dataFrom: [{extract: {key: app/login}}]
---
`;

const store = (account = 'name: reader, namespace: app', conditions = '') => `
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: vault}
spec:
  ${conditions}
  provider:
    vault:
      server: https://vault.example.test
      path: kv
      version: v2
      auth: {kubernetes: {mountPath: kubernetes-made-up, role: reader, serviceAccountRef: {${account}}}}
---
`;

const known = 'kind: ClusterSecretStore, name: vault';

export const fixtures: RuleFixtures = {
  rejected: {
    'a store that nobody makes': {
      manifests: store() + secret('kind: ClusterSecretStore, name: valut'),
      says: /spec\.secretStoreRef[\s\S]*"valut"[\s\S]*name one of ClusterSecretStore vault/,
    },
    'a store of the other kind, because a kind is missing': {
      manifests: store() + secret('name: vault'),
      says: /spec\.secretStoreRef\.kind[\s\S]*write "ClusterSecretStore"/,
    },
    'a single value from a store that nobody makes': {
      manifests:
        store() +
        secret(known).replace(
          'dataFrom: [{extract: {key: app/login}}]',
          'data: [{secretKey: a, remoteRef: {key: a}, sourceRef: {storeRef: {kind: ClusterSecretStore, name: old}}}]',
        ),
      says: 'spec.data[0].sourceRef.storeRef',
    },
    'a store that does not serve the namespace': {
      manifests: store(undefined, 'conditions: [{namespaces: [other]}, {namespaceSelector: {matchLabels: {team: other}}}]') + secret(known),
      says: 'The store "vault" (app/resources/ClusterSecretStore-vault) does not serve the namespace "app"',
    },
    'a store that logs in with an account of whoever asks': {
      manifests: store('name: reader') + secret(known),
      says: 'spec.provider.vault.auth.kubernetes.serviceAccountRef.namespace',
    },
    'a secret that does not say how often it is read': { manifests: store() + secret(known, ''), says: 'spec.refreshInterval' },
  },
  accepted: {
    'a secret of a store that serves everybody': { manifests: store() + secret(known) },
    'a secret of a store that serves its namespace by an expression': {
      manifests: store(undefined, 'conditions: [{namespaces: [other]}, {namespaceRegexes: ["^a.p$"]}]') + secret(known),
    },
    'a secret that is read once': { manifests: store() + secret(known, 'refreshPolicy: CreatedOnce') },
    'a store that a chart makes': {
      manifests: secret('kind: ClusterSecretStore, name: cloud'),
      withoutDefinitions: true,
      release: {
        provides: {
          podSecurity: 'restricted',
          crds: { 'external-secrets.io': ['ClusterSecretStore', 'ExternalSecret'] },
          cluster: { 'external-secrets.io': ['ClusterSecretStore'] },
        },
      },
    },
  },
};
