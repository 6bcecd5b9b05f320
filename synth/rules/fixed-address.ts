import { parseAddress } from '../../clusters/lib/ipv4.js';
import { type AddressPool, holds, listPools, serves } from './lib/address-pools.js';
import { addressAnnotations, type LoadBalancer, listLoadBalancers, nameOf } from './lib/load-balancers.js';
import type { ClusterView } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * An address that a Service asks for is in exactly one pool, which serves that Service and gives the address to nobody else by itself; it is none
 * of a node, the VIP or the gateway; and only Services with one sharing key and other ports have it too.
 *
 * Why: the Service stays without an address, and everything that waits for it does too; or two machines answer for one address in turn.
 *
 * Source: https://docs.cilium.io/en/v1.20/network/lb-ipam/#requesting-ips, https://metallb.io/usage/#requesting-specific-ips (0.16)
 */
export const fixedAddress: Rule = {
  id: 'fixed-address',
  *check(view) {
    const pools = listPools(view);
    const services = listLoadBalancers(view);
    const owners = new Map<number, LoadBalancer[]>();
    const raced = new Set<AddressPool>();
    for (const service of services) {
      for (const { text, field } of service.addresses) {
        const value = parseAddress(text);
        const earlier = value === undefined ? [] : (owners.get(value) ?? []);
        const fault =
          value === undefined
            ? notAnAddress(text)
            : (findOwner(view, text, value) ??
              findPoolFault(view, pools, service, text, value, field) ??
              findSecondUse(service, earlier, text) ??
              findRace(pools, services, text, value, raced));
        if (fault) yield { at: service.at, field, ...fault };
        if (value !== undefined) owners.set(value, [...earlier, service]);
      }
    }
  },
};

type Fault = Pick<Finding, 'problem' | 'fix'>;

function notAnAddress(text: string): Fault | undefined {
  // IPv6 is not looked at.
  return text.includes(':') ? undefined : { problem: `"${text}" is not an IPv4 address.`, fix: 'write it like "192.0.2.10".' };
}

function findOwner({ cluster }: ClusterView, text: string, value: number): Fault | undefined {
  if (!('nodeCidr' in cluster.network)) return undefined;
  const { vip, gateway } = cluster.network;
  const nodes = 'nodes' in cluster ? cluster.nodes.map(({ name, address }) => ({ owner: `the node ${name}`, address })) : [];
  const owned = [{ owner: 'the VIP of the control plane', address: vip }, { owner: 'the gateway', address: gateway }, ...nodes];
  const found = owned.find(({ address }) => parseAddress(address) === value)?.owner ?? findMachines(cluster, value);
  return found === undefined ? undefined : { problem: `${text} belongs to ${found}.`, fix: 'choose an address of a pool.' };
}

function findMachines(cluster: ClusterView['cluster'], value: number): string | undefined {
  if (cluster.platform !== 'capmox') return undefined;
  const [first, last] = [cluster.machines.firstAddress, cluster.machines.lastAddress].map((text) => parseAddress(text) ?? 0);
  return value >= (first ?? 0) && value <= (last ?? 0) ? 'the machines that Cluster API makes' : undefined;
}

function findPoolFault(
  view: ClusterView,
  pools: readonly AddressPool[],
  service: LoadBalancer,
  text: string,
  value: number,
  field: string,
): Fault | undefined {
  // Somebody outside of the cluster, or a chart, has the pools then.
  if (pools.length === 0) return undefined;
  const unread = findUnread(pools, field);
  if (unread) return unread;
  const [pool, other] = pools.filter((one) => holds(one, value));
  if (pool === undefined) {
    if (view.mayHide('CiliumLoadBalancerIPPool.cilium.io') || view.mayHide('IPAddressPool.metallb.io')) return undefined;
    const choices = pools.flatMap(({ name, ranges }) => ranges.map((range) => `${range.text} (${name})`)).join(', ');
    return { problem: `${text} is in no load-balancer pool.`, fix: `choose an address of ${choices}.` };
  }
  if (other) {
    const problem = `${text} is in the pools ${pool.name} (${pool.at.path}) and ${other.name} (${other.at.path}).`;
    return { problem, fix: 'give each address to one pool only.' };
  }
  if (serves(pool, service, false) !== false) return undefined;
  const problem = `${text} is in the pool ${pool.name} (${pool.at.path}), whose serviceSelector does not select this Service.`;
  return { problem, fix: 'give the Service the labels that the pool selects, or choose an address of another pool.' };
}

/** An annotation of the one who has no pool here. */
function findUnread(pools: readonly AddressPool[], field: string): Fault | undefined {
  const asked = (['cilium', 'metallb'] as const).find((owner) => addressAnnotations[owner].some((key) => field.includes(key)));
  if (asked === undefined || pools.some(({ owner }) => owner === asked)) return undefined;
  const names = { cilium: 'Cilium', metallb: 'MetalLB' };
  const other = asked === 'cilium' ? 'metallb' : 'cilium';
  const problem = `Only ${names[asked]} reads this annotation, and the pools here are of ${names[other]}.`;
  return { problem, fix: `write ${addressAnnotations[other][0]}.` };
}

function findSecondUse(service: LoadBalancer, earlier: readonly LoadBalancer[], text: string): Fault | undefined {
  const other = earlier.find(
    (one) =>
      one.sharingKey === undefined || one.sharingKey !== service.sharingKey || one.ports.some((port) => service.ports.includes(port)),
  );
  if (other === undefined) return undefined;
  const common = other.ports.filter((port) => service.ports.includes(port));
  const isShared = other.sharingKey !== undefined && other.sharingKey === service.sharingKey;
  const problem = `${text} belongs to ${nameOf(other)} (${other.at.path}) already${isShared ? `, which has the same port ${common[0]}` : ''}.`;
  const fix = isShared ? 'choose another port or address.' : 'choose another address, or give both one sharing key and different ports.';
  return { problem, fix };
}

/** Told once a pool. */
function findRace(
  pools: readonly AddressPool[],
  services: readonly LoadBalancer[],
  text: string,
  value: number,
  raced: Set<AddressPool>,
): Fault | undefined {
  const pool = pools.find((one) => holds(one, value));
  if (pool === undefined || raced.has(pool)) return undefined;
  const taker = services.find((other) => other.addresses.length === 0 && serves(pool, other, true) === true);
  if (taker === undefined) return undefined;
  raced.add(pool);
  const problem = `The pool ${pool.name} also gives addresses by itself, and ${nameOf(taker)} (${taker.at.path}), which asks for none, may get ${text} first.`;
  return { problem, fix: `move ${text} into a pool with autoAssign: false, or give ${nameOf(taker)} an address too.` };
}
