import type { Construct } from 'constructs';
import { Component } from './lib/component.js';
import { type Exposure, exposeService } from './lib/expose.js';
import type { StorageClassRef, TrustBundleRef } from './lib/handle.js';
import { HelmRelease } from './lib/release.js';
import type { Resources } from './lib/resources.js';
import { DeclaredSecret } from './lib/secret.js';

// renovate: datasource=helm depName=gitea registryUrl=https://dl.gitea.com/charts
const chartVersion = '12.7.0';

interface GiteaValues {
  readonly replicaCount: number;
  readonly strategy: { readonly type: 'Recreate' };
  readonly podSecurityContext: { readonly fsGroup: number };
  readonly containerSecurityContext: object;
  readonly service: {
    readonly http: { readonly type: 'ClusterIP'; readonly port: number; readonly clusterIP: string };
    readonly ssh: { readonly type: 'ClusterIP'; readonly port: number };
  };
  readonly ingress: { readonly enabled: boolean };
  readonly persistence: {
    readonly enabled: boolean;
    readonly size: string;
    readonly storageClass: string;
    readonly accessModes: readonly 'ReadWriteOnce'[];
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly resources: Resources;
  readonly initContainers: { readonly resources: Resources };
  readonly deployment: {
    readonly annotations: Readonly<Record<string, string>>;
    readonly env: readonly { readonly name: string; readonly value: string }[];
  };
  readonly extraVolumes: readonly { readonly name: string; readonly configMap: { readonly name: string } }[];
  readonly extraContainerVolumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: boolean }[];
  readonly gitea: {
    readonly admin: { readonly existingSecret: string; readonly email: string; readonly passwordMode: 'initialOnlyNoReset' };
    /** Sections of app.ini. */
    readonly config: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  };
  readonly postgresql: { readonly enabled: boolean };
  readonly 'postgresql-ha': { readonly enabled: boolean };
  readonly valkey: { readonly enabled: boolean };
  readonly 'valkey-cluster': { readonly enabled: boolean };
  readonly test: { readonly enabled: boolean };
}

export interface GiteaProps {
  /** Host name of the web interface and of clone URLs. @example 'gitea.example.test' */
  readonly host: string;
  readonly exposure: Exposure;
  readonly storageClass: StorageClassRef;
  /** Size of the one volume, which holds repositories and database, as a Kubernetes quantity. @default '10Gi' */
  readonly volumeSize?: string;
  /** Mail address of the first administrator. @example 'gitea@example.test' */
  readonly adminEmail: string;
  /** Authorities that it trusts besides the public ones, for mirrors and webhooks inside the platform. */
  readonly trust: TrustBundleRef;
}

/**
 * Git server in one pod: SQLite, cache, sessions and queues of its own, so that it depends on a volume and nothing else.
 *
 * Source: https://gitea.com/gitea/helm-gitea (values of 12.6.0) and https://docs.gitea.com/administration/config-cheat-sheet
 */
export class Gitea extends Component {
  constructor(scope: Construct, id: string, props: GiteaProps) {
    super(scope, id, { namespace: { name: 'gitea', podSecurity: 'restricted', trustsPlatform: true }, project: 'apps' });
    const admin = new DeclaredSecret(this.base, 'admin', {
      name: 'gitea-admin',
      keys: { username: 'name of the first administrator', password: 'password of the first administrator' },
      consumer: 'Gitea, at its first start',
    });
    this.addRelease(props, admin.props.name);
    exposeService(this.exposure, props.exposure, { host: props.host, service: 'gitea-http', port: 'http', name: 'gitea' });
  }

  private addRelease(props: GiteaProps, existingSecret: string): void {
    const trust = this.release.use(props.trust);
    const mountPath = '/etc/platform-trust';
    const none = { enabled: false };
    new HelmRelease<GiteaValues>(this.release, 'gitea', {
      repository: 'https://dl.gitea.com/charts',
      chart: 'gitea',
      version: chartVersion,
      values: {
        replicaCount: 1,
        // The volume goes to one pod at a time.
        strategy: { type: 'Recreate' },
        podSecurityContext: { fsGroup: 1000 },
        containerSecurityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          privileged: false,
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          runAsUser: 1000,
          runAsGroup: 1000,
          seccompProfile: { type: 'RuntimeDefault' },
        },
        // An address of its own: the default is a headless Service, which ingress controllers treat differently.
        service: { http: { type: 'ClusterIP', port: 3000, clusterIP: '' }, ssh: { type: 'ClusterIP', port: 22 } },
        ingress: none,
        persistence: {
          enabled: true,
          size: props.volumeSize ?? '10Gi',
          storageClass: this.release.use(props.storageClass).name,
          accessModes: ['ReadWriteOnce'],
          annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false', 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
        },
        resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
        initContainers: { resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } } },
        deployment: {
          annotations: { 'reloader.stakater.com/auto': 'true' },
          // Go reads every directory of SSL_CERT_DIR.
          env: [{ name: 'SSL_CERT_DIR', value: `/etc/ssl/certs:${mountPath}` }],
        },
        extraVolumes: [{ name: 'platform-trust', configMap: { name: trust.configMap } }],
        extraContainerVolumeMounts: [{ name: 'platform-trust', mountPath, readOnly: true }],
        gitea: {
          admin: { existingSecret, email: props.adminEmail, passwordMode: 'initialOnlyNoReset' },
          config: {
            server: { DOMAIN: props.host, ROOT_URL: `https://${props.host}/`, SSH_DOMAIN: props.host, SSH_PORT: 22, SSH_LISTEN_PORT: 2222 },
            database: { DB_TYPE: 'sqlite3' },
            cache: { ADAPTER: 'memory' },
            session: { PROVIDER: 'memory' },
            queue: { TYPE: 'level' },
            indexer: { ISSUE_INDEXER_TYPE: 'bleve', REPO_INDEXER_ENABLED: false },
            service: { DISABLE_REGISTRATION: true },
          },
        },
        postgresql: none,
        'postgresql-ha': none,
        valkey: none,
        'valkey-cluster': none,
        test: none,
      },
      provides: {
        namespaced: { '': ['PersistentVolumeClaim', 'Secret', 'Service'], apps: ['Deployment'] },
        podSecurity: 'restricted',
      },
    });
  }
}
