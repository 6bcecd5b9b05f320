import { type Edit, edit, head, removal } from './labelled.js';

const application = (more: string, metadata = '') =>
  `${head('argoproj.io/v1alpha1', 'Application', metadata)}spec:\n  sources:\n    - chart: web\n      targetRevision: "1.2.3"\n${more}`;
const machine =
  'version: v1alpha1\nmachine:\n  type: worker\n  install: {disk: /dev/sda, image: "factory.talos.dev/metal-installer/aa:v1.13.1"}\n';
const node = 'talos/nodes/n1.yaml';
/** Edits of what installs others, and of nodes, that may do harm, and what is said of them. */
export const dangerousToAll: Readonly<Record<string, Edit>> = {
  'a child less': removal('cluster.x-k8s.io/v1beta2', 'Cluster', ['data-removed']),
  'definitions of a chart switched off': edit(
    application('      helm: {valuesObject: {crds: {enabled: true}}}\n'),
    'true',
    'false',
    ['data-removed'],
    ['~ web spec.sources[chart=web].helm.valuesObject.crds.enabled'],
  ),
  'a smaller volume in Helm values': edit(
    application('      helm: {valuesObject: {persistence: {size: 2Gi}}}\n'),
    '2Gi',
    '1Gi',
    ['storage-shrink'],
    ['~ web spec.sources[chart=web].helm.valuesObject.persistence.size'],
  ),
  'no replicas in Helm values': edit(
    application('      helm: {valuesObject: {web: {replicaCount: 2}}}\n'),
    'replicaCount: 2',
    'replicaCount: 0',
    ['replicas-to-zero'],
    ['~ web spec.sources[chart=web].helm.valuesObject.web.replicaCount'],
  ),
  'a namespace more of a project': edit(
    head('argoproj.io/v1alpha1', 'AppProject', 'spec: {destinations: [{namespace: a, server: s}]}\n'),
    '}]}',
    '}, {namespace: b, server: s}]}',
    ['wider-rights'],
    ['+ web spec.destinations[]'],
  ),
  'a kind more of a project': edit(
    head('argoproj.io/v1alpha1', 'AppProject', 'spec: {clusterResourceWhitelist: []}\n'),
    '[]',
    '[{group: "", kind: Node}]',
    ['wider-rights'],
    ['+ web spec.clusterResourceWhitelist[kind=Node]'],
  ),
  'a minor version of a chart': edit(application(''), '1.2.3', '1.3.0', ['version-jump'], ['~ web spec.sources[chart=web].targetRevision']),
  'an older chart': edit(application(''), '1.2.3', '1.1.9', ['version-jump'], ['~ web spec.sources[chart=web].targetRevision']),
  'a chart of Flux': edit(
    head('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'spec: {chart: {spec: {chart: web, version: v1.2.3}}}\n'),
    'v1.2',
    'v2.2',
    ['version-jump'],
    ['~ web spec.chart.spec.version'],
  ),
  'Kubernetes two minor versions on': edit(
    head('cluster.x-k8s.io/v1beta2', 'MachineDeployment', 'spec: {template: {spec: {version: v1.34.1}}}\n'),
    '1.34',
    '1.36',
    ['talos-reboot', 'version-jump'],
    ['~ web spec.template.spec.version'],
  ),
  'pruning allowed': edit(
    head('v1', 'Namespace', '  annotations: {argocd.argoproj.io/sync-options: "Prune=false"}\n'),
    'Prune=false',
    'Delete=false',
    ['unprotected'],
    ['~ web metadata.annotations["argocd.argoproj.io/sync-options"]'],
  ),
  'a finalizer of an Application': edit(
    application('', '  finalizers: []\n'),
    '[]',
    '[resources-finalizer.argocd.argoproj.io]',
    ['unprotected'],
    ['+ web metadata.finalizers[]'],
  ),
  'root that reads another branch': edit(
    head('argoproj.io/v1alpha1', 'Application', 'spec: {source: {targetRevision: main}}\n'),
    'main',
    'next',
    ['unprotected'],
    ['~ web spec.source.targetRevision'],
    'argocd/root.yaml',
  ),
  'pruning switched on': edit(
    application('  syncPolicy: {automated: {prune: false}}\n'),
    'false',
    'true',
    ['unprotected'],
    ['~ web spec.syncPolicy.automated.prune'],
  ),
  'another installer': edit(machine, '/aa:', '/bb:', ['talos-reboot'], ['~ n1 machine.install.image'], node),
  'another role of a node': edit(machine, 'worker', 'controlplane', ['talos-reboot'], ['~ n1 machine.type'], node),
  'Talos two minor versions on': edit(
    machine,
    'v1.13.1',
    'v1.15.0',
    ['talos-reboot', 'version-jump'],
    ['~ n1 machine.install.image'],
    node,
  ),
  'another extension': edit(
    'customization: {systemExtensions: {officialExtensions: [a]}}\n',
    '[a]',
    '[a, b]',
    ['talos-reboot'],
    ['+ schematic customization.systemExtensions.officialExtensions[]'],
    'talos/schematic.yaml',
  ),
  'an Application that takes its objects with it': {
    before: application('', '  finalizers: [resources-finalizer.argocd.argoproj.io]\n'),
    after: '',
    dangers: ['data-removed'],
    changes: ['- web'],
  },
  'a release of Flux less': removal('helm.toolkit.fluxcd.io/v2', 'HelmRelease', ['data-removed']),
};
