import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import type { Values, Worker } from '../../imports/helm/authentik.js';
import { problemOf } from '../lib/collect.js';
import { Component } from '../lib/component.js';
import { reachDatabase } from '../lib/database.js';
import { type Exposure, exposeService } from '../lib/expose.js';
import type { DatabaseRef, NamespaceRef } from '../lib/handle.js';
import type { OidcClient } from '../lib/oidc.js';
import { Problems } from '../lib/problem.js';
import { HelmRelease } from '../lib/release.js';
import { DeclaredSecret } from '../lib/secret.js';
import { type AuthentikClient, blueprintOf, clientSecretsOf, issuerOf } from './clients.js';

// renovate: datasource=helm depName=authentik registryUrl=https://charts.goauthentik.io
const chartVersion = '2026.8.3';

const clientsName = 'authentik-clients';
const keys = { secretKey: 'secret-key', password: 'bootstrap-password' } as const;

type Variable = Readonly<{ name: string; value: string } | { name: string; valueFrom: { secretKeyRef: { name: string; key: string } } }>;

export interface AuthentikProps {
  /** Host name of the login, and of every issuer. @example 'auth.example.test' */
  readonly host: string;
  readonly exposure: Exposure;
  readonly database: DatabaseRef;
  /** Namespace of the database, so that its Secret is at hand. @default - a Namespace of its own, with a copy of that Secret declared */
  readonly namespace?: NamespaceRef;
  /** Mail address of the first administrator, akadmin. @example 'admin@example.test' */
  readonly adminEmail: string;
  /** Schedulable nodes; decides how many servers run. */
  readonly nodeCount: number;
  /** Who may let people log in. One that is no longer here stays in Authentik until somebody deletes it there. @default - none */
  readonly clients?: readonly AuthentikClient[];
  /** Whether Prometheus scrapes it. @default false */
  readonly isMonitored?: boolean;
}

/**
 * Identity provider (OpenID Connect, SAML, LDAP). Everything that it knows is in PostgreSQL, sessions too; it needs no Redis any more. Icons
 * that somebody uploads are gone with the pod: name them by their address.
 *
 * Source: https://docs.goauthentik.io/install-config/install/kubernetes/ and the chart's values (2026.8.0)
 */
export class Authentik extends Component {
  readonly #host: string;
  readonly #clients: readonly AuthentikClient[];

  /** @throws {Problems} when two clients share a slug, or one could let nobody log in. */
  constructor(scope: Construct, id: string, props: AuthentikProps) {
    super(scope, id, { namespace: props.namespace ?? { name: 'authentik', podSecurity: 'restricted' }, project: 'security' });
    this.#host = props.host;
    this.#clients = props.clients ?? [];
    this.addRelease(props);
    exposeService(this.exposure, props.exposure, { host: props.host, service: 'authentik-server', port: 'http', name: 'authentik' });
  }

