/**
 * Stages of a component in the order in which they are applied:
 * `base` Namespace, ServiceAccounts, secrets that a release mounts; `release` Helm charts and upstream manifests;
 * `resources` what those understand, and native workloads; `exposure` what gets a status only behind a working ingress.
 */
export const stageNames = ['base', 'release', 'resources', 'exposure'] as const;
export type StageName = (typeof stageNames)[number];

/** One stage of one component: a node of the dependency graph. */
export interface StageId {
  readonly component: string;
  readonly stage: StageName;
}

/** Name of a stage in the graph. @example 'cert-manager/resources' */
export function nodeOf({ component, stage }: StageId): string {
  return `${component}/${stage}`;
}

/**
 * A reference from one component to something that another one makes. It is opaque on purpose: only `Stage.use` opens it,
 * and opening it is what records the edge of the dependency graph, so that nobody can name a thing without waiting for it.
 */
export class Handle<T extends object> {
  readonly #value: T;

  /** @param provider the stage after which the thing exists and works. */
  constructor(
    readonly provider: StageId,
    value: T,
  ) {
    this.#value = Object.freeze(value);
  }

  /** For `Stage.use` only. */
  static open<T extends object>(handle: Handle<T>): T {
    return handle.#value;
  }
}

/** What a Certificate's `issuerRef` takes. */
export type IssuerName = {
  readonly group: 'cert-manager.io';
  readonly kind: 'Issuer' | 'ClusterIssuer';
  readonly name: string;
};

/** A cert-manager issuer. An ACME authority decides itself how long its certificates live, and signs public names only. */
export type IssuerRef = Handle<{ readonly ref: IssuerName; readonly isAcme: boolean }>;

/** A ClusterSecretStore that answers, and where the secrets of the platform are in it. */
export type SecretStoreRef = Handle<{ readonly store: string; readonly path: string }>;

/** Annotations that put an Ingress behind a login. */
export type ProtectionRef = Handle<{ readonly annotations: Readonly<Record<string, string>> }>;

/** A class that Ingresses name in `ingressClassName`. */
export type IngressClassRef = Handle<{ readonly name: string }>;

/** How a Service of type LoadBalancer asks for a fixed address, and for a pool that hands out none by itself. */
export type LoadBalancerRef = Handle<{ readonly addressAnnotation: string; readonly poolLabel?: string }>;

/** A class that volume claims name in `storageClassName`. */
export type StorageClassRef = Handle<{ readonly name: string }>;

/** A Namespace that another component renders. */
export type NamespaceRef = Handle<{ readonly name: string }>;

/** A bundle of certificate authorities, as a ConfigMap in every Namespace that asks for it with `trustsPlatform`. */
export type TrustBundleRef = Handle<{ readonly configMap: string; readonly key: string }>;

/**
 * A PostgreSQL database that works. `host` is the leading server, by a name that other namespaces know too. `secret` holds at least the keys
 * `username` and `password` of the owner; only pods of `namespace` can read it.
 *
 * @example host 'authentik-db-rw.authentik.svc', secret 'authentik-db-app'
 */
export type DatabaseRef = Handle<{
  readonly host: string;
  readonly database: string;
  readonly secret: string;
  readonly namespace: string;
}>;
