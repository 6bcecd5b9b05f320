import type { ICiliumLoadBalancerIPPool } from '@kubernetes-models/cilium/cilium.io/v2/CiliumLoadBalancerIPPool';
import type { ICiliumL2AnnouncementPolicy } from '@kubernetes-models/cilium/cilium.io/v2alpha1/CiliumL2AnnouncementPolicy';
import type { Construct } from 'constructs';
import { Component } from './lib/component.js';
import { type Exposure, exposeService } from './lib/expose.js';
import type { IngressClassRef, IssuerRef } from './lib/handle.js';
import { podSecurityLabels } from './lib/labels.js';
import { Manifest } from './lib/manifest.js';
import { HelmRelease } from './lib/release.js';
import type { Resources } from './lib/resources.js';

// renovate: datasource=helm depName=cilium registryUrl=https://helm.cilium.io/
const chartVersion = '1.20.3';

interface CiliumValues {
  readonly ipam: { readonly mode: 'kubernetes' };
  readonly kubeProxyReplacement: boolean;
  readonly k8sServiceHost: string;
  readonly k8sServicePort: number;
  readonly k8sClientRateLimit: { readonly qps: number; readonly burst: number };
  readonly securityContext: {
    readonly capabilities: { readonly ciliumAgent: readonly string[]; readonly cleanCiliumState: readonly string[] };
  };
  readonly cgroup: { readonly autoMount: { readonly enabled: boolean }; readonly hostRoot: string };
  readonly devices: readonly string[];
  readonly l2announcements: { readonly enabled: boolean };
  readonly resources: Resources;
  readonly initResources: Resources;
  readonly cni: { readonly resources: Resources };
  readonly envoy: { readonly resources: Resources };
  readonly operator: { readonly replicas: number; readonly resources: Resources };
  readonly secretsNamespaceLabels: Readonly<Record<string, string>>;
  readonly secretsNamespaceAnnotations: Readonly<Record<string, string>>;
  readonly ingressController: {
    readonly enabled: boolean;
    readonly default: boolean;
    readonly loadbalancerMode: 'shared' | 'dedicated';
    readonly enforceHttps: boolean;
    readonly service: { readonly annotations: Readonly<Record<string, string>>; readonly labels: Readonly<Record<string, string>> };
  };
  readonly hubble: {
    readonly enabled: boolean;
    readonly relay: { readonly enabled: boolean; readonly resources: Resources };
    readonly ui: {
      readonly enabled: boolean;
      readonly ingress: { readonly enabled: boolean };
      readonly backend: { readonly resources: Resources };
      readonly frontend: { readonly resources: Resources };
    };
    readonly tls: {
      readonly auto: {
        readonly enabled: boolean;
        readonly method: 'certmanager';
        /** Days. */
        readonly certValidityDuration: number;
        readonly certManagerIssuerRef: { readonly group: string; readonly kind: string; readonly name: string };
      };
    };
  };
}

/** A range of addresses for Services of type LoadBalancer. */
export interface AddressPool {
  readonly name: string;
  /** First and last address, both included. */
  readonly start: string;
  readonly stop: string;
  /** A pool without it serves only Services that carry the label platform/pool with its name. */
  readonly autoAssign: boolean;
}

export interface CiliumProps {
  /** Interfaces that Cilium works on; each one that addresses are announced on must be here. @example ['eth0'] */
  readonly devices: readonly string[];
  /** Interfaces that answer for load-balancer addresses; a subset of `devices`. */
  readonly announcedOn: readonly string[];
  readonly pools: readonly AddressPool[];
  /** Address of the ingress controller, inside one of `pools`. */
  readonly ingressAddress: string;
  /** Name of the pool that holds `ingressAddress`. */
  readonly ingressPool: string;
  /** Schedulable nodes; decides how many operators run. */
  readonly nodeCount: number;
  /** Issues the certificates that Hubble's parts know each other by. */
  readonly issuer: IssuerRef;
  /** Host name of the Hubble interface. @example 'hubble.example.test' */
  readonly hubbleHost: string;
}

/**
 * The network: pods, Services without kube-proxy, load-balancer addresses announced by ARP, the ingress controller, and Hubble.
 *
 * Source: https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium and the chart's values (1.20.0)
 */
export class Cilium extends Component {
  constructor(scope: Construct, id: string, props: CiliumProps) {
    super(scope, id, { namespace: 'kube-system', project: 'network', bootstrap: true });
    this.addPools(props.pools);
    this.addAnnouncements(props.announcedOn);
    this.addRelease(props);
    const exposure: Exposure = { ingressClass: this.ingressClass, issuer: props.issuer };
    exposeService(this.exposure, exposure, { host: props.hubbleHost, service: 'hubble-ui', port: 'http', name: 'hubble-ui' });
  }

  /** The class of the ingress controller, once it has an address. */
  get ingressClass(): IngressClassRef {
    return this.handle('release', { name: 'cilium' });
  }

