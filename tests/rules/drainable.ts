import type { RuleFixtures } from '../fixtures/rule-harness.js';

const deployment = (replicas: number) => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: web
          image: example.test/web:1.0.0
          resources: {limits: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`;

const budget = (spec: string, { app = 'web', name = 'web' } = {}) => `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: ${name}}
spec: {selector: {matchLabels: {app: ${app}}}, ${spec}}
`;

const database = (instances: number, more = '') => `---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: db}
spec: {instances: ${instances}, storage: {size: 1Gi}${more}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: local, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: csi.example.test
`;

export const fixtures: RuleFixtures = {
  rejected: {
    'a budget that keeps the only pod': {
      manifests: deployment(1) + budget('minAvailable: 1'),
      says: 'It keeps 1 of 1, so that none may go.',
    },
    'a budget that keeps all pods by its share': {
      manifests: deployment(2) + budget('minAvailable: 51%'),
      says: 'It keeps 2 of 2, so that none may go.',
    },
    'a budget that lets no pod go': { manifests: deployment(3) + budget('maxUnavailable: 0'), says: 'spec.maxUnavailable' },
    'a budget that selects nothing': {
      manifests: deployment(2) + budget('maxUnavailable: 1', { app: 'wbe' }),
      says: 'Its workloads are web.',
    },
    'two budgets of one pod': {
      manifests: deployment(3) + budget('maxUnavailable: 1') + budget('minAvailable: 1', { name: 'other' }),
      says: 'app/resources/PodDisruptionBudget-web selects the same pods',
    },
    'a budget of a database with one instance': { manifests: database(1), says: 'spec.enablePDB' },
    'values with a budget that keeps the only copy': {
      release: { values: { server: { replicas: 1, pdb: { enabled: true, minAvailable: 1 } } } },
      says: 'app/release/app server.pdb',
    },
    'a single Vault with the budget of its chart': {
      release: { chart: 'vault', values: { server: { ha: { enabled: true, replicas: 1, raft: { enabled: true } } } } },
      says: 'server.ha.disruptionBudget',
    },
  },
  accepted: {
    'a budget that lets one of two go': { manifests: deployment(2) + budget('minAvailable: 1') },
    'a share that rounds to less than all pods': { manifests: deployment(3) + budget('minAvailable: 50%') },
    'a budget of pods that a chart may make': {
      manifests: budget('minAvailable: 1', { app: 'hidden' }),
      release: { provides: { podSecurity: 'restricted', namespaced: { apps: ['Deployment'] } } },
    },
    'a budget of pods that an operator makes': { manifests: database(3) + budget('maxUnavailable: 1', { app: 'hidden' }) },
    'a database with one instance and no budget': { manifests: database(1, ', enablePDB: false') },
    'values with a budget that is switched off': {
      release: { values: { replicas: 1, podDisruptionBudget: { enabled: false, minAvailable: 1 } } },
    },
  },
};
