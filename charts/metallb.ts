import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/metallb.js';
import { IpAddressPool, L2Advertisement } from '../imports/metallb.io.js';
import { Component } from './lib/component.js';
import type { LoadBalancerRef } from './lib/handle.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=helm depName=metallb registryUrl=https://metallb.github.io/metallb
const chartVersion = '0.16.1';

export interface MetalLbProps {
  /** Ranges of addresses for Services of type LoadBalancer, at least one. */
  readonly pools: readonly {
    readonly name: string;
    /** First and last address, both included. */
    readonly start: string;
    readonly stop: string;
    /** A pool without it serves only Services that ask for one of its addresses, or for the pool by name. */
    readonly autoAssign: boolean;
  }[];
  /** Whether every node is a control plane: Talos excludes those from load balancing by a label, which is then disregarded. */
  readonly controlPlaneOnly: boolean;
}

/**
 * Addresses for Services of type LoadBalancer, announced by ARP, on clusters where Cilium does not hand them out: with pools of Cilium
 * beside it, two controllers would write the status of the same Services in turn.
 *
 * Source: https://metallb.io/configuration/ and the chart's values (0.16.1)
 */
export class MetalLb extends Component {
  constructor(scope: Construct, id: string, { pools, controlPlaneOnly }: MetalLbProps) {
    // The speaker answers ARP on the host's own interfaces.
    super(scope, id, { namespace: { name: 'metallb-system', podSecurity: 'privileged' }, project: 'network' });
    this.addRelease(controlPlaneOnly);
    this.addPools(pools);
  }

  /** How a Service asks for one of the addresses; any pool gives one out that is asked for, so that no pool needs a label. */
  get loadBalancer(): LoadBalancerRef {
    return this.handle('resources', { addressAnnotation: 'metallb.io/loadBalancerIPs' });
  }

  private addRelease(ignoreExcludeLB: boolean): void {
    new HelmRelease<Values>(this.release, 'metallb', {
      repository: 'https://metallb.github.io/metallb',
      chart: 'metallb',
      version: chartVersion,
      values: {
        crds: { enabled: true, validationFailurePolicy: 'Fail' },
        // BGP, which nothing here speaks; the default is on.
        frrk8s: { enabled: false },
        prometheus: { rbacPrometheus: false, serviceMonitor: { enabled: false }, podMonitor: { enabled: false } },
        controller: {
          webhookMode: 'enabled',
          securityContext: { runAsNonRoot: true, runAsUser: 65534, fsGroup: 65534, seccompProfile: { type: 'RuntimeDefault' } },
          resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        },
        speaker: {
          frr: { enabled: false },
          // The chart takes any key: a misspelt one would announce nothing, silently.
          ignoreExcludeLB,
          excludeInterfaces: { enabled: true },
          memberlist: { enabled: true },
          tolerateMaster: true,
          resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        },
      },
      provides: {
        crds: {
          'metallb.io': [
            'BFDProfile',
            'BGPAdvertisement',
            'BGPPeer',
            'Community',
            'ConfigurationState',
            'IPAddressPool',
            'L2Advertisement',
            'ServiceBGPStatus',
            'ServiceL2Status',
          ],
        },
        cluster: {
          'admissionregistration.k8s.io': ['ValidatingWebhookConfiguration'],
          'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
        },
        namespaced: {
          // The Secret is empty: the controller fills in the certificate of its webhook.
          '': ['ConfigMap', 'Secret', 'Service', 'ServiceAccount'],
          apps: ['DaemonSet', 'Deployment'],
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        webhooks: { 'metallb.io': ['BFDProfile', 'BGPAdvertisement', 'BGPPeer', 'Community', 'IPAddressPool', 'L2Advertisement'] },
        podSecurity: 'privileged',
      },
    });
  }

  /** An address that no L2Advertisement covers is given out and answers to nobody. */
  private addPools(pools: MetalLbProps['pools']): void {
    for (const { name, start, stop, autoAssign } of pools) {
      new IpAddressPool(this.resources, `pool-${name}`, {
        metadata: { name },
        // Addresses that end in .0 or .255, which some devices take for networks and broadcasts, stay unused.
        spec: { addresses: [`${start}-${stop}`], autoAssign, avoidBuggyIPs: true },
      });
    }
    new L2Advertisement(this.resources, 'announcements', {
      metadata: { name: 'load-balancers' },
      spec: { ipAddressPools: pools.map(({ name }) => name) },
    });
  }
}
