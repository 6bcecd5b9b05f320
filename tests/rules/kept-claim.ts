import type { RuleFixtures } from '../fixtures/rule-harness.js';

const claim = (size: string, modes = 'ReadWriteOnce', name = '""') => `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: app}
spec:
  accessModes: [${modes}]
  storageClassName: ${name}
  volumeName: data
  resources: {requests: {storage: ${size}}}`;

const statefulSet = (size: string) => `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: app}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: db
          image: example.test/db:1.0.0
          resources: {limits: {memory: 64Mi}, requests: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], storageClassName: "", resources: {requests: {storage: ${size}}}}`;

const database = (size: string) => `
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: db, namespace: app}
spec: {instances: 1, enablePDB: false, storage: {size: ${size}, storageClass: fast}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: csi.example.test`;

const [committedDatabase = ''] = database('2G').split('---');

const at = (file: string, text: string) => ({ [`manifests/app/resources/${file}.yaml`]: text });

const persistence = (size: string, isEnabled = true) => ({ persistence: { enabled: isEnabled, size } });
const application = (values: object) => ({
  'argocd/apps/app.yaml': JSON.stringify({ spec: { sources: [{ chart: 'app', helm: { releaseName: 'app', valuesObject: values } }] } }),
});

export const fixtures: RuleFixtures = {
  rejected: {
    'a claim that shrinks': {
      manifests: claim('512Mi'),
      committed: at('persistent-volume-claim_data', claim('1Gi')),
      says: 'Its size shrinks from 1Gi to 512Mi',
    },
    'a claim with other access modes': {
      manifests: claim('1Gi', 'ReadWriteMany'),
      committed: at('persistent-volume-claim_data', claim('1Gi')),
      says: 'accessModes changes from "ReadWriteOnce" to "ReadWriteMany"',
    },
    'a claim of another class': {
      manifests: claim('1Gi'),
      committed: at('persistent-volume-claim_data', claim('1Gi', 'ReadWriteOnce', 'fast')),
      says: 'storageClassName changes from "fast" to ""',
    },
    'a template of a StatefulSet that shrinks': {
      manifests: statefulSet('1Gi'),
      committed: at('stateful-set_db', statefulSet('2Gi')),
      says: 'spec.volumeClaimTemplates[0].spec.resources.requests.storage',
    },
    'a database that shrinks': {
      manifests: database('1Gi'),
      committed: at('cluster.postgresql.cnpg.io_db', committedDatabase),
      says: 'Its size shrinks from 2G to 1Gi',
    },
    'Helm values that shrink a volume': {
      release: { values: persistence('5Gi') },
      committed: application(persistence('10Gi')),
      says: 'app/release/app values.persistence.size',
    },
  },
  accepted: {
    'a claim that grows': { manifests: claim('2048Mi'), committed: at('persistent-volume-claim_data', claim('1Gi')) },
    'the same size in other words': { manifests: claim('1Gi'), committed: at('persistent-volume-claim_data', claim('1024Mi')) },
    'a database that grows': { manifests: database('2Gi'), committed: at('cluster.postgresql.cnpg.io_db', committedDatabase) },
    'Helm values of a volume that was never made': {
      release: { values: persistence('5Gi') },
      committed: application(persistence('10Gi', false)),
    },
  },
};
