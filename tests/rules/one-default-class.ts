import { Made } from '../fixtures/components.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';

const storageClass = (name: string, annotation = 'storageclass.kubernetes.io/is-default-class', value = 'true') => `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: ${name}, annotations: {${annotation}: "${value}"}}
provisioner: csi.example.test
---
`;

const claim = (spec = '') => `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}${spec}}
`;

const snapshots = (name: string, driver: string) => `
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshotClass
metadata: {name: ${name}, annotations: {snapshot.storage.kubernetes.io/is-default-class: "true"}}
driver: ${driver}
deletionPolicy: Delete
---
`;

const traefik = { chart: 'traefik', provides: { podSecurity: 'restricted', classes: { IngressClass: ['traefik'] } } } as const;

export const fixtures: RuleFixtures = {
  rejected: {
    'two default classes of volumes, one by the old annotation': {
      manifests: storageClass('nas') + storageClass('local', 'storageclass.beta.kubernetes.io/is-default-class'),
      says: /"nas" \(app\/resources\/StorageClass-nas\) and "local"/,
    },
    'a default class of volumes beside that of a chart': {
      manifests: storageClass('local'),
      release: { chart: 'synology-csi', values: { storageClasses: { 'iscsi-retain': { isDefault: true } } } },
      build: (app) => void new Made(app, 'nas', { talos: { systemExtensions: ['siderolabs/iscsi-tools'] } }),
      says: 'values.storageClasses.iscsi-retain.isDefault',
    },
    'a default ingress class beside that of Traefik, which is one unless its values say no': {
      manifests: `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: internal, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
spec: {controller: example.test/internal}
`,
      release: traefik,
      says: 'values.ingressClass.isDefaultClass',
    },
    'two ingress controllers that are both the default by the values of their charts': {
      release: { ...traefik, values: { ingressClass: { name: 'edge' } }, provides: { podSecurity: 'restricted' } },
      build: (app) =>
        void new Made(app, 'network').install(
          { classes: { IngressClass: ['cilium'] } },
          { chart: 'cilium', version: '1.20.3', values: { ingressController: { enabled: true, default: true } } },
        ),
      says: /"edge" \(app\/release\/app\) and "cilium" \(network\/release\/network\)/,
    },
    'a database that names no class where none is the default': {
      manifests: `
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: db}
spec: {instances: 1, enablePDB: false, storage: {size: 1Gi}}
`,
      says: 'spec.storage.storageClass',
    },
    'two default classes of snapshots for one driver': {
      manifests: snapshots('keep', 'csi.example.test') + snapshots('drop', 'csi.example.test'),
      says: 'the default VolumeSnapshotClass of the driver csi.example.test',
    },
    'a claim without a class where none is the default': {
      manifests: storageClass('nas', 'storageclass.kubernetes.io/is-default-class', 'false') + claim(),
      says: /Claim-data spec\.storageClassName[\s\S]*name one of nas/,
    },
    'a StatefulSet whose claims name no class in a cluster without volumes': {
      manifests: `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: queue}
spec:
  serviceName: queue
  selector: {matchLabels: {app: queue}}
  template:
    metadata: {labels: {app: queue}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: queue
          image: example.test/queue:1.0.0
          resources: {requests: {memory: 64Mi}, limits: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`,
      says: 'spec.volumeClaimTemplates[0].spec.storageClassName',
    },
  },
  accepted: {
    'one default and a claim that counts on it': { manifests: storageClass('nas') + claim() },
    'a second ingress controller that is not the default': {
      release: traefik,
      build: (app) =>
        void new Made(app, 'network').install(
          { classes: { IngressClass: ['cilium'] } },
          { chart: 'cilium', version: '1.20.3', values: { ingressController: { enabled: true } } },
        ),
    },
    'a claim that names its class, and no default': {
      manifests: storageClass('nas', 'storageclass.kubernetes.io/is-default-class', 'false') + claim(', storageClassName: nas'),
    },
    'a claim that wants no dynamic volume': { manifests: claim(', storageClassName: ""') },
    'a claim where a chart that nobody renders here may make the default': {
      manifests: claim(),
      release: { provides: { podSecurity: 'restricted', classes: { StorageClass: ['longhorn'] } } },
    },
    'a default class of snapshots for each driver': {
      manifests: snapshots('nas', 'csi.example.test') + snapshots('local', 'lvm.example.test'),
    },
  },
};
