/** The parts of an object that say which one it is. */
export interface Identity {
  /** The core group is ''. */
  readonly group: string;
  readonly kind: string;
  /** Absent for an object of the whole cluster. */
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** A rendered Kubernetes object. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Tells of every kind that the platform may render whether its objects live in a namespace. Backed by imports/schemas. */
export interface KindCatalog {
  /** Undefined when imports/ has no schema of it. */
  scopeOf(apiVersion: string, kind: string): 'Cluster' | 'Namespaced' | undefined;
}

/** @example groupOf('apps/v1') is 'apps'; groupOf('v1') is '' */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

export function identityOf({ apiVersion, kind, metadata }: KubernetesObject): Identity {
  return { group: groupOf(apiVersion), kind, namespace: metadata.namespace, name: metadata.name };
}

/** One line for people. @example 'Deployment.apps whoami/whoami' */
export function formatIdentity({ group, kind, namespace, name }: Identity): string {
  return `${group === '' ? kind : `${kind}.${group}`} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** True for groups that the API server serves by itself. */
export function isBuiltinGroup(group: string): boolean {
  return builtinGroups.has(group);
}

/** Source: https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/ */
const builtinGroups = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

/** Namespaces that every cluster has and nobody renders. */
export const builtinNamespaces: readonly string[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
