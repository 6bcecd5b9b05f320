import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import { Component } from './lib/component.js';
import { reachDatabase } from './lib/database.js';
import { type Exposure, exposeService } from './lib/expose.js';
import type { DatabaseRef, NamespaceRef } from './lib/handle.js';
import { HelmRelease } from './lib/release.js';
import type { Resources } from './lib/resources.js';
import { DeclaredSecret } from './lib/secret.js';

// renovate: datasource=helm depName=authentik registryUrl=https://charts.goauthentik.io
const chartVersion = '2026.8.3';

const blueprintsName = 'authentik-blueprints';
const keys = { secretKey: 'secret-key', password: 'bootstrap-password' } as const;

type Disabled = Readonly<{ enabled: false }>;
type Texts = Readonly<Record<string, string>>;
type Variable = Readonly<{ name: string; value: string } | { name: string; valueFrom: { secretKeyRef: { name: string; key: string } } }>;

interface Workload {
  readonly replicas: number;
  readonly resources: Resources;
  readonly securityContext: object;
  readonly containerSecurityContext: object;
  readonly metrics: { readonly enabled: boolean; readonly serviceMonitor: { readonly enabled: boolean } };
}

interface AuthentikValues {
  readonly global: {
    readonly deploymentStrategy: { readonly type: 'RollingUpdate' };
    readonly deploymentAnnotations: Texts;
    readonly env: readonly Variable[];
  };
  readonly authentik: Disabled;
  readonly blueprints: { readonly configMaps: readonly string[] };
  readonly server: Workload & {
    readonly pdb: Disabled | { readonly enabled: true; readonly maxUnavailable: number };
    readonly ingress: Disabled;
  };
  readonly worker: Workload & {
    readonly automountServiceAccountToken: false;
    readonly envFrom: readonly { readonly secretRef: { readonly name: string } }[];
  };
  readonly serviceAccount: { readonly create: false };
  readonly prometheus: { readonly rules: Disabled };
  readonly postgresql: Disabled;
}

/** Objects of Authentik as files: providers, applications, groups, flows. */
export interface Blueprints {
  /** Name of the file -> its text, which has tags of its own such as `!Find` and `!Env`. @example { 'headlamp.yaml': 'version: 1 ...' } */
  readonly files: Texts;
  /** Secrets of clients, as variables that a file takes with `!Env`: name -> what it holds. @default - none */
  readonly secrets?: Texts;
}

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
  /** @default - none: people make the objects in its web interface */
  readonly blueprints?: Blueprints;
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

  constructor(scope: Construct, id: string, props: AuthentikProps) {
    super(scope, id, { namespace: props.namespace ?? { name: 'authentik', podSecurity: 'restricted' }, project: 'security' });
    this.#host = props.host;
    this.addRelease(props);
    exposeService(this.exposure, props.exposure, { host: props.host, service: 'authentik-server', port: 'http', name: 'authentik' });
  }

  /** Issuer of one application, with the slash that its tokens have at the end. @param slug @example 'kubernetes' */
  issuerUrl(slug: string): string {
    return `https://${this.#host}/application/o/${slug}/`;
  }

  private addRelease(props: AuthentikProps): void {
    const { isMonitored = false, nodeCount, blueprints } = props;
    const replicas = Math.min(2, nodeCount);
    const workload = {
      // A process of Python for each of them, and migrations in the first minutes.
      resources: { requests: { cpu: '100m', memory: '768Mi' }, limits: { memory: '1536Mi' } },
      securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containerSecurityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      metrics: { enabled: isMonitored, serviceMonitor: { enabled: isMonitored } },
    };
    new HelmRelease<AuthentikValues>(this.release, 'authentik', {
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
        blueprints: { configMaps: blueprints ? [this.addBlueprints(blueprints.files)] : [] },
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
          envFrom: this.declareBlueprintSecrets(blueprints?.secrets ?? {}),
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

  private addBlueprints(files: Texts): string {
    new k8s.KubeConfigMap(this.base, 'blueprints', { metadata: { name: blueprintsName }, data: { ...files } });
    return blueprintsName;
  }

  private declareBlueprintSecrets(secrets: Texts): { secretRef: { name: string } }[] {
    if (Object.keys(secrets).length === 0) return [];
    const { props } = new DeclaredSecret(this.base, 'blueprint-secrets', {
      name: blueprintsName,
      keys: secrets,
      consumer: "Authentik's worker, which puts them into what its blueprints make",
    });
    return [{ secretRef: { name: props.name } }];
  }
}
