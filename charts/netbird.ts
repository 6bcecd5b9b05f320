import type { IIngressRoute } from '@kubernetes-models/traefik/traefik.io/v1alpha1/IngressRoute';
import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/netbird.js';
import { addLeafCertificate } from './lib/certificate.js';
import { Component } from './lib/component.js';
import type { IssuerRef, LoadBalancerRef, StorageClassRef } from './lib/handle.js';
import { Manifest } from './lib/manifest.js';
import { HelmRelease } from './lib/release.js';
import { DeclaredSecret } from './lib/secret.js';

// renovate: datasource=helm depName=netbird registryUrl=https://netbirdio.github.io/helms
const chartVersion = '2.0.0';

const configPath = '/etc/netbird-secret';
const stunPort = 3478;
/** What the chart puts on the pod of the server. */
const serverLabels = { 'app.kubernetes.io/name': 'netbird-management', 'app.kubernetes.io/instance': 'netbird' };

export interface NetbirdProps {
  /** Host name of the dashboard, and of what peers reach at TCP 443. @example 'netbird.example.test' */
  readonly host: string;
  /** Signs for the host. Peers must trust it too, so that a private authority must be on each of them. */
  readonly issuer: IssuerRef;
  readonly storageClass: StorageClassRef;
  /** Size of the volume with the database, as a Kubernetes quantity. Without backup every peer enrols anew. @default '1Gi' */
  readonly volumeSize?: string;
  /**
   * Its own STUN server. Peers ask the host itself at UDP 3478, so that what answers for the host must pass that port on to the address. Where
   * Cilium announces it by ARP, any node may answer, and one without the server drops the packets.
   *
   * @default - none: the configuration names others under `server.stuns`
   */
  readonly stun?: {
    /** Fixed address of the load balancer. @example '192.0.2.20' */
    readonly address: string;
    /** Who hands out the address, and the pool that holds it. */
    readonly loadBalancer: LoadBalancerRef;
    readonly pool: string;
  };
}

/**
 * Control plane of a WireGuard network: one server for management, signal, relay, STUN and login, and its dashboard. Peers and routers run
 * elsewhere. The server is always its own identity provider; another one becomes a connector, which people add in the dashboard.
 *
 * Routes are Traefik's, because gRPC and WebSockets share a port, and only Traefik can be told for each path how to speak to it.
 *
 * Source: https://github.com/netbirdio/helms (chart 2.0.0), https://github.com/netbirdio/netbird/blob/v0.67.1/combined/cmd/config.go
 */
export class Netbird extends Component {
  constructor(scope: Construct, id: string, props: NetbirdProps) {
    // The dashboard is nginx as root on port 80.
    super(scope, id, { namespace: { name: 'netbird', podSecurity: 'baseline' }, project: 'network' });
    this.addRelease(props, this.declareConfiguration(props));
    this.addRoutes(props);
    if (props.stun) this.addStunService(props.stun);
  }

  /** Everything is one file, secrets among it, and nothing in it can come from elsewhere. */
  private declareConfiguration({ host, stun }: NetbirdProps): string {
    const { props } = new DeclaredSecret(this.base, 'config', {
      name: 'netbird-config',
      keys: {
        'config.yaml':
          `YAML: server: {listenAddress: ":8080", exposedAddress: "https://${host}:443", ` +
          `${stun ? `stunPorts: [${stunPort}]` : 'stuns: [{uri: "stun:<host>:<port>"}]'}, dataDir: /var/lib/netbird/, ` +
          `authSecret: random text, disableAnonymousMetrics: true, disableGeoliteUpdate: true, ` +
          `store: {engine: sqlite, encryptionKey: 32 random bytes in base64, which never change}, ` +
          `auth: {issuer: "https://${host}/oauth2", signKeyRefreshEnabled: true, ` +
          `dashboardRedirectURIs: ["https://${host}/nb-auth", "https://${host}/nb-silent-auth"], ` +
          `cliRedirectURIs: ["http://localhost:53000/"], owner: {email, password of the first administrator}}}`,
      },
      consumer: "Netbird's server",
    });
    return props.name;
  }

