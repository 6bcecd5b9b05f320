import type { IIngressRoute } from '@kubernetes-models/traefik/traefik.io/v1alpha1/IngressRoute';
import type { Construct } from 'constructs';
import type { Values } from '../../imports/helm/traefik.js';
import { addLeafCertificate } from '../lib/certificate.js';
import { Component } from '../lib/component.js';
import type { Handle, IngressClassRef, IssuerRef, LoadBalancerRef } from '../lib/handle.js';
import { Manifest } from '../lib/manifest.js';
import { HelmRelease } from '../lib/release.js';

// renovate: datasource=helm depName=traefik registryUrl=https://traefik.github.io/charts
const chartVersion = '41.6.0';

const defaultCertificate = 'default-tls';

export interface TraefikProps {
  /** Fixed address of the load balancer. @example '192.168.208.70' */
  readonly address: string;
  /** Who hands out the address. */
  readonly loadBalancer: LoadBalancerRef;
  /** The pool that holds it, for who asks for one. @default - whichever does */
  readonly pool?: string | undefined;
  /** Networks that may open connections to it. @default - whoever can route to it @example ['192.0.2.0/24'] */
  readonly allowedSources?: readonly string[] | undefined;
  /** Schedulable nodes; decides how many proxies run. */
  readonly nodeCount: number;
  /** Domain of the certificate for hosts without one of their own. @example 'dev.example.test' */
  readonly domain: string;
  /** Signs that certificate, so that it must sign wildcards: `wildcardIssuer` of cert-manager. */
  readonly issuer: IssuerRef;
  /** Whether Prometheus scrapes it. @default false */
  readonly isMonitored?: boolean;
}

/** What puts a route of Traefik's own behind a login. */
export type MiddlewareRef = Handle<{ readonly name: string; readonly namespace: string }>;

/**
 * The ingress controller: plain HTTP is sent to HTTPS, TLS 1.2 is the least, and a host without a certificate gets that of the domain.
 *
 * Source: https://doc.traefik.io/traefik/ (v3.7) and the chart's values (41.3.0)
 */
export class Traefik extends Component {
  constructor(scope: Construct, id: string, props: TraefikProps) {
    super(scope, id, { namespace: { name: 'traefik', podSecurity: 'restricted' }, project: 'network' });
    this.addRelease(props);
    const dnsNames = [`*.${props.domain}`, props.domain] as const;
    addLeafCertificate(this.resources, 'default-certificate', { name: defaultCertificate, dnsNames: [...dnsNames], issuer: props.issuer });
  }

  /** The class of the ingress controller, once it has an address. */
  get ingressClass(): IngressClassRef {
    return this.handle('release', { name: 'traefik' });
  }

  /** Puts the dashboard on a host of its own, behind a login, since it has none. */
  exposeDashboard(host: string, issuer: IssuerRef, login: MiddlewareRef): void {
    const secretName = addLeafCertificate(this.exposure, 'dashboard-certificate', { name: 'dashboard-tls', dnsNames: [host], issuer });
    new Manifest<IIngressRoute>(this.exposure, 'dashboard', {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'IngressRoute',
      metadata: { name: 'dashboard' },
      spec: {
        entryPoints: ['websecure'],
        routes: [
          {
            kind: 'Rule',
            match: `Host(\`${host}\`)`,
            middlewares: [{ ...this.exposure.use(login) }],
            services: [{ kind: 'TraefikService', name: 'api@internal' }],
          },
        ],
        tls: { secretName },
      },
    });
  }

  private addRelease({ address, loadBalancer, pool, allowedSources, nodeCount, isMonitored = false }: TraefikProps): void {
    const { addressAnnotation, poolLabel } = this.release.use(loadBalancer);
    const replicas = Math.min(2, nodeCount);
    const labelSelector = { matchLabels: { 'app.kubernetes.io/name': 'traefik' } };
    new HelmRelease<Values>(this.release, 'traefik', {
      repository: 'https://traefik.github.io/charts',
      chart: 'traefik',
      version: chartVersion,
      values: {
        deployment: { kind: 'Deployment', replicas },
        podDisruptionBudget: replicas > 1 ? { enabled: true, maxUnavailable: 1 } : { enabled: false },
        ingressClass: { enabled: true, isDefaultClass: true, name: 'traefik' },
        // A host with two conflicting options is refused instead of getting the default ones.
        core: { strictTLSOptions: true },
        ingressRoute: { dashboard: { enabled: false }, healthcheck: { enabled: false } },
        providers: {
          kubernetesCRD: {
            enabled: true,
            // The login is one Middleware in the namespace of its component, and every protected service names it.
            allowCrossNamespace: true,
            allowExternalNameServices: false,
            defaultTLSResourcesNamespace: this.namespaceName,
          },
          // The status of Ingresses, without which Argo CD would wait for them for ever.
          kubernetesIngress: { enabled: true, allowExternalNameServices: false, publishedService: { enabled: true } },
          kubernetesGateway: { enabled: false },
        },
        ports: {
          web: { http: { redirections: { entryPoint: { to: 'websecure', scheme: 'https', permanent: true } } } },
          websecure: { http: { tls: { enabled: true } } },
        },
        tlsOptions: { default: { minVersion: 'VersionTLS12', sniStrict: false } },
        tlsStore: { default: { defaultCertificate: { secretName: defaultCertificate } } },
        service: {
          annotations: { [addressAnnotation]: address },
          labels: poolLabel === undefined || pool === undefined ? {} : { [poolLabel]: pool },
          // With Local, only the node that answers ARP for the address would serve, and it may run no proxy.
          spec: {
            type: 'LoadBalancer',
            externalTrafficPolicy: 'Cluster',
            ...(allowedSources ? { loadBalancerSourceRanges: allowedSources } : {}),
          },
        },
        metrics: { prometheus: { service: { enabled: isMonitored }, disableAPICheck: true, serviceMonitor: { enabled: isMonitored } } },
        log: { level: 'INFO', format: 'json' },
        accessLog: { enabled: true, format: 'json' },
        global: { checkNewVersion: false, sendAnonymousUsage: false },
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
        podSecurityContext: { runAsGroup: 65532, runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector },
        ],
      },
      provides: {
        crds: {
          'hub.traefik.io': [...hubKinds],
          'traefik.io': [
            'IngressRoute',
            'IngressRouteTCP',
            'IngressRouteUDP',
            'Middleware',
            'MiddlewareTCP',
            'ServersTransport',
            'ServersTransportTCP',
            'TLSOption',
            'TLSStore',
            'TraefikService',
          ],
        },
        cluster: { 'networking.k8s.io': ['IngressClass'], 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'] },
        namespaced: {
          '': ['Service', 'ServiceAccount'],
          apps: ['Deployment'],
          ...(isMonitored ? { 'monitoring.coreos.com': ['ServiceMonitor'] } : {}),
          ...(replicas > 1 ? { policy: ['PodDisruptionBudget'] } : {}),
          'traefik.io': ['TLSOption', 'TLSStore'],
        },
        classes: { IngressClass: ['traefik'] },
        podSecurity: 'restricted',
      },
    });
  }
}

/** Kinds of a commercial product whose definitions the chart ships too. */
const hubKinds = [
  'AccessControlPolicy',
  'AIService',
  'API',
  'APIAuth',
  'APIBundle',
  'APICatalogItem',
  'APIPlan',
  'APIPortal',
  'APIPortalAuth',
  'APIRateLimit',
  'APIVersion',
  'ContentItem',
  'ManagedApplication',
  'ManagedSubscription',
  'Uplink',
] as const;
