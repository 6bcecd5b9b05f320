import type { RuleFixtures } from '../fixtures/rule-harness.js';

const claim = (mode = 'ReadWriteOnce') => `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: files}
spec: {accessModes: [${mode}], resources: {requests: {storage: 1Gi}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: local, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: local.csi.example.test
`;

const workload = (spec: string, { kind = 'Deployment', name = 'web', pod = '' } = {}) => `---
apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}}
spec:
  ${spec}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      ${pod}
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      volumes: [{name: files, persistentVolumeClaim: {claimName: files}}]
      containers:
        - name: web
          image: example.test/web:1.0.0
          resources: {limits: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`;

const recreate = 'strategy: {type: Recreate}';
const set = { kind: 'StatefulSet', name: 'set' };
const beside = `affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}`;

export const fixtures: RuleFixtures = {
  rejected: {
    'a rollout that starts the new pod first': { manifests: claim() + workload(''), says: 'spec.strategy' },
    'a rollout that may surge although nothing may be missing': {
      manifests: claim('ReadWriteOncePod') + workload('strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}'),
      says: 'write {type: "Recreate"}',
    },
    'two replicas of a Deployment': {
      manifests: `${claim()}${workload(`replicas: 2\n  ${recreate}`)}`,
      says: 'It has 2 pods, and the volume "files"',
    },
    'replicas of a StatefulSet that share one claim': {
      manifests: claim() + workload('replicas: 3\n  serviceName: set', set),
      says: 'use volumeClaimTemplates',
    },
    'an autoscaler of its Deployment': {
      manifests: `${claim()}${workload(recreate)}---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
`,
      says: 'It makes up to 4 pods of Deployment "web"',
    },
    'a DaemonSet': { manifests: claim() + workload('', { kind: 'DaemonSet' }), says: 'It runs on every node' },
    'two workloads': {
      manifests: claim() + workload(recreate) + workload('serviceName: set', set),
      says: 'app/resources/Deployment-web mounts "files" too',
    },
    'a workload and the chart whose values name its claim': {
      manifests: claim() + workload(recreate),
      release: { values: { persistence: { existingClaim: 'files' } } },
      says: 'app/release/app persistence.existingClaim',
    },
  },
  accepted: {
    'one pod that stops before the next starts': { manifests: claim() + workload(recreate) },
    'a rollout that removes first': {
      manifests: claim() + workload('strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}'),
    },
    'a rollout that starts the new pod beside the old one': { manifests: claim() + workload('', { pod: beside }) },
    'a StatefulSet with one pod': { manifests: claim() + workload('serviceName: set', set) },
    'many pods with a volume that all can write': { manifests: claim('ReadWriteMany') + workload('replicas: 3') },
    'a second workload that must run beside the first': {
      manifests: claim() + workload(recreate) + workload('serviceName: set', { ...set, pod: beside }),
    },
  },
};
