import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/gitea.js';
import { Component } from './lib/component.js';
import { type ReachedDatabase, reachDatabase } from './lib/database.js';
import { type Exposure, exposeService } from './lib/expose.js';
import type { DatabaseRef, NamespaceRef, StorageClassRef, TrustBundleRef } from './lib/handle.js';
import { HelmRelease } from './lib/release.js';
import { DeclaredSecret } from './lib/secret.js';

// renovate: datasource=helm depName=gitea registryUrl=https://dl.gitea.com/charts
const chartVersion = '12.7.0';

type SecretVariable = {
  readonly name: string;
  readonly valueFrom: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
};

export interface GiteaProps {
  /** Host name of the web interface and of clone URLs. @example 'gitea.example.test' */
  readonly host: string;
  readonly exposure: Exposure;
  readonly storageClass: StorageClassRef;
  /** Size of the one volume, which holds repositories, and the database where it has no other, as a Kubernetes quantity. @default '10Gi' */
  readonly volumeSize?: string;
  /** Mail address of the first administrator. @example 'gitea@example.test' */
  readonly adminEmail: string;
  /** Authorities that it trusts besides the public ones, for mirrors and webhooks inside the platform. */
  readonly trust: TrustBundleRef;
  /** PostgreSQL. Choose at the start: nothing moves from one database to another. @default - SQLite, on the volume */
  readonly database?: DatabaseRef;
  /**
   * Namespace of the database, so that its Secret is at hand; it must have the level restricted and `trustsPlatform`.
   *
   * @default - a Namespace of its own, with a copy of that Secret declared
   */
  readonly namespace?: NamespaceRef;
}

/**
 * Git server in one pod: SQLite, cache, sessions and queues of its own, so that it depends on a volume and nothing else, but for PostgreSQL
 * where it is given one.
 *
 * Source: https://gitea.com/gitea/helm-gitea (values of 12.6.0) and https://docs.gitea.com/administration/config-cheat-sheet
 */
export class Gitea extends Component {
  constructor(scope: Construct, id: string, props: GiteaProps) {
    const own = { name: 'gitea', podSecurity: 'restricted', trustsPlatform: true } as const;
    super(scope, id, { namespace: props.namespace ?? own, project: 'apps' });
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
    const database = props.database && reachDatabase(this, props.database, 'Gitea, to reach its database');
    const mountPath = '/etc/platform-trust';
    const none = { enabled: false };
    new HelmRelease<Values>(this.release, 'gitea', {
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
            database: databaseSection(database),
            cache: { ADAPTER: 'memory' },
            session: { PROVIDER: 'memory' },
            queue: { TYPE: 'level' },
            indexer: { ISSUE_INDEXER_TYPE: 'bleve', REPO_INDEXER_ENABLED: false },
            service: { DISABLE_REGISTRATION: true },
          },
          ...(database ? ({ additionalConfigFromEnvs: databaseLogin(database) } satisfies Values['gitea']) : {}),
        },
        postgresql: none,
        'postgresql-ha': none,
        valkey: none,
        'valkey-cluster': none,
        test: none,
      },
      provides: {
        // Scripts and app.ini; logins come from other Secrets by reference.
        openSecrets: ['gitea', 'gitea-init', 'gitea-inline-config'],
        namespaced: { '': ['PersistentVolumeClaim', 'Secret', 'Service'], apps: ['Deployment'] },
        podSecurity: 'restricted',
      },
    });
  }
}

function databaseSection(database: ReachedDatabase | undefined): Readonly<Record<string, string>> {
  if (!database) return { DB_TYPE: 'sqlite3' };
  // CloudNativePG serves TLS with an authority of its own, whose Secret holds its key too.
  return { DB_TYPE: 'postgres', HOST: `${database.host}:5432`, NAME: database.database, SSL_MODE: 'require' };
}

function databaseLogin({ secret }: ReachedDatabase): SecretVariable[] {
  const from = (setting: string, key: string) => ({
    name: `GITEA__DATABASE__${setting}`,
    valueFrom: { secretKeyRef: { name: secret, key } },
  });
  return [from('USER', 'username'), from('PASSWD', 'password')];
}