  private addRelease({ host, storageClass, volumeSize = '1Gi' }: NetbirdProps, secretName: string): void {
    const url = `https://${host}`;
    new HelmRelease<Values>(this.release, 'netbird', {
      repository: 'https://netbirdio.github.io/helms',
      chart: 'netbird',
      version: chartVersion,
      values: {
        management: {
          enabled: true,
          // The database is a file.
          replicaCount: 1,
          podCommand: { args: ['--config', `${configPath}/config.yaml`] },
          // The chart's way to put secrets into it is an init container without limits and with a moving tag.
          configYaml: '# The configuration is in the Secret netbird-config.',
          containerPort: 8080,
          stunContainerPort: stunPort,
          metrics: { enabled: false, port: 9090 },
          service: { type: 'ClusterIP', port: 80, name: 'http' },
          useBackwardsGrpcService: false,
          persistentVolume: {
            enabled: true,
            size: volumeSize,
            storageClass: this.release.use(storageClass).name,
            accessModes: ['ReadWriteOnce'],
          },
          deploymentAnnotations: { 'reloader.stakater.com/auto': 'true' },
          podSecurityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            runAsGroup: 1000,
            fsGroup: 1000,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
          affinity: besideItself,
          volumes: [{ name: 'secret-config', secret: { secretName } }],
          volumeMounts: [{ name: 'secret-config', mountPath: configPath, readOnly: true }],
          ingress: { enabled: false },
          ingressGrpc: { enabled: false },
        },
        dashboard: {
          enabled: true,
          resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
          podSecurityContext: { seccompProfile: { type: 'RuntimeDefault' } },
          ingress: { enabled: false },
          env: {
            NETBIRD_MGMT_API_ENDPOINT: url,
            NETBIRD_MGMT_GRPC_API_ENDPOINT: url,
            AUTH_AUDIENCE: 'netbird-dashboard',
            AUTH_CLIENT_ID: 'netbird-dashboard',
            // A page in a browser keeps no secret.
            AUTH_CLIENT_SECRET: '',
            AUTH_AUTHORITY: `${url}/oauth2`,
            USE_AUTH0: 'false',
            AUTH_SUPPORTED_SCOPES: 'openid profile email groups',
            AUTH_REDIRECT_URI: '/nb-auth',
            AUTH_SILENT_REDIRECT_URI: '/nb-silent-auth',
            NGINX_SSL_PORT: '443',
            LETSENCRYPT_DOMAIN: 'none',
          },
        },
        metrics: { serviceMonitor: { enabled: false } },
      },
      provides: {
        namespaced: { '': ['ConfigMap', 'PersistentVolumeClaim', 'Service', 'ServiceAccount'], apps: ['Deployment'] },
        podSecurity: 'baseline',
      },
    });
  }

  private addRoutes({ host, issuer }: NetbirdProps): void {
    const secretName = addLeafCertificate(this.exposure, 'certificate', { name: 'netbird-tls', dnsNames: [host], issuer });
    const pathsOf = (...paths: string[]) => `Host(\`${host}\`) && (${paths.map((path) => `PathPrefix(\`${path}\`)`).join(' || ')})`;
    const server = { name: 'netbird-management', port: 80 };
    new Manifest<IIngressRoute>(this.exposure, 'routes', {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'IngressRoute',
      metadata: { name: 'netbird' },
      spec: {
        entryPoints: ['websecure'],
        routes: [
          {
            kind: 'Rule',
            match: pathsOf('/management.ManagementService/', '/signalexchange.SignalExchange/'),
            services: [{ ...server, scheme: 'h2c' }],
          },
          { kind: 'Rule', match: pathsOf('/api', '/oauth2', '/relay', '/ws-proxy'), services: [server] },
          { kind: 'Rule', match: `Host(\`${host}\`)`, services: [{ name: 'netbird-dashboard', port: 80 }] },
        ],
        tls: { secretName },
      },
    });
  }

  private addStunService({ address, loadBalancer, pool }: NonNullable<NetbirdProps['stun']>): void {
    const { addressAnnotation, poolLabel } = this.exposure.use(loadBalancer);
    new k8s.KubeService(this.exposure, 'stun', {
      metadata: {
        name: 'netbird-stun',
        annotations: { [addressAnnotation]: address },
        labels: poolLabel === undefined ? {} : { [poolLabel]: pool },
      },
      spec: {
        type: 'LoadBalancer',
        // STUN tells peers where their packets come from, which Cluster would hide. There is one pod, and only its node answers.
        externalTrafficPolicy: 'Local',
        selector: serverLabels,
        ports: [{ name: 'stun', port: stunPort, targetPort: k8s.IntOrString.fromString('stun'), protocol: 'UDP' }],
      },
    });
  }
}

/**
 * The volume goes to one node at a time, and the chart knows no strategy but to start the new pod first: on another node it would wait for
 * the volume for ever.
 */
const besideItself = {
  podAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: serverLabels } },
    ],
  },
};
