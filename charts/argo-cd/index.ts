import type { Construct } from 'constructs';
import type { Server, Values } from '../../imports/helm/argo-cd.js';
import { argoCdNamespace } from '../lib/argo-cd/settings.js';
import { Component } from '../lib/component.js';
import { type Exposure, exposeService } from '../lib/expose.js';
import type { TrustBundleRef } from '../lib/handle.js';
import { declareClientSecret } from '../lib/oidc.js';
import { HelmRelease } from '../lib/release.js';
import { DeclaredSecret } from '../lib/secret.js';
import { healthChecks } from './health.js';
import { type ArgoCdLogin, clientSecret, loginSettings, rbacOf } from './login.js';

export type { ArgoCdLogin } from './login.js';

// renovate: datasource=helm depName=argo-cd registryUrl=https://argoproj.github.io/argo-helm
const chartVersion = '10.4.1';

export interface ArgoCdProps {
  /** Host name of the interface. @example 'argocd.example.test' */
  readonly host: string;
  readonly exposure: Exposure;
  /** Name of this instance, unique among all that see one cluster or repository. @example 'lab' */
  readonly installation: string;
  /** Authorities that it trusts besides the public ones, for Git servers and identity providers of the platform. @default - those of `login` */
  readonly trust?: TrustBundleRef | undefined;
  /** @default - the local administrator, and nobody else */
  readonly login?: ArgoCdLogin | undefined;
  /** Whether Prometheus scrapes it. @default false */
  readonly isMonitored?: boolean;
}

/**
 * Argo CD, managing itself. TLS ends at the ingress controller; the local administrator's first password is in the Secret
 * argocd-initial-admin-secret, which Argo CD makes.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/ and the chart's values (10.1.2)
 */
export class ArgoCd extends Component {
  /** @throws {Problems} when the login can be none. */
  constructor(scope: Construct, id: string, props: ArgoCdProps) {
    const trust = props.trust ?? props.login?.trust;
    const namespace = { name: argoCdNamespace, podSecurity: 'restricted', trustsPlatform: trust !== undefined } as const;
    super(scope, id, { namespace, project: 'gitops', bootstrap: true });
    this.declareRepository();
    this.addRelease({ ...props, trust });
    exposeService(this.exposure, props.exposure, {
      host: props.host,
      service: 'argocd-server',
      port: 'http',
      name: 'argocd-server',
      isProtected: true,
    });
  }

  /** Source: docs/operator-manual/declarative-setup.md of Argo CD (v3.5.1) */
  private declareRepository(): void {
    new DeclaredSecret(this.base, 'repository', {
      name: 'repository',
      labels: { 'argocd.argoproj.io/secret-type': 'repository' },
      keys: {
        type: 'the word git',
        url: 'URL of this repository, the same text as repoURL in the Applications',
        username: 'user of the Git repository',
        password: 'token that may read it',
      },
      consumer: 'Argo CD, to read this repository',
      // The root Application comes before any store.
      filledBy: 'bootstrap',
    });
  }

  private addRelease({ host, installation, trust, login, isMonitored = false }: ArgoCdProps): void {
    // It is read while Argo CD runs: the release, which changes how people log in, must not wait for a store of secrets.
    const secret = login && declareClientSecret(this.exposure, login, clientSecret);
    const trusting = trust ? trustingPod(this.release.use(trust).configMap) : {};
    const valuesOf = (isMonitored: boolean): Values => ({
      global: { domain: host, networkPolicy: { create: true } },
      crds: {
        install: true,
        keep: true,
        // Pruning one would remove every Application of the cluster. The first is the default of the chart.
        annotations: { 'argocd.argoproj.io/sync-options': 'ServerSideApply=true,Prune=false,Delete=false' },
      },
      configs: {
        cm: {
          ...loginSettings(login, secret),
          'application.resourceTrackingMethod': 'annotation',
          installationID: installation,
          'resource.compareoptions': 'ignoreAggregatedRoles: true\n',
          ...healthChecks(),
          ...ignoreInjectedAuthorities,
        },
        // The ingress controller speaks plain HTTP to it; with TLS on both it would redirect for ever.
        params: { 'server.insecure': true },
        rbac: rbacOf(this.node.id, login),
      },
      controller: {
        replicas: 1,
        resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '2Gi' } },
        ...monitored(isMonitored),
      },
      server: {
        replicas: 1,
        ingress: { enabled: false },
        certificate: { enabled: false },
        resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        ...trusting,
        ...monitored(isMonitored),
      },
      repoServer: {
        replicas: 1,
        resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
        copyutil: { resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } } },
        ...trusting,
        ...monitored(isMonitored),
      },
      applicationSet: {
        replicas: 1,
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        ...monitored(isMonitored),
      },
      redis: { resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } } },
      // A Helm hook that makes the password of Redis where none is, so that no person has to.
      redisSecretInit: { enabled: true, resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } } },
      dex: { enabled: false },
      notifications: { enabled: false },
      commitServer: { enabled: false },
    });
    new HelmRelease<Values>(this.release, 'argocd', {
      repository: 'https://argoproj.github.io/argo-helm',
      chart: 'argo-cd',
      version: chartVersion,
      values: valuesOf(isMonitored),
      // Monitors are of a kind that comes later.
      firstValues: valuesOf(false),
      provides: {
        crds: { 'argoproj.io': ['AppProject', 'Application', 'ApplicationSet'] },
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'] },
        namespaced: {
          '': ['ConfigMap', 'Secret', 'Service', 'ServiceAccount'],
          apps: ['Deployment', 'StatefulSet'],
          batch: ['Job'],
          ...(isMonitored ? { 'monitoring.coreos.com': ['ServiceMonitor'] } : {}),
          'networking.k8s.io': ['NetworkPolicy'],
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        podSecurity: 'restricted',
      },
    });
  }
}

function monitored(isMonitored: boolean): Pick<Server, 'metrics'> {
  return isMonitored ? { metrics: { enabled: true, serviceMonitor: { enabled: true } } } : {};
}

/** Optional, since the bundle comes after the first start. Go reads every directory of SSL_CERT_DIR. */
function trustingPod(configMap: string): Pick<Server, 'env' | 'volumes' | 'volumeMounts'> {
  const mountPath = '/etc/platform-trust';
  return {
    env: [{ name: 'SSL_CERT_DIR', value: `/etc/ssl/certs:${mountPath}` }],
    volumes: [{ name: 'platform-trust', configMap: { name: configMap, optional: true } }],
    volumeMounts: [{ name: 'platform-trust', mountPath, readOnly: true }],
  };
}

/** cert-manager writes the authority into webhooks after Argo CD has applied them. */
const ignoreInjectedAuthorities = {
  'resource.customizations.ignoreDifferences.admissionregistration.k8s.io_MutatingWebhookConfiguration':
    "jqPathExpressions: ['.webhooks[]?.clientConfig.caBundle']\n",
  'resource.customizations.ignoreDifferences.admissionregistration.k8s.io_ValidatingWebhookConfiguration':
    "jqPathExpressions: ['.webhooks[]?.clientConfig.caBundle']\n",
  'resource.customizations.ignoreDifferences.apiextensions.k8s.io_CustomResourceDefinition':
    "jqPathExpressions: ['.spec.conversion.webhook.clientConfig.caBundle']\n",
  'resource.customizations.ignoreDifferences.apiregistration.k8s.io_APIService': "jqPathExpressions: ['.spec.caBundle']\n",
};