  private addRelease(props: CiliumProps): void {
    const certManagerIssuerRef = this.release.use(props.issuer);
    new HelmRelease<CiliumValues>(this.release, 'cilium', {
      repository: 'https://helm.cilium.io/',
      chart: 'cilium',
      version: chartVersion,
      values: {
        ipam: { mode: 'kubernetes' },
        kubeProxyReplacement: true,
        // KubePrism: each Talos node answers for the Kubernetes API on this port, so that Cilium needs no Service to start.
        k8sServiceHost: 'localhost',
        k8sServicePort: 7445,
        // Each announced Service is a lease that is renewed all the time.
        k8sClientRateLimit: { qps: 50, burst: 100 },
        securityContext: {
          capabilities: {
            // Talos loads kernel modules itself and lets no pod do it, so SYS_MODULE is not among them.
            ciliumAgent: [
              'CHOWN',
              'KILL',
              'NET_ADMIN',
              'NET_RAW',
              'IPC_LOCK',
              'SYS_ADMIN',
              'SYS_RESOURCE',
              'DAC_OVERRIDE',
              'FOWNER',
              'SETGID',
              'SETUID',
            ],
            cleanCiliumState: ['NET_ADMIN', 'SYS_ADMIN', 'SYS_RESOURCE'],
          },
        },
        cgroup: { autoMount: { enabled: false }, hostRoot: '/sys/fs/cgroup' },
        devices: props.devices,
        l2announcements: { enabled: true },
        resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '1Gi' } },
        initResources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '512Mi' } },
        cni: { resources: { requests: { cpu: '100m', memory: '10Mi' }, limits: { cpu: '1', memory: '512Mi' } } },
        envoy: { resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } } },
        // Two operators never share a node.
        operator: {
          replicas: Math.min(2, props.nodeCount),
          resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        },
        secretsNamespaceLabels: podSecurityLabels('restricted'),
        secretsNamespaceAnnotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' },
        ingressController: {
          enabled: true,
          default: true,
          loadbalancerMode: 'shared',
          enforceHttps: true,
          service: {
            annotations: { 'lbipam.cilium.io/ips': props.ingressAddress },
            labels: { 'platform/pool': props.ingressPool },
          },
        },
        hubble: this.hubbleValues(certManagerIssuerRef),
      },
      provides: {
        crdsAtRunTime: {
          'cilium.io': [
            'CiliumClusterwideEnvoyConfig',
            'CiliumClusterwideNetworkPolicy',
            'CiliumEnvoyConfig',
            'CiliumL2AnnouncementPolicy',
            'CiliumLoadBalancerIPPool',
            'CiliumNetworkPolicy',
          ],
        },
        cluster: {
          '': ['Namespace'],
          'networking.k8s.io': ['IngressClass'],
          'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
        },
        namespaced: {
          '': ['ConfigMap', 'Service', 'ServiceAccount'],
          apps: ['DaemonSet', 'Deployment'],
          'cert-manager.io': ['Certificate'],
          'discovery.k8s.io': ['EndpointSlice'],
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        namespaces: ['cilium-secrets'],
        classes: { IngressClass: ['cilium'] },
        podSecurity: 'privileged',
      },
    });
  }

  private hubbleValues(certManagerIssuerRef: CiliumValues['hubble']['tls']['auto']['certManagerIssuerRef']): CiliumValues['hubble'] {
    return {
      enabled: true,
      relay: { enabled: true, resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } } },
      ui: {
        enabled: true,
        // Written here, because it belongs to the exposure stage.
        ingress: { enabled: false },
        backend: { resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } } },
        frontend: { resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '64Mi' } } },
      },
      // The default method makes new keys at each render. privateKey must stay unset: the chart would write that key twice.
      tls: { auto: { enabled: true, method: 'certmanager', certValidityDuration: 180, certManagerIssuerRef } },
    };
  }

  /** In `base`: the ingress controller's Service is healthy only once it has an address, and the kinds are there since the bootstrap. */
  private addPools(pools: readonly AddressPool[]): void {
    for (const { name, start, stop, autoAssign } of pools) {
      new Manifest<ICiliumLoadBalancerIPPool>(this.base, `pool-${name}`, {
        apiVersion: 'cilium.io/v2',
        kind: 'CiliumLoadBalancerIPPool',
        metadata: { name },
        spec: { blocks: [{ start, stop }], ...(autoAssign ? {} : { serviceSelector: { matchLabels: { 'platform/pool': name } } }) },
      });
    }
  }

  private addAnnouncements(interfaces: readonly string[]): void {
    new Manifest<ICiliumL2AnnouncementPolicy>(this.base, 'announcements', {
      apiVersion: 'cilium.io/v2alpha1',
      kind: 'CiliumL2AnnouncementPolicy',
      metadata: { name: 'load-balancers' },
      spec: {
        // Regular expressions; a dot separates a VLAN from its interface.
        interfaces: interfaces.map((name) => `^${name.replaceAll('.', '\\.')}$`),
        loadBalancerIPs: true,
        externalIPs: true,
        nodeSelector: { matchLabels: { 'kubernetes.io/os': 'linux' } },
      },
    });
  }
}
