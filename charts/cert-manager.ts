import type { ICertificate } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate';
import type { IClusterIssuer } from '@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer';
import type { Construct } from 'constructs';
import { lifetime } from './lib/certificate.js';
import { Component } from './lib/component.js';
import type { IssuerRef } from './lib/handle.js';
import { Manifest } from './lib/manifest.js';
import { HelmRelease } from './lib/release.js';
import type { Resources } from './lib/resources.js';
import { DeclaredSecret } from './lib/secret.js';

// renovate: datasource=helm depName=cert-manager registryUrl=https://charts.jetstack.io
const chartVersion = 'v1.21.2';

interface CertManagerValues {
  readonly crds: { readonly enabled: boolean; readonly keep: boolean };
  readonly global: { readonly leaderElection: { readonly namespace: string }; readonly priorityClassName: string };
  readonly startupapicheck: { readonly enabled: boolean };
  readonly resources: Resources;
  readonly webhook: { readonly resources: Resources };
  readonly cainjector: { readonly resources: Resources };
}

/** Let's Encrypt, proved by a TXT record. Source: https://letsencrypt.org/getting-started/ */
export interface AcmeProps {
  readonly server: 'letsencrypt' | 'letsencrypt-staging';
  /** Mail address of the account. */
  readonly email: string;
  readonly dnsProvider: 'cloudflare';
}

export interface CertManagerProps {
  /** Name that clients see as the issuer of private certificates. @example 'lab platform' */
  readonly authorityName: string;
  /** Who signs what the cluster exposes. @default - the private authority */
  readonly acme?: AcmeProps | undefined;
}

const acmeServers = {
  letsencrypt: 'https://acme-v02.api.letsencrypt.org/directory',
  'letsencrypt-staging': 'https://acme-staging-v02.api.letsencrypt.org/directory',
} as const;

/**
 * Certificates. A private authority, a self-signed root, signs what stays inside the cluster; what is exposed is signed by it too or, on
 * public domains, by Let's Encrypt. The ClusterIssuer for exposed names is called `ingress` on every cluster.
 *
 * Source: https://cert-manager.io/docs/configuration/ (selfsigned, ca, acme/dns01/cloudflare) and the chart's values (v1.21.1)
 */
export class CertManager extends Component {
  /** The Secret that holds the root certificate; its own key `tls.crt` is what clients must trust. */
  readonly authoritySecret = 'ingress-ca';
  readonly #acme: AcmeProps | undefined;

  constructor(scope: Construct, id: string, { authorityName, acme }: CertManagerProps) {
    super(scope, id, { namespace: { name: 'cert-manager', podSecurity: 'restricted' }, project: 'security' });
    this.#acme = acme;
    this.addRelease();
    this.addAuthority(authorityName);
    this.addClusterIssuer(this.internalName, { ca: { secretName: this.authoritySecret } });
    if (acme) this.addAcmeIssuer(acme);
  }

  /** Signs the names of what the cluster exposes. */
  get issuer(): IssuerRef {
    return this.clusterIssuer('ingress', this.#acme !== undefined);
  }

  /** Signs any name, for traffic inside the cluster. */
  get internalIssuer(): IssuerRef {
    return this.clusterIssuer(this.internalName, false);
  }

  /** Where the private authority signs everything, one issuer is enough. */
  private get internalName(): string {
    return this.#acme === undefined ? 'ingress' : 'internal';
  }

  private clusterIssuer(name: string, isAcme: boolean): IssuerRef {
    return this.handle('resources', { ref: { group: 'cert-manager.io', kind: 'ClusterIssuer', name }, isAcme } as const);
  }

  private addRelease(): void {
    new HelmRelease<CertManagerValues>(this.release, 'cert-manager', {
      repository: 'https://charts.jetstack.io',
      chart: 'cert-manager',
      version: chartVersion,
      values: {
        crds: { enabled: true, keep: true },
        // In its own namespace, so that it needs no right in kube-system.
        global: { leaderElection: { namespace: this.namespaceName }, priorityClassName: 'system-cluster-critical' },
        // A Helm hook; the health of the Deployments says the same.
        startupapicheck: { enabled: false },
        resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        webhook: { resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } } },
        cainjector: { resources: { requests: { cpu: '10m', memory: '128Mi' }, limits: { memory: '512Mi' } } },
      },
      provides: {
        crds: {
          'acme.cert-manager.io': ['Challenge', 'Order'],
          'cert-manager.io': ['Certificate', 'CertificateRequest', 'ClusterIssuer', 'Issuer'],
        },
        cluster: {
          'admissionregistration.k8s.io': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
          'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
        },
        namespaced: { '': ['Service', 'ServiceAccount'], apps: ['Deployment'], 'rbac.authorization.k8s.io': ['Role', 'RoleBinding'] },
        webhooks: {
          'acme.cert-manager.io': ['Challenge', 'Order'],
          'cert-manager.io': ['Certificate', 'CertificateRequest', 'ClusterIssuer', 'Issuer'],
        },
        podSecurity: 'restricted',
      },
    });
  }

  private addAuthority(commonName: string): void {
    const selfSigned = 'self-signed';
    this.addClusterIssuer(selfSigned, { selfSigned: {} });
    // A ClusterIssuer reads its Secret in the namespace of cert-manager.
    new Manifest<ICertificate>(this.resources, 'authority', {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: this.authoritySecret },
      spec: {
        isCA: true,
        commonName,
        secretName: this.authoritySecret,
        ...lifetime.authority,
        // A new key at renewal, which is the default, would make every leaf and every client's copy of the root worthless.
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Never' },
        usages: ['cert sign', 'crl sign', 'digital signature'],
        issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: selfSigned },
      },
    });
  }

  private addClusterIssuer(name: string, spec: NonNullable<IClusterIssuer['spec']>): void {
    new Manifest<IClusterIssuer>(this.resources, name, {
      apiVersion: 'cert-manager.io/v1',
      kind: 'ClusterIssuer',
      metadata: { name },
      spec,
    });
  }

  private addAcmeIssuer({ server, email }: AcmeProps): void {
    const token = new DeclaredSecret(this.resources, 'dns-token', {
      name: 'cloudflare-api-token',
      keys: { token: 'API token that may edit the zone of the domain' },
      consumer: 'cert-manager, to prove that the domain is ours',
    });
    this.addClusterIssuer('ingress', {
      acme: {
        server: acmeServers[server],
        email,
        // The account key; cert-manager makes it.
        privateKeySecretRef: { name: `${server}-account` },
        solvers: [{ dns01: { cloudflare: { apiTokenSecretRef: { name: token.props.name, key: 'token' } } } }],
      },
    });
  }
}
