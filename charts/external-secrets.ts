import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/external-secrets.js';
import { Component } from './lib/component.js';
import type { IssuerRef, SecretStoreRef, TrustBundleRef } from './lib/handle.js';
import { Manifest } from './lib/manifest.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=helm depName=external-secrets registryUrl=https://charts.external-secrets.io
const chartVersion = '2.9.0';

const storeName = 'vault';

/** ServiceAccount that logs in to Vault; the chart makes it. */
const serviceAccount = 'external-secrets';

/** The fields of a ClusterSecretStore that are set here. */
interface ClusterSecretStore {
  readonly apiVersion: 'external-secrets.io/v1';
  readonly kind: 'ClusterSecretStore';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly provider: {
      readonly vault: {
        readonly server: string;
        readonly path: string;
        readonly version: 'v2';
        readonly caProvider?: { readonly type: 'ConfigMap'; readonly name: string; readonly key: string; readonly namespace: string };
        readonly auth: {
          readonly kubernetes: {
            readonly mountPath: string;
            readonly role: string;
            readonly serviceAccountRef: { readonly name: string; readonly namespace: string };
          };
        };
      };
    };
  };
}

export interface VaultStoreProps {
  /** URL of Vault. @example 'http://vault-active.vault.svc:8200' */
  readonly address: string;
  /**
   * The component that is that Vault. Without it the service account may ask this cluster's API server who a token belongs to, since a Vault
   * elsewhere has no account here to ask with: its mount then needs `disable_local_ca_jwt=true` and no `token_reviewer_jwt`.
   *
   * @default - Vault runs outside of this cluster
   */
  readonly component?: { readonly node: { readonly id: string } } | undefined;
  /** Mount of Vault's kubernetes auth method, one a cluster: it holds the address of its API server. @default 'kubernetes-<cluster>' */
  readonly mountPath?: string | undefined;
  /** Role of that mount. @default 'external-secrets' */
  readonly role?: string | undefined;
  /** Authorities that may have signed Vault's certificate. @default - the public ones */
  readonly caBundle?: TrustBundleRef | undefined;
}

export interface ExternalSecretsProps {
  /** Name of the cluster: its secrets are below this path, so that two clusters at one Vault never share any. @example 'lab' */
  readonly cluster: string;
  /** Signs the certificate of the webhook, a name inside the cluster. */
  readonly issuer: IssuerRef;
  /** Where the secrets are. @default - nowhere yet, the kinds alone are installed */
  readonly vault?: VaultStoreProps | undefined;
  /** Whether Prometheus scrapes it. @default false */
  readonly isMonitored?: boolean;
}

/**
 * Fills Secrets from a store outside of Git: a key-value mount (version 2) of Vault, called `kv`.
 *
 * Source: https://external-secrets.io/latest/provider/hashicorp-vault/, https://developer.hashicorp.com/vault/docs/auth/kubernetes
 * and the chart's values (2.9.0)
 */
export class ExternalSecrets extends Component {
  readonly #path: string | undefined;

  constructor(scope: Construct, id: string, props: ExternalSecretsProps) {
    const { cluster, vault } = props;
    const trustsPlatform = vault?.caBundle !== undefined;
    super(scope, id, {
      namespace: { name: 'external-secrets', podSecurity: 'restricted', trustsPlatform },
      project: 'security',
      // The store counts as broken until it can log in, which no manifest can bring about.
      ...(vault ? { humanGate: gate(cluster, vault) } : {}),
    });
    this.#path = vault ? cluster : undefined;
    this.addRelease(props);
    if (vault) this.addStore(cluster, vault);
  }

  /** Undefined without the prop `vault`. */
  override get secretStore(): SecretStoreRef | undefined {
    return this.#path === undefined ? undefined : this.handle('resources', { store: storeName, path: this.#path });
  }

