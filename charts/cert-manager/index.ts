import type { ICertificate } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate';
import type { IClusterIssuer } from '@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer';
import type { Construct } from 'constructs';
import type { Values } from '../../imports/helm/cert-manager.js';
import { lifetime } from '../lib/certificate.js';
import { Component } from '../lib/component.js';
import type { IssuerRef } from '../lib/handle.js';
import { Manifest } from '../lib/manifest.js';
import { Problems } from '../lib/problem.js';
import { HelmRelease } from '../lib/release.js';
import type { Stage } from '../lib/stage.js';
import { type AcmeProps, acmeSpecOf, findProblems, openProof, type SelfCheckValues, selfCheckOf } from './acme.js';

export type { AcmeProof, AcmeProps, DynamicZone } from './acme.js';

// renovate: datasource=helm depName=cert-manager registryUrl=https://charts.jetstack.io
const chartVersion = 'v1.21.2';

export interface CertManagerProps {
  /** Name that clients see as the issuer of private certificates. @example 'lab platform' */
  readonly authorityName: string;
  /** Who signs what the cluster exposes. @default - the private authority */
  readonly acme?: AcmeProps | undefined;
}

/**
 * Certificates. A private authority, a self-signed root, signs what stays inside the cluster; what is exposed is signed by it too or, on
 * public domains, by Let's Encrypt. The ClusterIssuer for exposed names is called `ingress` on every cluster.
 *
 * An issuer that proves names by RFC 2136 is of the last stage, alone: storage waits for the private authority, and a name server of this
 * cluster, which the issuer then waits for, waits for storage.
 *
 * Source: https://cert-manager.io/docs/configuration/ (selfsigned, ca, acme) and the chart's values (v1.21.1)
 */
export class CertManager extends Component {
  /** The Secret that holds the root certificate; its own key `tls.crt` is what clients must trust. */
  readonly authoritySecret = 'ingress-ca';
  readonly #acme: AcmeProps | undefined;

  /** @throws Problems when a zone, a server, a key or a class is none. */
  constructor(scope: Construct, id: string, { authorityName, acme }: CertManagerProps) {
    super(scope, id, { namespace: { name: 'cert-manager', podSecurity: 'restricted' }, project: 'security' });
    this.#acme = acme;
    const stage = this[this.acmeStage];
    const proof = acme && openProof(stage, acme.proof);
    const problems = proof ? findProblems(id, proof) : [];
    if (problems.length > 0) throw new Problems(problems);
    this.addRelease(selfCheckOf(proof));
    this.addAuthority(authorityName);
    this.addClusterIssuer(this.resources, this.internalName, { ca: { secretName: this.authoritySecret } });
    if (acme && proof) this.addClusterIssuer(stage, 'ingress', { acme: acmeSpecOf(stage, acme, proof) });
  }

  /** Signs the names of what the cluster exposes, but wildcards only where `wildcardIssuer` is the same. */
  get issuer(): IssuerRef {
    return this.clusterIssuer(this.acmeStage, 'ingress', this.#acme !== undefined);
  }

  /** The same, or the private authority where HTTP-01 can prove no wildcard. */
  get wildcardIssuer(): IssuerRef {
    return this.#acme?.proof.kind === 'http01' ? this.internalIssuer : this.issuer;
  }

  /** Signs any name, for traffic inside the cluster. */
  get internalIssuer(): IssuerRef {
    return this.clusterIssuer('resources', this.internalName, false);
  }

  /** Where the private authority signs everything, one issuer is enough. */
  private get internalName(): string {
    return this.#acme === undefined ? 'ingress' : 'internal';
  }

  private get acmeStage(): 'resources' | 'exposure' {
    return this.#acme?.proof.kind === 'rfc2136' ? 'exposure' : 'resources';
  }

  private clusterIssuer(stage: 'resources' | 'exposure', name: string, isAcme: boolean): IssuerRef {
    return this.handle(stage, { ref: { group: 'cert-manager.io', kind: 'ClusterIssuer', name }, isAcme } as const);
  }

  private addRelease(selfCheck: SelfCheckValues): void {
    new HelmRelease<Values>(this.release, 'cert-manager', {
      repository: 'https://charts.jetstack.io',
      chart: 'cert-manager',
      version: chartVersion,
      values: {
        crds: { enabled: true, keep: true },
        // In its own namespace, so that it needs no right in kube-system.
        global: { leaderElection: { namespace: this.namespaceName }, priorityClassName: 'system-cluster-critical' },
        // A Helm hook; the health of the Deployments says the same.
        startupapicheck: { enabled: false },
        ...selfCheck,
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
    this.addClusterIssuer(this.resources, selfSigned, { selfSigned: {} });
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

  private addClusterIssuer(stage: Stage, name: string, spec: NonNullable<IClusterIssuer['spec']>): void {
    new Manifest<IClusterIssuer>(stage, name, {
      apiVersion: 'cert-manager.io/v1',
      kind: 'ClusterIssuer',
      metadata: { name },
      spec,
    });
  }
}
