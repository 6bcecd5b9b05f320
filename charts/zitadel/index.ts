import type { ICertificate } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate';
import type { IIssuer } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Issuer';
import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import type { Values } from '../../imports/helm/zitadel.js';
import { addLeafCertificate, lifetime } from '../lib/certificate.js';
import { Component } from '../lib/component.js';
import { reachDatabase } from '../lib/database.js';
import type { Exposure } from '../lib/expose.js';
import type { DatabaseRef, NamespaceRef } from '../lib/handle.js';
import { Manifest } from '../lib/manifest.js';
import { HelmRelease } from '../lib/release.js';
import { DeclaredSecret } from '../lib/secret.js';
import { configKey } from './values.js';
import { fixedValues, loginKey, workloadValues } from './workloads.js';

// renovate: datasource=helm depName=zitadel registryUrl=https://charts.zitadel.com
const chartVersion = '10.0.4';

export interface ZitadelProps {
  /** Host name of the login and of the one issuer. Zitadel answers to no other name. @example 'auth.example.test' */
  readonly host: string;
  readonly exposure: Exposure;
  readonly database: DatabaseRef;
  /** Namespace of the database, so that its Secret is at hand. @default - a Namespace of its own, with a copy of that Secret declared */
  readonly namespace?: NamespaceRef;
  /** Schedulable nodes; decides how many servers run. */
  readonly nodeCount: number;
  /** Whether Prometheus scrapes it. @default false */
  readonly isMonitored?: boolean;
}

/**
 * Identity provider (OpenID Connect, SAML) whose state is in PostgreSQL. Two Jobs make its tables and its first organisation before the
 * servers start, at each sync again, which changes nothing the second time.
 *
 * Source: https://zitadel.com/docs/self-hosting/deploy/kubernetes and the chart's values (10.0.0, Zitadel 4)
 */
export class Zitadel extends Component {
  readonly #host: string;

  constructor(scope: Construct, id: string, props: ZitadelProps) {
    super(scope, id, { namespace: props.namespace ?? { name: 'zitadel', podSecurity: 'restricted' }, project: 'security' });
    this.#host = props.host;
    this.addLoginKey();
    this.addRelease(props);
    this.expose(props.exposure);
  }

  /** Issuer of every token, without a slash at the end. */
  get issuerUrl(): string {
    return `https://${this.#host}`;
  }

  private addRelease(props: ZitadelProps): void {
    const { isMonitored = false } = props;
    const replicas = Math.min(2, props.nodeCount);
    new HelmRelease<Values>(this.release, 'zitadel', {
      repository: 'https://charts.zitadel.com',
      chart: 'zitadel',
      version: chartVersion,
      values: { ...this.configuration(props), ...workloadValues(replicas, isMonitored), ...fixedValues },
      provides: {
        namespaced: {
          '': ['ConfigMap', 'Service', 'ServiceAccount'],
          apps: ['Deployment'],
          batch: ['Job'],
          ...(isMonitored ? { 'monitoring.coreos.com': ['ServiceMonitor'] } : {}),
          ...(replicas > 1 ? { policy: ['PodDisruptionBudget'] } : {}),
        },
        podSecurity: 'restricted',
      },
    });
  }

  private configuration({ host, database }: ZitadelProps): Pick<Values, 'zitadel' | 'env'> {
    const reached = reachDatabase(this, database, 'Zitadel, to reach its database');
    // The authority of CloudNativePG is in a Secret that holds its key too, and is not mounted here for that reason.
    const account = { SSL: { Mode: 'require' } } as const;
    const variable = (account: string, field: string, key: string) => ({
      name: `ZITADEL_DATABASE_POSTGRES_${account}_${field}`,
      valueFrom: { secretKeyRef: { name: reached.secret, key } },
    });
    return {
      zitadel: {
        masterkeySecretName: this.declareMasterkey(),
        configSecretName: this.declareFirstAdministrator(),
        configSecretKey: configKey,
        configmapConfig: {
          ExternalDomain: host,
          ExternalPort: 443,
          ExternalSecure: true,
          TLS: { Enabled: false },
          // Otherwise the setup writes an administrator's key and token into Secrets that nobody declared.
          FirstInstance: { Org: { Machine: null } },
          Database: {
            Postgres: { Host: reached.host, Port: 5432, Database: reached.database, MaxOpenConns: 10, User: account, Admin: account },
          },
        },
      },
      // There is no superuser: the owner of the database is enough for tables.
      env: ['USER', 'ADMIN'].flatMap((name) => [variable(name, 'USERNAME', 'username'), variable(name, 'PASSWORD', 'password')]),
    };
  }

  private declareMasterkey(): string {
    const { props } = new DeclaredSecret(this.base, 'masterkey', {
      name: 'zitadel-masterkey',
      keys: { masterkey: 'random text of exactly 32 characters; the database is unreadable with any other, so it never changes' },
      consumer: 'Zitadel, which encrypts keys and secrets with it',
    });
    return props.name;
  }

  private declareFirstAdministrator(): string {
    const { props } = new DeclaredSecret(this.base, 'config', {
      name: 'zitadel-config',
      keys: {
        [configKey]:
          'YAML: FirstInstance: {Org: {Human: {UserName, Password, PasswordChangeRequired: true}}}; the first administrator, read on an ' +
          'empty database only',
      },
      consumer: "Zitadel's setup",
    });
    return props.name;
  }

  /** The pair that the login pages show the server who they are with; the chart would make another at each render. */
  private addLoginKey(): void {
    const issuer = 'zitadel-login-selfsigned';
    new Manifest<IIssuer>(this.base, 'login-issuer', {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Issuer',
      metadata: { name: issuer },
      spec: { selfSigned: {} },
    });
    new Manifest<ICertificate>(this.base, 'login-key', {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: loginKey },
      spec: {
        secretName: loginKey,
        commonName: 'zitadel-login',
        // Server and pages read it at their start, so that one key for ever is one that both have.
        ...lifetime.authority,
        privateKey: { algorithm: 'RSA', size: 2048, rotationPolicy: 'Never' },
        usages: ['digital signature'],
        issuerRef: { group: 'cert-manager.io', kind: 'Issuer', name: issuer },
      },
    });
  }

  /** The login pages are a server of their own, below a path of the same host. */
  private expose({ issuer, ingressClass }: Exposure): void {
    const host = this.#host;
    const secretName = addLeafCertificate(this.exposure, 'certificate', { name: 'zitadel-tls', dnsNames: [host], issuer });
    const path = (path: string, service: string, port: string) => ({
      path,
      pathType: 'Prefix',
      backend: { service: { name: service, port: { name: port } } },
    });
    new k8s.KubeIngress(this.exposure, 'ingress', {
      metadata: { name: 'zitadel' },
      spec: {
        ingressClassName: this.exposure.use(ingressClass).name,
        tls: [{ hosts: [host], secretName }],
        rules: [{ host, http: { paths: [path('/ui/v2/login', 'zitadel-login', 'http-server'), path('/', 'zitadel', 'http2-server')] } }],
      },
    });
  }
}