  private addRelease({ issuer, isMonitored = false }: ExternalSecretsProps): void {
    new HelmRelease<Values>(this.release, 'external-secrets', {
      repository: 'https://charts.external-secrets.io',
      chart: 'external-secrets',
      version: chartVersion,
      values: {
        installCRDs: true,
        // Removing a kind removes every Secret that an object of it owns. The first is for Argo CD, the second for Helm, which Flux runs.
        crds: { annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false', 'helm.sh/resource-policy': 'keep' } },
        replicaCount: 1,
        // During an update there are two for a moment.
        leaderElect: true,
        openshiftFinalizers: false,
        resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        readinessProbe: { enabled: true },
        webhook: {
          replicaCount: 1,
          failurePolicy: 'Fail',
          resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
          certManager: {
            enabled: true,
            cert: {
              issuerRef: this.release.use(issuer).ref,
              duration: '2160h',
              renewBefore: '720h',
              privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
            },
          },
        },
        // It would make the webhook's certificate with write access to every webhook and kind of the cluster.
        certController: { create: false },
        // The default leaves it out wherever the kind is not known while rendering, silently.
        serviceMonitor: { enabled: isMonitored, renderMode: 'alwaysRender' },
      },
      provides: {
        crds: {
          'external-secrets.io': [
            'ClusterExternalSecret',
            'ClusterPushSecret',
            'ClusterSecretStore',
            'ExternalSecret',
            'PushSecret',
            'SecretStore',
          ],
          'generators.external-secrets.io': [...generatorKinds],
        },
        cluster: {
          'admissionregistration.k8s.io': ['ValidatingWebhookConfiguration'],
          'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
        },
        namespaced: {
          '': ['Service', 'ServiceAccount'],
          apps: ['Deployment'],
          'cert-manager.io': ['Certificate'],
          ...(isMonitored ? { 'monitoring.coreos.com': ['ServiceMonitor'] } : {}),
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        webhooks: { 'external-secrets.io': ['ClusterSecretStore', 'ExternalSecret', 'SecretStore'] },
        podSecurity: 'restricted',
      },
    });
  }

  private addStore(cluster: string, { address, component, mountPath, role, caBundle }: VaultStoreProps): void {
    if (component) this.resources.after(component);
    else this.addTokenReviewer();
    const trust = caBundle && this.resources.use(caBundle);
    const { namespaceName: namespace } = this;
    new Manifest<ClusterSecretStore>(this.resources, 'store', {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ClusterSecretStore',
      metadata: { name: storeName },
      spec: {
        provider: {
          vault: {
            server: address,
            path: 'kv',
            version: 'v2',
            ...(trust ? { caProvider: { type: 'ConfigMap', name: trust.configMap, key: trust.key, namespace } } : {}),
            auth: {
              kubernetes: {
                mountPath: mountPath ?? mountOf(cluster),
                role: role ?? defaultRole,
                // Without the namespace each ExternalSecret would log in with an account of its own.
                serviceAccountRef: { name: serviceAccount, namespace },
              },
            },
          },
        },
      },
    });
  }

  private addTokenReviewer(): void {
    new k8s.KubeClusterRoleBinding(this.resources, 'token-reviewer', {
      metadata: { name: 'external-secrets-token-reviewer' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:auth-delegator' },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace: this.namespaceName }],
    });
  }
}

const defaultRole = 'external-secrets';

function mountOf(cluster: string): string {
  return `kubernetes-${cluster}`;
}

/** What a person does in Vault; it is data there, and no file here can hold it. */
function gate(cluster: string, { mountPath, role }: VaultStoreProps): string {
  return (
    `in Vault, enable the kubernetes auth method at ${mountPath ?? mountOf(cluster)} for the API server of ${cluster}, with a role ` +
    `${role ?? defaultRole} for the service account external-secrets/${serviceAccount} that may read kv/data/${cluster}/* and ` +
    `kv/metadata/${cluster}/*`
  );
}

/** Kinds that make a value instead of fetching one. */
const generatorKinds = [
  'ACRAccessToken',
  'BeyondtrustWorkloadCredentialsDynamicSecret',
  'CloudsmithAccessToken',
  'ClusterGenerator',
  'ECRAuthorizationToken',
  'Fake',
  'GCRAccessToken',
  'GeneratorState',
  'GithubAccessToken',
  'GitlabDeployToken',
  'Grafana',
  'MFA',
  'Password',
  'QuayAccessToken',
  'SSHKey',
  'STSSessionToken',
  'UUID',
  'VaultDynamicSecret',
  'Webhook',
] as const;
