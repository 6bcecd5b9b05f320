import type { ICertificate } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate';
import type { IClusterIssuer } from '@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer';
import type { Construct } from 'constructs';
import { lifetime } from './lib/certificate.js';
import { Component } from './lib/component.js';
import type { IssuerRef } from './lib/handle.js';
import { Manifest } from './lib/manifest.js';
import { HelmRelease } from './lib/release.js';
import type { Resources } from './lib/resources.js';

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

/** Issuers that every cluster with this component has. */
export type IssuerName = 'ingress';

export interface CertManagerProps {
  /** Name that browsers show as the issuer of every certificate. @example 'lab platform' */
  readonly authorityName: string;
}

/**
 * Certificates from a private authority: a self-signed root whose key signs everything that the ClusterIssuer `ingress` issues.
 *
 * Source: https://cert-manager.io/docs/configuration/selfsigned/ and the chart's values (v1.21.1)
 */
export class CertManager extends Component {
  constructor(scope: Construct, id: string, props: CertManagerProps) {
    super(scope, id, { namespace: { name: 'cert-manager', podSecurity: 'restricted' }, project: 'security' });
    this.addRelease();
    this.addAuthority(props.authorityName);
  }

  /** The Secret that holds the root certificate; its own key `tls.crt` is what clients must trust. */
  readonly authoritySecret = 'ingress-ca';

  /** A ClusterIssuer that can issue: its authority exists. */
  issuer(name: IssuerName): IssuerRef {
    return this.handle('resources', { group: 'cert-manager.io', kind: 'ClusterIssuer', name } as const);
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
        webhooks: ['acme.cert-manager.io', 'cert-manager.io'],
        podSecurity: 'restricted',
      },
    });
  }

  private addAuthority(commonName: string): void {
    const selfSigned = new Manifest<IClusterIssuer>(this.resources, 'self-signed', {
      apiVersion: 'cert-manager.io/v1',
      kind: 'ClusterIssuer',
      metadata: { name: 'self-signed' },
      spec: { selfSigned: {} },
    });
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
        issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: selfSigned.name },
      },
    });
    const ingress: IssuerName = 'ingress';
    new Manifest<IClusterIssuer>(this.resources, 'ingress', {
      apiVersion: 'cert-manager.io/v1',
      kind: 'ClusterIssuer',
      metadata: { name: ingress },
      spec: { ca: { secretName: this.authoritySecret } },
    });
  }
}
