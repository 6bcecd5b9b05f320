import { listOf, recordOf, textsOf, valueAt } from '../../../charts/lib/untyped.js';
import type { AddressPool } from './address-pools.js';
import type { LoadBalancer } from './load-balancers.js';
import { selects } from './pods.js';
import type { ClusterView, SeenObject } from './view.js';

/** Something that lets nodes answer ARP for load-balancer addresses. */
export interface Announcement {
  readonly at: SeenObject;
  readonly owner: 'cilium' | 'metallb';
  /** Its interfaces; empty for all of them. They are regular expressions for Cilium and names for MetalLB. */
  readonly interfaces: readonly string[];
  /** Any of them selects a node; empty for all nodes. */
  readonly nodeSelectors: readonly unknown[];
}

/**
 * Announcements by ARP: the policies of Cilium that do so for load-balancer addresses, and the L2Advertisements of MetalLB.
 *
 * Source: https://docs.cilium.io/en/v1.20/network/l2-announcements/, https://metallb.io/configuration/_advanced_l2_configuration/ (0.16)
 */
export function listAnnouncements(view: ClusterView): readonly Announcement[] {
  const policies = view.of('CiliumL2AnnouncementPolicy.cilium.io').flatMap((at): Announcement[] => {
    const { loadBalancerIPs, interfaces, nodeSelector } = recordOf(at.manifest['spec']);
    if (loadBalancerIPs !== true) return [];
    return [{ at, owner: 'cilium', interfaces: textsOf(interfaces), nodeSelectors: nodeSelector === undefined ? [] : [nodeSelector] }];
  });
  const advertisements = view.of('L2Advertisement.metallb.io').map((at): Announcement => {
    const { interfaces, nodeSelectors } = recordOf(at.manifest['spec']);
    return { at, owner: 'metallb', interfaces: textsOf(interfaces), nodeSelectors: listOf(nodeSelectors) };
  });
  return [...policies, ...advertisements];
}

/** Whether addresses are announced by BGP too, which is not looked into. */
export function hasBgp(view: ClusterView): boolean {
  const kinds = ['CiliumBGPClusterConfig.cilium.io', 'CiliumBGPPeeringPolicy.cilium.io', 'BGPAdvertisement.metallb.io'];
  return (
    view.of(...kinds).length > 0 || view.releasesOf('cilium').some(({ values }) => valueAt(values, 'bgpControlPlane.enabled') === true)
  );
}

/** Whether an announcement is for a pool; Cilium's are for Services, whatever their pool. */
export function coversPool({ at, owner }: Announcement, pool: AddressPool): boolean {
  if (owner !== pool.owner) return false;
  if (owner === 'cilium') return true;
  const { ipAddressPools, ipAddressPoolSelectors } = recordOf(at.manifest['spec']);
  const [names, selectors] = [textsOf(ipAddressPools), listOf(ipAddressPoolSelectors)];
  const labels = recordOf(pool.at.manifest.metadata.labels);
  return names.length + selectors.length === 0 || names.includes(pool.name) || selectors.some((one) => selects(one, labels));
}

/** Whether an announcement of Cilium's is for a Service. */
export function coversService({ at, owner }: Announcement, { labels, namespace, name, hasAllLabels }: LoadBalancer): boolean {
  const selector = owner === 'cilium' ? recordOf(at.manifest['spec'])['serviceSelector'] : undefined;
  const all = { ...labels, 'io.kubernetes.service.namespace': namespace, 'io.kubernetes.service.name': name };
  return !hasAllLabels || selects(selector, all);
}

/**
 * Whether an announcement leaves all of some nodes out; false where a label decides that nobody here knows.
 *
 * @param nodes their labels.
 */
export function excludesAll({ nodeSelectors }: Announcement, nodes: readonly Readonly<Record<string, string>>[]): boolean {
  if (nodeSelectors.length === 0 || nodes.length === 0) return false;
  return nodeSelectors.every((selector) => !asksForUnknown(selector, nodes) && nodes.every((labels) => !selects(selector, labels)));
}

function asksForUnknown(selector: unknown, nodes: readonly Readonly<Record<string, string>>[]): boolean {
  const { matchLabels, matchExpressions } = recordOf(selector);
  const keys = [...Object.keys(recordOf(matchLabels)), ...listOf(matchExpressions).map(({ key }) => String(key))];
  return keys.some((key) => !key.startsWith('node-role.kubernetes.io/') && nodes.every((labels) => labels[key] === undefined));
}
