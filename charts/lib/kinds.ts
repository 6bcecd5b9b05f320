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
  /** Every known version of a kind, the preferred one first. @default - not known */
  versionsOf?(group: string, kind: string): readonly { readonly version: string; readonly served: boolean; readonly deprecated: boolean }[];
}

/** A version of the same kind that is served and not deprecated; undefined where there is no other one. @example 'cilium.io/v2' */
export function findBetterVersion({ versionsOf }: Pick<KindCatalog, 'versionsOf'>, apiVersion: string, kind: string): string | undefined {
  const group = groupOf(apiVersion);
  const good = versionsOf?.(group, kind).find(({ served, deprecated }) => served && !deprecated);
  const preferred = good && (group === '' ? good.version : `${group}/${good.version}`);
  return preferred === apiVersion ? undefined : preferred;
}

/** What is wrong with an object that nobody can check: its version is not served, or imports/ lacks its kind. */
export function refuseUnknown(
  catalog: Pick<KindCatalog, 'versionsOf'>,
  apiVersion: string,
  kind: string,
): { readonly rule: string; readonly problem: string; readonly fix: string } {
  const better = findBetterVersion(catalog, apiVersion, kind);
  if (better !== undefined) {
    const problem = `No ${kind} is served in ${apiVersion}: its group has it in ${better}.`;
    return { rule: 'served-version', problem, fix: `write "${better}".` };
  }
  const problem = `imports/ has no schema of ${apiVersion} ${kind}, so that nothing can check it.`;
  return { rule: 'known-kind', problem, fix: 'add the kind to cdk8s.yaml and run "npm run import".' };
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
