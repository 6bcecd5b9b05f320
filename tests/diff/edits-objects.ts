import type { Edit } from './labelled.js';

const head = (apiVersion: string, kind: string, more = '') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: web\n  namespace: web\n${more}`;
const deployment = (containers: string, more = '') => `${head('apps/v1', 'Deployment')}spec:
  replicas: 2
${more}  template:
    spec:
      containers:
${containers}`;
const container = (name: string, more = '') => `        - name: ${name}\n          image: example.test/${name}:1.2.3\n${more}`;
const config = (data: string) => `${head('v1', 'ConfigMap')}data:\n${data}`;
const service = (spec: string, more = '') => `${head('v1', 'Service', more)}spec:\n${spec}`;
const application = (source: string, more = '') =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: web\n  namespace: argocd\nspec:\n  project: apps\n  sources:\n    - chart: web\n      repoURL: https://charts.example.test\n      targetRevision: "1.2.3"\n${source}${more}`;
const quiet = { dangers: [] as string[] };

/** Edits that harm nobody, and what is said of them. */
export const harmless: Readonly<Record<string, Edit>> = {
  nothing: { before: config('  a: "1"\n'), after: config('  a: "1"\n'), ...quiet, changes: [] },
  'other spelling': { before: config('  a: "1"\n'), after: config("  a: '1' # one\n"), ...quiet, changes: [] },
  'other order of keys': { before: config('  a: "1"\n  b: "2"\n'), after: config('  b: "2"\n  a: "1"\n'), ...quiet, changes: [] },
  'a key more': { before: config('  a: "1"\n'), after: config('  a: "1"\n  b: "2"\n'), ...quiet, changes: ['+ web data.b'] },
  'a key less': { before: config('  a: "1"\n  b: "2"\n'), after: config('  a: "1"\n'), ...quiet, changes: ['- web data.b'] },
  'a key with a dot': { before: config('  a.b: "1"\n'), after: config('  a.b: "2"\n'), ...quiet, changes: ['~ web data["a.b"]'] },
  'a key called __proto__': {
    before: config('  __proto__: "1"\n'),
    after: config('  __proto__: "2"\n'),
    ...quiet,
    changes: ['~ web data.__proto__'],
  },
  'a new object': { before: '', after: config('  a: "1"\n'), ...quiet, changes: ['+ web'] },
  'an object less': { before: config('  a: "1"\n'), after: '', ...quiet, changes: ['- web'] },
  'a moved file': {
    before: { 'manifests/web/base/x.yaml': config('  a: "1"\n') },
    after: { 'manifests/web/resources/x.yaml': config('  a: "1"\n') },
    ...quiet,
    changes: ['→ web'],
  },
  'another component with another value': {
    before: { 'manifests/web/base/x.yaml': config('  a: "1"\n') },
    after: { 'manifests/site/base/x.yaml': config('  a: "2"\n') },
    ...quiet,
    changes: ['→ web', '~ web data.a'],
  },
  'one object in two files': {
    before: { 'manifests/web/base/x.yaml': config('  a: "1"\n'), 'manifests/site/base/x.yaml': config('  a: "2"\n') },
    after: { 'manifests/web/base/x.yaml': config('  a: "1"\n'), 'manifests/site/base/x.yaml': config('  a: "3"\n') },
    ...quiet,
    changes: ['~ web data.a'],
  },
  'more replicas': {
    before: deployment(container('web')),
    after: deployment(container('web')).replace('replicas: 2', 'replicas: 3'),
    ...quiet,
    changes: ['~ web spec.replicas'],
  },
  'containers in another order': {
    before: deployment(container('web') + container('log')),
    after: deployment(container('log') + container('web')),
    ...quiet,
    changes: [],
  },
  'a container before the others': {
    before: deployment(container('web')),
    after: deployment(container('log') + container('web')),
    ...quiet,
    changes: ['+ web spec.template.spec.containers[name=log]'],
  },
  'a newer image': {
    before: deployment(container('web')),
    after: deployment(container('web')).replace('1.2.3', '1.2.4'),
    ...quiet,
    changes: ['~ web spec.template.spec.containers[name=web].image'],
  },
  'arguments in another order': {
    before: deployment(container('web', '          args: [a, b]\n')),
    after: deployment(container('web', '          args: [b, a]\n')),
    ...quiet,
    changes: ['~ web spec.template.spec.containers[name=web].args'],
  },
  'variables in another order': {
    before: deployment(container('web', '          env: [{name: A, value: a}, {name: B, value: b}]\n')),
    after: deployment(container('web', '          env: [{name: B, value: c}, {name: A, value: a}]\n')),
    ...quiet,
    changes: ['~ web spec.template.spec.containers[name=web].env[name=B].value'],
  },
  'a port of another protocol': {
    before: service('  ports: [{port: 53, protocol: UDP, name: a}]\n'),
    after: service('  ports: [{port: 53, protocol: UDP, name: a}, {port: 53, protocol: TCP, name: b}]\n'),
    ...quiet,
    changes: ['+ web spec.ports[port=53,protocol=TCP]'],
  },
  'a checksum': {
    before: service('  type: ClusterIP\n', '  annotations: {checksum/config: aa}\n  labels: {helm.sh/chart: web-1}\n'),
    after: service('  type: ClusterIP\n', '  annotations: {checksum/config: bb}\n  labels: {helm.sh/chart: web-2}\n'),
    ...quiet,
    changes: ['noise ~ web metadata.annotations["checksum/config"]', 'noise ~ web metadata.labels["helm.sh/chart"]'],
  },
  'a patch of a chart': {
    before: application(''),
    after: application('').replace('1.2.3', '1.2.9'),
    ...quiet,
    changes: ['~ web spec.sources[chart=web].targetRevision'],
  },
  'Helm values': {
    before: application('      helm: {valuesObject: {a: {b: 1, c: 2}}}\n'),
    after: application('      helm: {valuesObject: {a: {b: 1, c: 3}}}\n'),
    ...quiet,
    changes: ['~ web spec.sources[chart=web].helm.valuesObject.a.c'],
  },
  'Helm values as text': {
    before: application('      helm:\n        values: |\n          a: {b: 1}\n          c: 1\n'),
    after: application('      helm:\n        values: |\n          # said otherwise\n          c: 1\n          a:\n            b: 2\n'),
    ...quiet,
    changes: ['~ web spec.sources[chart=web].helm.values.a.b'],
  },
  'sync options in another order': {
    before: application('', '  syncPolicy: {syncOptions: [A=true, B=true]}\n'),
    after: application('', '  syncPolicy: {syncOptions: [B=true, A=true, C=true]}\n'),
    ...quiet,
    changes: ['+ web spec.syncPolicy.syncOptions[]'],
  },
  'narrower rights': {
    before: head('rbac.authorization.k8s.io/v1', 'Role', 'rules: [{apiGroups: [""], resources: [pods, secrets], verbs: [get]}]\n'),
    after: head('rbac.authorization.k8s.io/v1', 'Role', 'rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n'),
    ...quiet,
    changes: ['- web rules[0].resources[]'],
  },
  'the same rights in two rules': {
    before: head('rbac.authorization.k8s.io/v1', 'Role', 'rules: [{apiGroups: [""], resources: [pods, nodes], verbs: [get]}]\n'),
    after: head(
      'rbac.authorization.k8s.io/v1',
      'Role',
      'rules: [{apiGroups: [""], resources: [pods], verbs: [get]}, {apiGroups: [""], resources: [nodes], verbs: [get]}]\n',
    ),
    ...quiet,
    changes: ['- web rules[]', '+ web rules[]', '+ web rules[]'],
  },
  'a larger claim': {
    before: head('v1', 'PersistentVolumeClaim', 'spec: {resources: {requests: {storage: 1Gi}}}\n'),
    after: head('v1', 'PersistentVolumeClaim', 'spec: {resources: {requests: {storage: 2Gi}}}\n'),
    ...quiet,
    changes: ['~ web spec.resources.requests.storage'],
  },
  'less memory': {
    before: deployment(container('web', '          resources: {limits: {memory: 1Gi}}\n')),
    after: deployment(container('web', '          resources: {limits: {memory: 512Mi}}\n')),
    ...quiet,
    changes: ['~ web spec.template.spec.containers[name=web].resources.limits.memory'],
  },
  'a stricter namespace': {
    before: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: web, labels: {pod-security.kubernetes.io/enforce: baseline}}\n',
    after: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: web, labels: {pod-security.kubernetes.io/enforce: restricted}}\n',
    ...quiet,
    changes: ['~ web metadata.labels["pod-security.kubernetes.io/enforce"]'],
  },
  'a new default that is said': {
    before: head('storage.k8s.io/v1', 'StorageClass', 'provisioner: x.example.test\n'),
    after: head('storage.k8s.io/v1', 'StorageClass', 'provisioner: x.example.test\nreclaimPolicy: Delete\n'),
    ...quiet,
    changes: ['+ web reclaimPolicy'],
  },
  'a setting of the kernel of a node': {
    before: { 'talos/nodes/n1.yaml': 'version: v1alpha1\nmachine:\n  sysctls: {a: "1"}\n' },
    after: { 'talos/nodes/n1.yaml': 'version: v1alpha1\nmachine:\n  sysctls: {a: "2"}\n' },
    ...quiet,
    changes: ['~ n1 machine.sysctls.a'],
  },
  'a document of a node': {
    before: { 'talos/nodes/n1.yaml': 'version: v1alpha1\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nup: true\n' },
    after: { 'talos/nodes/n1.yaml': 'version: v1alpha1\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nup: true\nmtu: 9000\n' },
    ...quiet,
    changes: ['+ n1/eth0 mtu'],
  },
  'no YAML': {
    before: { 'manifests/web/base/x.yaml': 'a: [\n' },
    after: { 'manifests/web/base/x.yaml': 'a: {\n' },
    ...quiet,
    changes: ['~ manifests/web/base/x.yaml text'],
  },
  'an Application that leaves its objects': { before: application(''), after: '', ...quiet, changes: ['- web'] },
};
