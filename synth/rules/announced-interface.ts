import { textOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import { type NetworkFacts, nodeLinkOf } from '../../clusters/lib/facts.js';
import { contains, parseCidr } from '../../clusters/lib/ipv4.js';
import { type AddressPool, listPools } from './lib/address-pools.js';
import { type Announcement, coversPool, hasBgp, listAnnouncements } from './lib/announcements.js';
import type { ClusterView } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * The addresses of each pool are announced on the link that carries their network: an announcement names it, and Cilium works on it.
 *
 * Why: a Service has its address, and nobody on its network gets an answer to ARP.
 *
 * Source: https://docs.cilium.io/en/v1.20/network/l2-announcements/#interfaces-ingress-selector,
 * https://metallb.io/configuration/_advanced_l2_configuration/#specify-network-interfaces-that-lb-ip-can-be-announced-from (0.16)
 */
export const announcedInterface: Rule = {
  id: 'announced-interface',
  *check(view) {
    const { network } = view.cluster;
    if (!('nodeCidr' in network) || hasBgp(view)) return;
    const announcements = listAnnouncements(view);
    const told = new Set<string>();
    for (const pool of listPools(view)) {
      const own = announcements.filter((one) => coversPool(one, pool));
      const link = linkOf(pool, network);
      if (own.length === 0 || link === undefined || told.has(link)) continue;
      const fault = own.some((one) => names(one, link)) ? findDeviceFault(view, pool, link) : faultOf(pool, link, own);
      if (fault) yield fault;
      told.add(link);
    }
  },
};

/** The link of the network that holds the whole pool. */
function linkOf({ ranges }: AddressPool, network: NetworkFacts): string | undefined {
  const links = [
    { link: nodeLinkOf(network), cidr: network.nodeCidr },
    ...(network.vlans ?? []).map(({ id, cidr }) => ({ link: `${network.interface}.${id}`, cidr })),
  ];
  return links.find(({ cidr }) => {
    const range = parseCidr(cidr);
    return range !== undefined && ranges.length > 0 && ranges.every((one) => contains(range, one));
  })?.link;
}

/** Without interfaces all of them are meant. */
function names({ owner, interfaces }: Announcement, link: string): boolean {
  return interfaces.length === 0 || interfaces.some((name) => (owner === 'metallb' ? name === link : matches(name, link)));
}

/** What JavaScript cannot read is taken to match. */
function matches(pattern: string, link: string): boolean {
  try {
    return new RegExp(pattern).test(link);
  } catch {
    return true;
  }
}

function faultOf(pool: AddressPool, link: string, [first]: readonly Announcement[]): Finding | undefined {
  if (first === undefined) return undefined;
  const written = first.interfaces.map((name) => `"${name}"`).join(', ');
  const problem = `The network of the pool ${pool.name} (${pool.at.path}) is on ${link}, and it announces on ${written} only.`;
  const wanted = first.owner === 'cilium' ? `^${link.replaceAll('.', '\\.')}$` : link;
  return { at: first.at, field: 'spec.interfaces', problem, fix: `add "${wanted}".` };
}

/** A list of devices is all that Cilium works on; a plus at the end of a name stands for anything. */
function findDeviceFault(view: ClusterView, { name, owner }: AddressPool, link: string): Finding | undefined {
  const [cilium] = owner === 'cilium' ? view.releasesOf('cilium') : [];
  const value = cilium && valueAt(cilium.values, 'devices');
  const devices = textOf(value)?.split(/[\s,]+/) ?? textsOf(value);
  const isListed = devices.some((device) => (device.endsWith('+') ? link.startsWith(device.slice(0, -1)) : device === link));
  if (cilium === undefined || devices.length === 0 || isListed) return undefined;
  const problem = `The network of the pool ${name} is on ${link}, and Cilium works on ${devices.join(', ')} only.`;
  return { at: cilium, field: 'values.devices', problem, fix: `add "${link}".` };
}
