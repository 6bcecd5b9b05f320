import type { ICiliumLoadBalancerIPPool } from '@kubernetes-models/cilium/cilium.io/v2/CiliumLoadBalancerIPPool';
import type { ICiliumL2AnnouncementPolicy } from '@kubernetes-models/cilium/cilium.io/v2alpha1/CiliumL2AnnouncementPolicy';
import type { Construct } from 'constructs';
import type { Operator, Values } from '../../imports/helm/cilium.js';
import { Component } from '../lib/component.js';
import { type Exposure, exposeService } from '../lib/expose.js';
import type { IngressClassRef, IssuerName, IssuerRef, LoadBalancerRef } from '../lib/handle.js';
import { podSecurityLabels } from '../lib/labels.js';
import { Manifest } from '../lib/manifest.js';
import { HelmRelease } from '../lib/release.js';

// renovate: datasource=helm depName=cilium registryUrl=https://helm.cilium.io/
const chartVersion = '1.20.3';

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
  /** Interfaces that Cilium works on. @default - those that it finds itself @example ['eth0'] */
  readonly devices?: readonly string[];
  /** Load-balancer addresses, announced by ARP. @default - none, somebody else hands them out */
  readonly addresses?: {
    readonly pools: readonly AddressPool[];
    /** Interfaces that answer for the addresses; a subset of `devices`. */
    readonly announcedOn: readonly string[];
  };
  /** Cilium's own ingress controller, with its address and the pool that holds it. @default - none */
  readonly ingress?: { readonly address: string; readonly pool: string };
  /** Schedulable nodes; decides how many operators run. */
  readonly nodeCount: number;
  /** Issues the certificates that Hubble's parts know each other by; private, since their names are. */
  readonly issuer: IssuerRef;
  /** Whether virtual machines run here, which must reach Services past the sockets of their host. @default false */
  readonly hasVirtualMachines?: boolean;
  /** Whether Prometheus scrapes it. @default false */
  readonly isMonitored?: boolean;
}

/**
 * The network: pods, Services without kube-proxy and, where asked for, load-balancer addresses announced by ARP and the ingress
 * controller; and Hubble, which shows the traffic.
 *
 * Source: https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium and the chart's values (1.20.0)
 */
export class Cilium extends Component {
  readonly #hasPools: boolean;

  constructor(scope: Construct, id: string, props: CiliumProps) {
    super(scope, id, { namespace: 'kube-system', project: 'network', bootstrap: true });
    this.#hasPools = props.addresses !== undefined;
    if (props.addresses) {
      this.addPools(props.addresses.pools);
      this.addAnnouncements(props.addresses.announcedOn);
    }
    this.addRelease(props);
  }

  /** The class of the ingress controller, once it has an address. */
  get ingressClass(): IngressClassRef {
    return this.handle('release', { name: 'cilium' });
  }

  /** How a Service asks for one of the addresses; in a child whose addresses its parent hands out, for one of those, whatever the pool. */
  get loadBalancer(): LoadBalancerRef {
    const addressAnnotation = 'lbipam.cilium.io/ips';
    return this.#hasPools
      ? this.handle('base', { addressAnnotation, poolLabel: 'platform/pool' })
      : this.handle('release', { addressAnnotation });
  }

  /** Puts Hubble's interface, which has no login of its own, behind an ingress. */
  exposeHubble(exposure: Exposure, host: string): void {
    exposeService(this.exposure, exposure, { host, service: 'hubble-ui', port: 'http', name: 'hubble-ui', isProtected: true });
  }

  private addRelease(props: CiliumProps): void {
    const { ref: certManagerIssuerRef } = this.release.use(props.issuer);
    const { isMonitored = false } = props;
    new HelmRelease<Values>(this.release, 'cilium', {
      repository: 'https://helm.cilium.io/',
      chart: 'cilium',
      version: chartVersion,
      values: valuesOf(props, hubbleValues(certManagerIssuerRef, isMonitored), isMonitored),
      // Hubble's certificates and all monitors are of kinds that come later.
      firstValues: valuesOf(props, { enabled: false }, false),
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
          ...(props.ingress ? { 'networking.k8s.io': ['IngressClass'] } : {}),
          'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
        },
        namespaced: {
          '': ['ConfigMap', 'Service', 'ServiceAccount'],
          apps: ['DaemonSet', 'Deployment'],
          'cert-manager.io': ['Certificate'],
          ...(props.ingress ? { 'discovery.k8s.io': ['EndpointSlice'] } : {}),
          ...(isMonitored ? { 'monitoring.coreos.com': ['ServiceMonitor'] } : {}),
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        namespaces: ['cilium-secrets'],
        classes: { IngressClass: props.ingress ? ['cilium'] : [] },
        podSecurity: 'privileged',
      },
    });
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

/** @param hubble its part; the rest is the same with and without it. */
function valuesOf(props: CiliumProps, hubble: Values['hubble'], isMonitored: boolean): Values {
  return {
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
    socketLB: props.hasVirtualMachines ? { hostNamespaceOnly: true } : undefined,
    cgroup: { autoMount: { enabled: false }, hostRoot: '/sys/fs/cgroup' },
    devices: props.devices,
    l2announcements: { enabled: props.addresses !== undefined },
    resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '1Gi' } },
    initResources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '512Mi' } },
    cni: { resources: { requests: { cpu: '100m', memory: '10Mi' }, limits: { cpu: '1', memory: '512Mi' } } },
    envoy: { resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } }, prometheus: monitored(isMonitored) },
    // Two operators never share a node.
    operator: {
      replicas: Math.min(2, props.nodeCount),
      resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
      prometheus: monitored(isMonitored),
    },
    secretsNamespaceLabels: podSecurityLabels('restricted'),
    secretsNamespaceAnnotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' },
    ingressController: ingressValues(props.ingress),
    hubble,
    prometheus: isMonitored ? { enabled: true, serviceMonitor: { enabled: true, trustCRDsExist: true } } : undefined,
  };
}

function monitored(isMonitored: boolean): Pick<NonNullable<Operator['prometheus']>, 'enabled' | 'serviceMonitor'> | undefined {
  return isMonitored ? { enabled: true, serviceMonitor: { enabled: true } } : undefined;
}

function ingressValues(ingress: CiliumProps['ingress']): Values['ingressController'] {
  if (!ingress) return { enabled: false };
  const service = { annotations: { 'lbipam.cilium.io/ips': ingress.address }, labels: { 'platform/pool': ingress.pool } };
  return { enabled: true, default: true, loadbalancerMode: 'shared', enforceHttps: true, service };
}

function hubbleValues(certManagerIssuerRef: IssuerName, isMonitored: boolean): Values['hubble'] {
  return {
    enabled: true,
    metrics: isMonitored ? { enabled: ['dns', 'drop', 'tcp', 'flow', 'icmp', 'httpV2'], serviceMonitor: { enabled: true } } : undefined,
    relay: {
      enabled: true,
      resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
      prometheus: monitored(isMonitored),
    },
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
