import type { Cluster } from '../../clusters/lib/facts.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const storage = `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: csi.example.test
---
`;

const database = (storageClass: string) => `
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: db}
spec: {instances: 1, enablePDB: false, storage: {size: 1Gi, storageClass: ${storageClass}}}
`;

/** A child whose volumes are of a class of this cluster. */
const parentOf = (name: string): Fixture => ({
  manifests: storage,
  others: [
    {
      facts: { name: 'lower' },
      manifests: `${storage.replace('---', '')}parameters: {infraStorageClassName: ${name}}`,
      change: (plan) => ({ ...plan, cluster: { ...plan.cluster, parent: 'made-up' } as Cluster }),
    },
  ],
});

export const fixtures: RuleFixtures = {
  rejected: {
    'values that ask for a class of volumes that nobody makes': {
      manifests: storage,
      release: { values: { persistence: { enabled: true, storageClass: 'fsat' } } },
      says: /values\.persistence\.storageClass[\s\S]*"fsat"[\s\S]*write one of fast/,
    },
    'a database on a class that nobody makes': {
      manifests: storage + database('slow'),
      says: 'app/resources/Cluster-db spec.storage.storageClass',
    },
    'a database whose backups are snapshots of a class that nobody makes': {
      manifests: storage + database('fast').replace('spec: {', 'spec: {backup: {volumeSnapshot: {className: nightly}}, '),
      says: /spec\.backup\.volumeSnapshot\.className[\s\S]*VolumeSnapshotClass "nightly"/,
    },
    'an issuer whose proofs are of an ingress class that nobody makes': {
      manifests: `
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: public}
spec:
  acme:
    server: https://acme.example.test/directory
    privateKeySecretRef: {name: public-account}
    solvers: [{http01: {ingress: {class: edge}}}]
`,
      says: /http01\.ingress\.class[\s\S]*IngressClass "edge"/,
    },
    'a pod with a volume of its own of a class that nobody makes': {
      manifests: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      volumes:
        - name: scratch
          ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], storageClassName: tmp, resources: {requests: {storage: 1Gi}}}}}
      containers:
        - name: web
          image: example.test/web:1.0.0
          resources: {requests: {memory: 64Mi}, limits: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          volumeMounts: [{name: scratch, mountPath: /scratch}]
`,
      says: 'spec.template.spec.volumes[0].ephemeral.volumeClaimTemplate.spec.storageClassName',
    },
    'a claim that names its class by the old annotation': {
      manifests: `
${storage}apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, annotations: {volume.beta.kubernetes.io/storage-class: gold}}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`,
      says: 'metadata.annotations["volume.beta.kubernetes.io/storage-class"]',
    },
    'volumes of a class that the parent does not have': {
      ...parentOf('fsat'),
      says: /parameters\.infraStorageClassName[\s\S]*Nothing in made-up makes the StorageClass "fsat"[\s\S]*write one of fast/,
    },
  },
  accepted: {
    'volumes of a class of the parent': parentOf('fast'),
    'values and a database on a class that is there': {
      manifests: storage + database('fast'),
      release: { values: { persistence: { storageClass: 'fast' } } },
    },
    'values that ask for no class': { release: { values: { persistence: { storageClass: '-' }, ingress: { ingressClassName: '' } } } },
    'a class that a release declares': {
      release: {
        values: { ingressClass: { name: 'edge' }, ingress: { ingressClassName: 'edge' } },
        provides: { podSecurity: 'restricted', classes: { IngressClass: ['edge'] } },
      },
    },
  },
};
