/** Pod Security level of a Namespace. Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

/** Kinds by API group; the core group is ''. @example { apps: ['Deployment'], '': ['Service'] } */
export type Kinds = Readonly<Record<string, readonly string[]>>;

/**
 * What a release installs and this render does not see. AppProjects, the dependency graph and the rules read it, and rendering the
 * real chart checks it, both ways.
 */
export interface Provides {
  /** Kinds whose CustomResourceDefinition comes with the release. @default - none */
  readonly crds?: Kinds;
  /** Kinds whose CustomResourceDefinition a controller of the release creates once it runs. @default - none */
  readonly crdsAtRunTime?: Kinds;
  /** Other cluster-scoped kinds that the release contains. @default - none */
  readonly cluster?: Kinds;
  /** Namespaced kinds that the release contains. @default - none */
  readonly namespaced?: Kinds;
  /**
   * Names of the Secrets that it fills with settings of which none is secret: in dist/ everybody reads them. Any other Secret with content is
   * refused there. @default - none
   */
  readonly openSecrets?: readonly string[];
  /** Namespaces that it makes, and puts objects into. @default - none */
  readonly namespaces?: readonly string[];
  /** Namespaces of others that it puts objects into. @default - none */
  readonly otherNamespaces?: readonly string[];
  /** Classes that exist once the release runs. @default - none */
  readonly classes?: { readonly [kind in ClassKind]?: readonly string[] };
  /** Kinds whose objects cannot be applied while a webhook of the release does not answer. @default - none */
  readonly webhooks?: Kinds;
  /** Highest Pod Security level that its pods need. */
  readonly podSecurity: PodSecurityLevel;
}

export type ClassKind = 'IngressClass' | 'StorageClass' | 'VolumeSnapshotClass' | 'RuntimeClass' | 'PriorityClass' | 'GatewayClass';

/** The pairs of a Kinds map, in its own order. */
export function pairsOf(kinds: Kinds = {}): { readonly group: string; readonly kind: string }[] {
  return Object.entries(kinds).flatMap(([group, names]) => names.map((kind) => ({ group, kind })));
}
