import type { Problem } from '../../charts/lib/problem.js';
import type { Cluster, LanCluster } from './facts.js';
import { contains, overlap, parseAddress, parseCidr } from './ipv4.js';

/** Addresses that belong to one cluster, and the fact that says so. */
interface Claim {
  readonly cluster: string;
  readonly field: string;
  readonly text: string;
  readonly first: number;
  readonly last: number;
}

/** How a parent and its children, which are on one site, share networks and addresses. The facts of each are sound by themselves. */
export function checkFamily(parent: Cluster, children: readonly Cluster[]): Problem[] {
  return [
    ...children.flatMap((child) => findOverlappingNetworks(parent, child)),
    ...children.flatMap((child) => findForeignAddresses(parent, child)),
    ...findSharedAddresses([parent, ...children].filter(isLan).map(claimsOf)),
    ...findSharedAddresses([isLan(parent) ? servicesOf(parent) : [], ...children.filter((child) => !isLan(child)).map(servicesOf)]),
  ];
}

const problemOf = (cluster: string, rule: string, field: string, problem: string, fix: string): Problem => ({
  rule,
  severity: 'error',
  file: `clusters/${cluster}.ts`,
  field,
  problem,
  fix,
});

/** The API server of the child is reached from pods of the parent, and its machines may be such pods. */
function findOverlappingNetworks(parent: Cluster, child: Cluster): Problem[] {
  const { podCidr, serviceCidr } = parent.network;
  const nodeCidrs = isLan(parent) ? [parent.network.nodeCidr, ...(parent.network.vlans ?? []).map(({ cidr }) => cidr)] : [];
  return (['podCidr', 'serviceCidr'] as const).flatMap((field) => {
    const own = child.network[field];
    const other = [podCidr, serviceCidr, ...nodeCidrs].find((text) => overlap(rangeOf(text), rangeOf(own)));
    if (other === undefined) return [];
    const problem = `${own} overlaps ${other} of the parent ${parent.name}, so that one of them cannot be reached.`;
    return [problemOf(child.name, 'disjoint-from-parent', `network.${field}`, problem, 'choose a network that the parent does not have.')];
  });
}

/** A child on KubeVirt has addresses of its parent only. */
function findForeignAddresses(parent: Cluster, child: Cluster): Problem[] {
  if (child.platform !== 'kubevirt') return [];
  const pools = isLan(parent) ? parent.network.loadBalancerPools : [];
  return (['vip', 'ingressAddress'] as const).flatMap((field) => {
    const address = child.network[field];
    const range = { first: parseAddress(address) ?? 0, last: parseAddress(address) ?? 0 };
    if (pools.some(({ start, stop }) => contains({ first: parseAddress(start) ?? 0, last: parseAddress(stop) ?? 0 }, range))) return [];
    const problem = `${address} is in no load-balancer pool of the parent ${parent.name}, which would have to answer for it.`;
    const choices = pools.map(({ start, stop }) => `${start} to ${stop}`).join(', ');
    const fix = choices === '' ? 'choose a parent that has pools.' : `choose an address of ${choices}.`;
    return [problemOf(child.name, 'address-of-parent', `network.${field}`, problem, fix)];
  });
}

/** The later one of two clusters that claim one address is named. @param claims of one cluster each. */
function findSharedAddresses(claims: readonly (readonly Claim[])[]): Problem[] {
  return claims.flatMap((own, index) =>
    own.flatMap((claim) => {
      const earlier = claims.slice(0, index).flat();
      const other = earlier.find((one) => overlap(one, claim));
      if (other === undefined) return [];
      const problem = `${claim.text} belongs to ${other.cluster} already (${other.field}, ${other.text}).`;
      return [problemOf(claim.cluster, 'one-owner-of-address', claim.field, problem, 'give each cluster of a site addresses of its own.')];
    }),
  );
}

/** Everything on the network of the nodes that belongs to a cluster. */
function claimsOf(cluster: LanCluster): Claim[] {
  const { vip, loadBalancerPools } = cluster.network;
  const claim = claimOf(cluster.name);
  const machines =
    cluster.platform === 'capmox'
      ? [claim('machines.firstAddress', cluster.machines.firstAddress, cluster.machines.lastAddress)]
      : cluster.nodes.map(({ address }, index) => claim(`nodes[${index}].address`, address));
  const pools = loadBalancerPools.map(({ start, stop }, index) => claim(`network.loadBalancerPools[${index}]`, start, stop));
  return [claim('network.vip', vip), ...machines, ...pools];
}

/** Load-balancer addresses of the parent that one Service each asks for. */
function servicesOf({ name, network }: Cluster): Claim[] {
  const claim = claimOf(name);
  if (!('nodeCidr' in network)) return [claim('network.vip', network.vip), claim('network.ingressAddress', network.ingressAddress)];
  const { ingressAddress, nameServer } = network;
  return [claim('network.ingressAddress', ingressAddress), ...(nameServer === undefined ? [] : [claim('network.nameServer', nameServer)])];
}

const claimOf =
  (cluster: string) =>
  (field: string, start: string, stop = start): Claim => {
    const text = start === stop ? start : `${start}-${stop}`;
    return { cluster, field, text, first: parseAddress(start) ?? 0, last: parseAddress(stop) ?? 0 };
  };

function isLan(cluster: Cluster): cluster is LanCluster {
  return cluster.platform !== 'kubevirt';
}

function rangeOf(cidr: string): { first: number; last: number } {
  return parseCidr(cidr) ?? { first: 0, last: 0 };
}
