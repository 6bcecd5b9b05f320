import type { Cluster, LanCluster } from '../../../clusters/lib/facts.js';
import { parseAddress, parseCidr } from '../../../clusters/lib/ipv4.js';

/** Addresses that belong to one cluster on one of its networks, and the fact that says so. */
export interface Claim {
  /** @example 'network.vip' */
  readonly fact: string;
  readonly text: string;
  readonly first: number;
  readonly last: number;
  /** Tag of the network on the wire; undefined where it is not tagged. */
  readonly vlan: number | undefined;
}

/** Whether a cluster has a network of ours, and no addresses of its parent only. */
export function isOnLan(cluster: Cluster): cluster is LanCluster {
  return cluster.platform !== 'kubevirt';
}

/** Everything that a cluster takes of the networks of its nodes. */
export function claimsOf(cluster: LanCluster): readonly Claim[] {
  const { network } = cluster;
  const { vip, nodeVlan, vlans = [], loadBalancerPools } = network;
  const claim = (fact: string, vlan: number | undefined, start: string, stop = start): Claim => {
    const text = start === stop ? start : `${start}-${stop}`;
    return { fact, text, first: parseAddress(start) ?? 0, last: parseAddress(stop) ?? 0, vlan };
  };
  const machines =
    cluster.platform === 'capmox'
      ? [claim('machines.firstAddress', nodeVlan, cluster.machines.firstAddress, cluster.machines.lastAddress)]
      : cluster.nodes.map(({ address }, index) => claim(`nodes[${index}].address`, nodeVlan, address));
  const pools = loadBalancerPools.map(({ start, stop }, index) => {
    const vlan = vlans.find(({ cidr }) => holds(cidr, start))?.id ?? nodeVlan;
    return claim(`network.loadBalancerPools[${index}]`, vlan, start, stop);
  });
  return [...machines, claim('network.vip', nodeVlan, vip), ...pools];
}

function holds(cidr: string, address: string): boolean {
  const [range, value] = [parseCidr(cidr), parseAddress(address)];
  return range !== undefined && value !== undefined && range.first <= value && value <= range.last;
}
