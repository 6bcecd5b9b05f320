import { recordOf } from '../../../charts/lib/untyped.js';
import { itemsOf } from './syncers.js';

/**
 * Fields of built-in kinds that the API server never changes. The content of a ConfigMap or Secret, which depends on the object, and the claims of
 * a StatefulSet, which are compared one by one, are for who asks.
 *
 * Source: ValidateDaemonSetUpdate and the like in pkg/apis of https://github.com/kubernetes/kubernetes (v1.36)
 */
export const immutableFields: Readonly<Record<string, readonly string[]>> = {
  'ClusterRoleBinding.rbac.authorization.k8s.io': ['roleRef'],
  'CSIDriver.storage.k8s.io': ['spec.attachRequired', 'spec.volumeLifecycleModes'],
  'CustomResourceDefinition.apiextensions.k8s.io': ['spec.scope', 'spec.names.kind', 'spec.group'],
  'DaemonSet.apps': ['spec.selector'],
  'Deployment.apps': ['spec.selector'],
  'IngressClass.networking.k8s.io': ['spec.controller'],
  'Job.batch': ['spec.template', 'spec.selector', 'spec.completionMode', 'spec.podFailurePolicy'],
  PersistentVolume: ['spec.csi', 'spec.nfs', 'spec.local', 'spec.volumeMode'],
  'PriorityClass.scheduling.k8s.io': ['value', 'preemptionPolicy'],
  'RoleBinding.rbac.authorization.k8s.io': ['roleRef'],
  'RuntimeClass.node.k8s.io': ['handler'],
  Secret: ['type'],
  Service: ['spec.clusterIP'],
  'StatefulSet.apps': ['spec.serviceName', 'spec.selector', 'spec.podManagementPolicy'],
  'StorageClass.storage.k8s.io': ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'],
};

/** What the API server writes into them where nothing is said. */
export const immutableDefaults: Readonly<Record<string, unknown>> = {
  preemptionPolicy: 'PreemptLowerPriority',
  reclaimPolicy: 'Delete',
  'spec.attachRequired': true,
  'spec.completionMode': 'NonIndexed',
  'spec.podManagementPolicy': 'OrderedReady',
  'spec.volumeLifecycleModes': ['Persistent'],
  'spec.volumeMode': 'Filesystem',
  type: 'Opaque',
  volumeBindingMode: 'Immediate',
};

/** Hooks are removed before each run, and the engine may be told to remove an object that it cannot change. */
export function isMadeAnew(annotations: unknown): boolean {
  const read = recordOf(annotations);
  if (itemsOf(read['argocd.argoproj.io/sync-options']).includes('Force=true')) return true;
  if (read['kustomize.toolkit.fluxcd.io/force'] === 'enabled') return true;
  const policies = read['argocd.argoproj.io/hook-delete-policy'];
  return read['argocd.argoproj.io/hook'] !== undefined && (policies === undefined || itemsOf(policies).includes('BeforeHookCreation'));
}
