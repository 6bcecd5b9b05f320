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
