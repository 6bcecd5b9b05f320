import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/headlamp.js';
import { Component } from './lib/component.js';
import { type Exposure, exposeService } from './lib/expose.js';
import { declareClientSecret, type OidcClient, oidcScopes } from './lib/oidc.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=helm depName=headlamp registryUrl=https://kubernetes-sigs.github.io/headlamp/
const chartVersion = '0.44.0';

const viewer = 'headlamp-viewer';
const trustPath = '/etc/platform-trust';

/** The key is the name of a variable: the chart takes the whole Secret for its environment. */
const clientSecret = { name: 'headlamp-oidc', key: 'OIDC_CLIENT_SECRET', consumer: 'Headlamp, when somebody logs in' };

export interface HeadlampProps {
  /** Host name of the web interface. @example 'headlamp.example.test' */
  readonly host: string;
  readonly exposure: Exposure;
  /**
   * Its issuer is that of the API server, letter by letter, and its id an audience that the API server takes, because the API server gets the
   * token that people log in with. Its redirect URI is https://<host>/oidc-callback.
   *
   * @default - people paste a token of the ServiceAccount `headlamp-viewer`, who may look at things and change none
   */
  readonly oidc?: OidcClient;
}

/**
 * Web interface of the cluster. It has no rights of its own: everybody acts with the token of their login, so that what they may do is a
 * matter of the API server.
 *
 * Without a provider, `kubectl -n headlamp create token headlamp-viewer` makes such a token, which is gone after an hour.
 *
 * Source: https://headlamp.dev/docs/latest/installation/in-cluster/ and the chart's values (0.44.0)
 */
export class Headlamp extends Component {
  constructor(scope: Construct, id: string, props: HeadlampProps) {
    const trustsPlatform = props.oidc?.trust !== undefined;
    super(scope, id, { namespace: { name: 'headlamp', podSecurity: 'restricted', trustsPlatform }, project: 'apps' });
    this.addRelease(props);
    if (props.oidc === undefined) this.addViewer();
    exposeService(this.exposure, props.exposure, { host: props.host, service: 'headlamp', port: 'http', name: 'headlamp' });
  }

  private addRelease({ host, oidc }: HeadlampProps): void {
    const trust = oidc?.trust && this.release.use(oidc.trust);
    const secret = oidc && declareClientSecret(this.base, oidc, clientSecret);
    new HelmRelease<Values>(this.release, 'headlamp', {
      repository: 'https://kubernetes-sigs.github.io/headlamp/',
      chart: 'headlamp',
      version: chartVersion,
      values: {
        replicaCount: 1,
        // The default gives its ServiceAccount cluster-admin.
        clusterRoleBinding: { create: false },
        serviceAccount: { create: true },
        config: {
          inCluster: true,
          watchPlugins: false,
          unsafeUseServiceAccountToken: false,
          oidc: {
            secret: { create: false },
            // Without it, for a public client, the chart takes what stands in `env`.
            externalSecret: secret ? { enabled: true, name: secret.props.name, hasScopes: true } : { enabled: false },
          },
        },
        env: [
          ...(oidc ? environmentOf(host, oidc) : []),
          // Go reads every directory of SSL_CERT_DIR.
          ...(trust ? [{ name: 'SSL_CERT_DIR', value: `/etc/ssl/certs:${trustPath}` }] : []),
        ],
        deploymentAnnotations: { 'reloader.stakater.com/auto': 'true' },
        podSecurityContext: { seccompProfile: { type: 'RuntimeDefault' } },
        // Whoever gives any of it loses the chart's own defaults.
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 100,
          runAsGroup: 101,
          privileged: false,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        },
        resources: { requests: { cpu: '10m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        volumes: trust ? [{ name: 'platform-trust', configMap: { name: trust.configMap } }] : [],
        volumeMounts: trust ? [{ name: 'platform-trust', mountPath: trustPath, readOnly: true }] : [],
        // It downloads npm packages as root whenever the pod starts.
        pluginsManager: { enabled: false },
        ingress: { enabled: false },
        httpRoute: { enabled: false },
      },
      provides: { namespaced: { '': ['Service', 'ServiceAccount'], apps: ['Deployment'] }, podSecurity: 'restricted' },
    });
  }

  /** `view` shows no Secrets, and nothing that belongs to no namespace. */
  private addViewer(): void {
    new k8s.KubeServiceAccount(this.resources, 'viewer', { metadata: { name: viewer }, automountServiceAccountToken: false });
    new k8s.KubeClusterRoleBinding(this.resources, 'viewer-binding', {
      metadata: { name: viewer },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: viewer, namespace: this.namespaceName }],
    });
  }
}

/** What the arguments of Headlamp are filled from; one that is missing would stand there as "$(OIDC_...)". Only the secret is no plain text. */
function environmentOf(host: string, { issuerUrl, clientId }: OidcClient) {
  return [
    { name: 'OIDC_CLIENT_ID', value: clientId },
    { name: 'OIDC_ISSUER_URL', value: issuerUrl },
    { name: 'OIDC_SCOPES', value: oidcScopes.join(',') },
    { name: 'OIDC_CALLBACK_URL', value: `https://${host}/oidc-callback` },
    { name: 'OIDC_USE_PKCE', value: 'true' },
  ];
}
