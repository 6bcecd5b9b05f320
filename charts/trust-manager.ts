import type { IBundle } from '@kubernetes-models/cert-manager/trust.cert-manager.io/v1alpha1/Bundle';
import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/trust-manager.js';
import { Component } from './lib/component.js';
import type { IssuerRef, NamespaceRef, TrustBundleRef } from './lib/handle.js';
import { trustLabel } from './lib/labels.js';
import { Manifest } from './lib/manifest.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=helm depName=trust-manager registryUrl=https://charts.jetstack.io
const chartVersion = 'v0.24.0';

export interface TrustManagerProps {
  /** Namespace of cert-manager: sources of a bundle are read there and nowhere else. */
  readonly namespace: NamespaceRef;
  /** Issuer whose authority the bundle holds; the bundle waits for it. */
  readonly issuer: IssuerRef;
  /** Secret of that authority, in `namespace`. Its key `tls.crt` is the root certificate. */
  readonly authoritySecret: string;
}

/**
 * Public roots and the platform's own, as a ConfigMap in every Namespace that trusts the platform.
 *
 * Source: https://cert-manager.io/docs/trust/trust-manager/ and the chart's values (v0.24.0)
 */
export class TrustManager extends Component {
  /** Name of the Bundle and of the ConfigMap that it makes. */
  private static readonly bundleName = 'platform-ca';
  private static readonly bundleKey = 'ca-bundle.crt';

  constructor(scope: Construct, id: string, props: TrustManagerProps) {
    super(scope, id, { namespace: props.namespace, project: 'security' });
    this.addRelease();
    this.resources.use(props.issuer);
    new Manifest<IBundle>(this.resources, 'bundle', {
      apiVersion: 'trust.cert-manager.io/v1alpha1',
      kind: 'Bundle',
      metadata: { name: TrustManager.bundleName },
      spec: {
        // The root keeps its key when it is renewed, so that old and new copies of it verify the same leaves.
        sources: [{ useDefaultCAs: true }, { secret: { name: props.authoritySecret, key: 'tls.crt' } }],
        target: { configMap: { key: TrustManager.bundleKey }, namespaceSelector: { matchLabels: { ...trustLabel } } },
      },
    });
  }

  /** The bundle, in namespaces with `trustsPlatform`. */
  get bundle(): TrustBundleRef {
    return this.handle('resources', { configMap: TrustManager.bundleName, key: TrustManager.bundleKey });
  }

  private addRelease(): void {
    new HelmRelease<Values>(this.release, 'trust-manager', {
      repository: 'https://charts.jetstack.io',
      chart: 'trust-manager',
      version: chartVersion,
      values: {
        crds: { enabled: true, keep: true },
        // A certificate made by Helm would be another one at each render; cert-manager makes it instead.
        app: { trust: { namespace: this.namespaceName }, webhook: { tls: { helmCert: { enabled: false } } } },
        defaultPackage: { enabled: true, resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } } },
        resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
      },
      provides: {
        crds: { 'trust.cert-manager.io': ['Bundle'] },
        cluster: {
          'admissionregistration.k8s.io': ['ValidatingWebhookConfiguration'],
          'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
        },
        namespaced: {
          '': ['Service', 'ServiceAccount'],
          apps: ['Deployment'],
          'cert-manager.io': ['Certificate', 'Issuer'],
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        webhooks: { 'trust.cert-manager.io': ['Bundle'] },
        podSecurity: 'restricted',
      },
    });
  }
}
