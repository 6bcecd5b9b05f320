import type { RuleFixtures } from '../fixtures/rule-harness.js';

const deployment = (spec: string, pod: string, ports = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  ${spec}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      ${pod}
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: web
          image: example.test/web:1.0.0
          ${ports}
          resources: {limits: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`;

const term = (app = 'web', more = '') => `{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: ${app}}}${more}}`;
const apart = (app?: string, more?: string) =>
  `affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [${term(app, more)}]}}`;
const spread = (more: string) =>
  `topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}${more}}]`;

const database = (instances: number, affinity: string) => `
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: db}
spec: {instances: ${instances}, enablePDB: ${instances > 1}, storage: {size: 1Gi}, affinity: {${affinity}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: local, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: csi.example.test
`;

const collector = (replicas: number) => `
apiVersion: opentelemetry.io/v1beta1
kind: OpenTelemetryCollector
metadata: {name: otel}
spec: {mode: deployment, replicas: ${replicas}, config: {receivers: {}, exporters: {}, service: {pipelines: {}}}, ${apart()}}
`;

const inValues = {
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'app' } } },
    ],
  },
};

/** Three workers take pods, and the control plane does not. */
export const fixtures: RuleFixtures = {
  rejected: {
    'four pods that may not share three nodes': {
      manifests: deployment('replicas: 4', apart()),
      says: 'Its 4 pods may not share a node, and the nodes of made-up that take them have room for 3.',
    },
    'as many pods as nodes, and a rollout that starts one more': {
      manifests: deployment('replicas: 3', apart()),
      says: 'a rollout starts another before it stops one',
    },
    'a spread that counts the control plane as an empty node': {
      manifests: deployment('replicas: 4', spread('')),
      says: 'spec.template.spec.topologySpreadConstraints[0]',
    },
    'one pod on a single node, which a rollout wants to start beside itself': {
      facts: {
        nodes: [{ name: 'c0', role: 'controlplane', address: '192.0.2.11', disks: { system: '/dev/sda' } }],
        storage: { replicas: undefined },
      },
      manifests: deployment('', apart()),
      says: 'Its pod may not share a node',
    },
    'two pods with one port of the node on one control plane': {
      namespace: { name: 'app', podSecurity: 'privileged' },
      manifests: deployment(
        'replicas: 2',
        'nodeSelector: {node-role.kubernetes.io/control-plane: ""}\n      tolerations: [{operator: Exists}]',
        'ports: [{containerPort: 80, hostPort: 80}]',
      ),
      says: 'have room for 1.',
    },
    'three pods for the nodes with data disks, of which there are two': {
      facts: {
        nodes: [
          { name: 'c0', role: 'controlplane', address: '192.0.2.11', disks: { system: '/dev/sda' } },
          { name: 'w0', role: 'worker', address: '192.0.2.21', disks: { system: '/dev/sda', data: ['/dev/sdb'] } },
          { name: 'w1', role: 'worker', address: '192.0.2.22', disks: { system: '/dev/sda', data: ['/dev/sdb'] } },
          { name: 'w2', role: 'worker', address: '192.0.2.23', disks: { system: '/dev/sda' } },
        ],
      },
      manifests: deployment('replicas: 3', `nodeSelector: {platform/storage: data}\n      ${apart()}`),
      says: 'have room for 2.',
    },
    'five instances of a database that keep apart': {
      manifests: database(5, 'podAntiAffinityType: required'),
      says: 'spec.affinity.podAntiAffinityType',
    },
    'a custom resource with four pods that keep apart': { manifests: collector(4), says: 'spec.affinity.podAntiAffinity' },
    'values of a chart with more copies than nodes': {
      release: { values: { worker: { replicaCount: 5, affinity: inValues } } },
      says: 'app/release/app worker.affinity.podAntiAffinity',
    },
    'a Prometheus of five with the word of its chart for it': {
      release: { values: { prometheusSpec: { replicas: 5, podAntiAffinity: 'hard' } } },
      says: 'prometheusSpec.replicas',
    },
    'a Vault of five, which keeps its pods apart by itself': {
      release: { chart: 'vault', values: { server: { ha: { enabled: true, replicas: 5, raft: { enabled: true } } } } },
      says: 'server.ha.replicas',
    },
    'a highly available Redis of Argo CD on two nodes': {
      facts: {
        nodes: [
          { name: 'c0', role: 'controlplane', address: '192.0.2.11', disks: { system: '/dev/sda' } },
          { name: 'w0', role: 'worker', address: '192.0.2.21', disks: { system: '/dev/sda' } },
          { name: 'w1', role: 'worker', address: '192.0.2.22', disks: { system: '/dev/sda' } },
        ],
        storage: { replicas: undefined },
      },
      release: { chart: 'argo-cd', values: { 'redis-ha': { enabled: true } } },
      says: 'redis-ha.replicas',
    },
  },
  accepted: {
    'as many pods as nodes, and a rollout that stops first': {
      manifests: deployment('replicas: 3\n  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}', apart()),
    },
    'as many pods as nodes that may be beside those of another revision': {
      manifests: deployment('replicas: 3', apart('web', ', matchLabelKeys: [pod-template-hash]')),
    },
    'many pods that keep away from others only': { manifests: deployment('replicas: 9', apart('cache')) },
    'many pods with a spread that leaves the control plane out': {
      manifests: deployment('replicas: 9', spread(', nodeTaintsPolicy: Honor')),
    },
    'four pods that also run on the control plane': {
      manifests: deployment(
        'replicas: 4\n  strategy: {type: Recreate}',
        `${apart()}\n      tolerations: [{key: node-role.kubernetes.io/control-plane, operator: Exists, effect: NoSchedule}]`,
      ),
    },
    'five instances that only prefer to be apart': { manifests: database(5, 'podAntiAffinityType: preferred') },
  },
};
