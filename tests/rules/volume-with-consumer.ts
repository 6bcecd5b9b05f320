import type { App } from 'cdk8s';
import { Made } from '../fixtures/components.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';

type StageName = 'base' | 'release' | 'resources' | 'exposure';

const claim = (spec = 'storageClassName: local') => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'files' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...Object.fromEntries([spec.split(': ')]) },
});

const pod = (name = 'files') => `---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      volumes: [{name: files, persistentVolumeClaim: {claimName: ${name}}}]
      containers:
        - name: web
          image: example.test/web:1.0.0
          resources: {limits: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`;

const put =
  (stage: StageName, { mode = 'WaitForFirstConsumer', spec = 'storageClassName: local' } = {}) =>
  (app: App, made: Made) => {
    made.put(stage, claim(spec));
    addClass(app, mode);
  };

function addClass(app: App, volumeBindingMode: string): void {
  const metadata = { name: 'local', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } };
  const provisioner = 'example.test/local';
  new Made(app, 'storage').put('base', { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata, provisioner, volumeBindingMode });
}

export const fixtures: RuleFixtures = {
  rejected: {
    'a claim in a wave before its pod': {
      manifests: pod(),
      build: put('base'),
      says: 'app/resources/StatefulSet-web in app/resources is in another wave than this claim in app/base',
    },
    'a claim in a wave after its pod': { manifests: pod(), build: put('exposure'), says: 'make the claim in app/resources.' },
    'a claim of the default class before the chart whose values name it': {
      build: put('base', { spec: 'volumeMode: Filesystem' }),
      release: { values: { persistence: { existingClaim: 'files' } } },
      says: 'make the claim in app/release.',
    },
    'a claim that no pod uses': { manifests: pod('others'), build: put('resources'), says: 'so that it is never healthy' },
    'a claim of another component than its pod': {
      manifests: pod(),
      build: (app) => {
        const { metadata, ...rest } = claim();
        const volumes = new Made(app, 'volumes');
        volumes.put('resources', { ...rest, metadata: { ...metadata, namespace: 'app' } });
        addClass(app, 'WaitForFirstConsumer');
      },
      says: 'make the claim in app/resources.',
    },
  },
  accepted: {
    'a claim beside its pod': { manifests: pod(), build: put('resources') },
    'a claim whose volume is made at once, before its pod': { manifests: pod(), build: put('base', { mode: 'Immediate' }) },
    'a claim that a chart which nobody rendered may use': {
      build: put('base'),
      release: { provides: { podSecurity: 'restricted', namespaced: { apps: ['Deployment'] } } },
    },
  },
};
