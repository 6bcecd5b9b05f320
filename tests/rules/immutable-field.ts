import type { RuleFixtures } from '../fixtures/rule-harness.js';

const deployment = (label: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: app}
spec:
  selector: {matchLabels: {app: ${label}}}
  template:
    metadata: {labels: {app: ${label}}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: web
          image: example.test/web:1.0.0
          resources: {limits: {memory: 64Mi}, requests: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}`;

const job = (version: string, options: string) => `
apiVersion: batch/v1
kind: Job
metadata: {name: once, namespace: app, annotations: {argocd.argoproj.io/sync-options: "${options}"}}
spec:
  template:
    spec:
      restartPolicy: Never
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: once
          image: example.test/once:${version}
          resources: {limits: {memory: 64Mi}, requests: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}`;

const binding = (role: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: bound, namespace: app}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${role}}`;

const configMap = (isImmutable: boolean, text: string) => `
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: app}, immutable: ${isImmutable}, data: {text: ${text}}}`;

const service = (address: string) => `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: app}
spec: {type: ClusterIP, ports: [{port: 80}]${address}}`;

const storageClass = (mode: string) => `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: csi.example.test
${mode}`;

const at = (file: string, text: string) => ({ [`manifests/app/resources/${file}.yaml`]: text });

export const fixtures: RuleFixtures = {
  rejected: {
    'another selector of a Deployment': {
      manifests: deployment('web2'),
      committed: at('deployment_web', deployment('web')),
      says: 'never changes spec.selector of a Deployment',
    },
    'another template of a Job': {
      manifests: job('2.0.0', 'Prune=false'),
      committed: at('job_once', job('1.0.0', 'Prune=false')),
      says: 'give the Job another name',
    },
    'another role of a RoleBinding': {
      manifests: binding('edit'),
      committed: at('role-binding_bound', binding('view')),
      says: 'roleRef',
    },
    'an immutable ConfigMap with another text': {
      manifests: configMap(true, 'b'),
      committed: at('config-map_settings', configMap(true, 'a')),
      says: 'app/resources/ConfigMap-settings data',
    },
    'a Service without an address that had one': {
      manifests: service(', clusterIP: None'),
      committed: at('service_web', service('')),
      says: 'spec.clusterIP',
    },
    'another binding mode, against the default': {
      manifests: storageClass('volumeBindingMode: WaitForFirstConsumer'),
      committed: at('storage-class_fast', storageClass('')),
      says: 'volumeBindingMode',
    },
  },
  accepted: {
    'what is committed': { manifests: deployment('web'), committed: at('deployment_web', deployment('web')) },
    'a Job that is made anew': {
      manifests: job('2.0.0', 'Force=true,Replace=true'),
      committed: at('job_once', job('1.0.0', 'Force=true,Replace=true')),
    },
    'a ConfigMap that becomes immutable': { manifests: configMap(true, 'b'), committed: at('config-map_settings', configMap(false, 'a')) },
    'a default that is written out': {
      manifests: storageClass('volumeBindingMode: Immediate'),
      committed: at('storage-class_fast', storageClass('')),
    },
  },
};