  /**
   * One of the clients, as whoever people log in to needs to know it. It is no handle: a login can be configured before Authentik runs.
   *
   * @throws {Problems} when there is none with this slug.
   */
  client(slug: string): OidcClient {
    const client = this.#clients.find((other) => other.slug === slug);
    if (client) return { issuerUrl: issuerOf(this.#host, slug), clientId: slug, kind: client.kind };
    const known = this.#clients.map((other) => `"${other.slug}"`).join(', ') || 'none';
    const problem = `"${slug}" is no client of Authentik. Its clients: ${known}.`;
    throw new Problems([problemOf(this.node.id, 'clients', 'known-client', problem, `add a client with the slug "${slug}".`)]);
  }

  private addRelease(props: AuthentikProps): void {
    const { isMonitored = false, nodeCount } = props;
    const replicas = Math.min(2, nodeCount);
    const workload: Worker = {
      // A process of Python for each of them, and migrations in the first minutes.
      resources: { requests: { cpu: '100m', memory: '768Mi' }, limits: { memory: '1536Mi' } },
      securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containerSecurityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      metrics: { enabled: isMonitored, serviceMonitor: { enabled: isMonitored } },
    };
    new HelmRelease<Values>(this.release, 'authentik', {
      repository: 'https://charts.goauthentik.io',
      chart: 'authentik',
      version: chartVersion,
      values: {
        global: {
          deploymentStrategy: { type: 'RollingUpdate' },
          deploymentAnnotations: { 'reloader.stakater.com/auto': 'true' },
          env: this.environmentOf(props),
        },
        // The chart would make a Secret of plain values.
        authentik: { enabled: false },
        blueprints: { configMaps: this.addBlueprint() },
        server: {
          ...workload,
          replicas,
          pdb: replicas > 1 ? { enabled: true, maxUnavailable: 1 } : { enabled: false },
          ingress: { enabled: false },
        },
        worker: {
          ...workload,
          // Its tasks are in the database and wait there while it restarts.
          replicas: 1,
          automountServiceAccountToken: false,
          envFrom: this.declareClientSecrets(),
        },
        // It could deploy outposts; the one inside the server is enough.
        serviceAccount: { create: false },
        prometheus: { rules: { enabled: false } },
        postgresql: { enabled: false },
      },
      provides: {
        namespaced: {
          '': ['Service'],
          apps: ['Deployment'],
          ...(isMonitored ? { 'monitoring.coreos.com': ['ServiceMonitor'] } : {}),
          ...(replicas > 1 ? { policy: ['PodDisruptionBudget'] } : {}),
        },
        podSecurity: 'restricted',
      },
    });
  }

  private environmentOf({ database, adminEmail }: AuthentikProps): Variable[] {
    const reached = reachDatabase(this, database, 'Authentik, to reach its database');
    const own = this.declareKeys();
    const plain = (name: string, value: string) => ({ name: `AUTHENTIK_${name}`, value });
    const secret = (name: string, from: string, key: string) => ({
      name: `AUTHENTIK_${name}`,
      valueFrom: { secretKeyRef: { name: from, key } },
    });
    return [
      secret('SECRET_KEY', own, keys.secretKey),
      plain('POSTGRESQL__HOST', reached.host),
      plain('POSTGRESQL__PORT', '5432'),
      plain('POSTGRESQL__NAME', reached.database),
      secret('POSTGRESQL__USER', reached.secret, 'username'),
      secret('POSTGRESQL__PASSWORD', reached.secret, 'password'),
      // CloudNativePG serves TLS with an authority of its own, whose Secret holds its key too.
      plain('POSTGRESQL__SSLMODE', 'require'),
      plain('BOOTSTRAP_EMAIL', adminEmail),
      secret('BOOTSTRAP_PASSWORD', own, keys.password),
      plain('ERROR_REPORTING__ENABLED', 'false'),
      plain('DISABLE_UPDATE_CHECK', 'true'),
    ];
  }

  private declareKeys(): string {
    const { props } = new DeclaredSecret(this.base, 'keys', {
      name: 'authentik',
      keys: {
        [keys.secretKey]:
          'random text of at least 50 characters; it signs sessions and makes the identifiers of users, so it never changes',
        [keys.password]: 'password of the first administrator, akadmin; read at the first start only',
      },
      consumer: 'Authentik',
    });
    return props.name;
  }

  /** Names of the ConfigMaps that the worker takes blueprints from. */
  private addBlueprint(): string[] {
    if (this.#clients.length === 0) return [];
    const data = { 'clients.yaml': blueprintOf(this.node.id, this.#clients) };
    new k8s.KubeConfigMap(this.base, 'clients', { metadata: { name: clientsName }, data });
    return [clientsName];
  }

  private declareClientSecrets(): { secretRef: { name: string } }[] {
    const keys = clientSecretsOf(this.#clients);
    if (Object.keys(keys).length === 0) return [];
    const { props } = new DeclaredSecret(this.base, 'client-secrets', {
      name: clientsName,
      keys,
      consumer: "Authentik's worker, when it makes the clients",
    });
    return [{ secretRef: { name: props.name } }];
  }
}
