import type { Problem } from '../../charts/lib/problem.js';
import type { ClusterNetwork, LoadBalancerPool, NetworkFacts, NodeFacts, ProxmoxMachines } from './facts.js';
import type { IsSound, Report } from './facts-relations.js';
import { type Cidr, contains, formatAddress, formatCidr, isHostOf, overlap, parseAddress, parseCidr } from './ipv4.js';

/** Facts of any origin as they are read here, without what their form does not have. */
export interface AddressFacts {
  readonly network: ClusterNetwork & Partial<NetworkFacts>;
  readonly nodes?: readonly NodeFacts[];
  readonly machines?: Partial<ProxmoxMachines>;
}

interface Owned {
  readonly field: string;
  readonly owner: string;
  readonly text: string;
  readonly value: number;
}
interface Range {
  readonly field: string;
  readonly owner: string;
  readonly first: number;
  readonly last: number;
}

/** How networks, addresses and pools of one cluster relate. Every text that is read here has passed its own check or is left out. */
export function checkAddresses(facts: AddressFacts, report: Report, isSound: IsSound): void {
  const text = facts.network?.nodeCidr;
  // A child on KubeVirt has none: its nodes are pods of the parent.
  const nodeCidr = text === undefined || !isSound('network.nodeCidr') ? undefined : parseCidr(text);
  if (text === undefined || nodeCidr === undefined) {
    checkNetworks(facts, report, isSound);
    return;
  }
  const hosts = collectHosts(facts, isSound);
  checkHosts(hosts, nodeCidr, text, report);
  checkNetworks(facts, report, isSound);
  const inVlans = collectVlanHosts(facts.network, hosts, nodeCidr, report, isSound);
  if (!isSound('network.nodeCidr', 'network.vlans')) return;
  const sound = hosts.filter(({ field }) => isSound(field));
  const ranges = findMachineRange(facts, sound, report, isSound);
  checkPools(facts, [...sound, ...inVlans], ranges, nodeCidr, report, isSound);
}

/** The addresses that Cluster API gives to machines. */
function findMachineRange({ machines }: AddressFacts, hosts: readonly Owned[], report: Report, isSound: IsSound): Range[] {
  const field = 'machines.firstAddress';
  if (machines?.firstAddress === undefined || machines.lastAddress === undefined || !isSound(field, 'machines.lastAddress')) return [];
  const [first, last] = [parseAddress(machines.firstAddress) ?? 0, parseAddress(machines.lastAddress) ?? 0];
  const text = `${machines.firstAddress}-${machines.lastAddress}`;
  if (first > last) {
    const fix = `write firstAddress "${machines.lastAddress}" and lastAddress "${machines.firstAddress}".`;
    report('ordered-machine-addresses', field, `The addresses of the machines, ${text}, end before they start.`, fix);
    return [];
  }
  const inside = hosts.filter(
    (host) => !host.field.startsWith('machines') && contains({ first, last }, { first: host.value, last: host.value }),
  );
  if (inside.length > 0) {
    const owners = inside.map(({ owner, text }) => `${owner} (${text})`).join(', ');
    const problem = `The addresses of the machines, ${text}, contain ${owners}; a machine could take that address.`;
    report('machines-clear-of-hosts', field, problem, 'shrink the range.');
    return [];
  }
  if (isSound('machines.controlPlane', 'machines.workers')) {
    // A rollout of each pool adds a machine before it removes one.
    const needed = (machines.controlPlane?.replicas ?? 0) + (machines.workers?.replicas ?? 0) + 2;
    if (last - first + 1 < needed) {
      const problem = `${last - first + 1} addresses are not enough for the machines and one more of each pool, which a rollout adds first.`;
      report('enough-machine-addresses', field, problem, `make room for ${needed}.`);
      return [];
    }
  }
  return [{ field, owner: 'the addresses of the machines', first, last }];
}

/** Addresses of the nodes in each VLAN, where they have the host part that they have in the node network. */
function collectVlanHosts(
  { vlans }: Partial<NetworkFacts>,
  hosts: readonly Owned[],
  nodeCidr: Cidr,
  report: Report,
  isSound: IsSound,
): Owned[] {
  if (!isSound('network.nodeCidr', 'network.vlans')) return [];
  const nodes = hosts.filter(({ field }) => field.startsWith('nodes') && isSound(field));
  return (vlans ?? []).flatMap(({ id, cidr }, index) => {
    const vlan = parseCidr(cidr) as Cidr;
    const moved = nodes.map((node) => {
      const value = vlan.first + node.value - nodeCidr.first;
      return { ...node, owner: `${node.owner} in VLAN ${id}`, value, text: formatAddress(value) };
    });
    const outside = moved.filter(({ value }) => !isHostOf(vlan, value));
    if (outside.length === 0) return moved;
    const problem = `${cidr} does not hold ${outside.map(({ owner, text }) => `${owner} (${text})`).join(', ')}.`;
    const fix = `write a network as large as the node network, with a prefix length of ${nodeCidr.prefix} or less.`;
    report('hosts-inside-vlan', `network.vlans[${index}].cidr`, problem, fix);
    return [];
  });
}

/** Addresses that one machine holds by itself: gateway, VIP, nodes, and the ends of what Cluster API gives to machines. */
function collectHosts({ network, nodes, machines }: AddressFacts, isSound: IsSound): Owned[] {
  const named: { field: string; owner: string; text: string | undefined }[] = [
    { field: 'network.gateway', owner: 'the gateway', text: network.gateway },
    { field: 'network.vip', owner: 'the VIP', text: network.vip },
    ...(Array.isArray(nodes) ? nodes : []).map((node, index) => ({
      field: `nodes[${index}].address`,
      owner: `node ${node?.name}`,
      text: node?.address,
    })),
    { field: 'machines.firstAddress', owner: 'the first machine', text: machines?.firstAddress },
    { field: 'machines.lastAddress', owner: 'the last machine', text: machines?.lastAddress },
  ];
  return named
    .filter(({ field }) => isSound(field))
    .flatMap(({ field, owner, text }) => {
      const value = text === undefined ? undefined : parseAddress(text);
      return text === undefined || value === undefined ? [] : [{ field, owner, text, value }];
    });
}

function checkHosts(hosts: readonly Owned[], nodeCidr: Cidr, text: string, report: Report): void {
  const outside = hosts.filter(({ value }) => !isHostOf(nodeCidr, value));
  // Most hosts outside means that the network is the one mistake, not each of them.
  if (outside.length > hosts.length / 2) {
    const problem = `${text} does not hold ${outside.map(({ owner, text }) => `${owner} (${text})`).join(', ')}.`;
    return void report('hosts-inside-node-cidr', 'network.nodeCidr', problem, 'write the network that the nodes are in.');
  }
  for (const host of outside) {
    const problem = `${host.text} of ${host.owner} is not a host of the node network ${text}.`;
    report(
      'hosts-inside-node-cidr',
      host.field,
      problem,
      `write an address from ${formatAddress(nodeCidr.first + 1)} to ${formatAddress(nodeCidr.last - 1)}.`,
    );
  }
  hosts.forEach((host, index) => {
    const first = hosts.findIndex(({ value }) => value === host.value);
    if (first === index || outside.includes(host)) return;
    report(
      'distinct-addresses',
      host.field,
      `${host.text} is used by both ${hosts[first]?.owner} and ${host.owner}.`,
      'give each its own address.',
    );
  });
}

/** Networks that traffic is routed by must not overlap; the one in most overlaps is named as the mistake. */
function checkNetworks({ network }: AddressFacts, report: Report, isSound: IsSound): void {
  const named = [
    { field: 'network.nodeCidr', text: network?.nodeCidr },
    { field: 'network.podCidr', text: network?.podCidr },
    { field: 'network.serviceCidr', text: network?.serviceCidr },
    ...(Array.isArray(network?.vlans) ? network.vlans : []).map((vlan, index) => ({
      field: `network.vlans[${index}].cidr`,
      text: vlan?.cidr,
    })),
  ];
  let left = named
    .filter(({ field }) => isSound(field))
    .flatMap((entry) => {
      const cidr = entry.text === undefined ? undefined : parseCidr(entry.text);
      return cidr ? [{ ...entry, cidr }] : [];
    });
  for (;;) {
    const clashes = left.map((entry) => left.filter((other) => other !== entry && overlap(entry.cidr, other.cidr)));
    const most = Math.max(0, ...clashes.map((others) => others.length));
    if (most === 0) break;
    // The later of two is named, so that the node network, which hardware dictates, is named last.
    const at = clashes.findLastIndex((others) => others.length === most);
    const entry = left[at];
    if (!entry) break;
    const others = (clashes[at] ?? []).map(({ field, text }) => `${field} (${text})`).join(' and ');
    report(
      'disjoint-networks',
      entry.field,
      `${entry.text} overlaps ${others}, so that one of them cannot be reached.`,
      'choose a network that overlaps no other.',
    );
    left = left.filter((other) => other !== entry);
  }
  if (!isSound('network.vlans')) return;
  const ids = (network?.vlans ?? []).map(({ id }) => id);
  for (const [index, id] of ids.entries()) {
    const owner = id === network.nodeVlan ? 'the VLAN of the node network' : `vlans[${ids.indexOf(id)}]`;
    if (id !== network.nodeVlan && ids.indexOf(id) === index) continue;
    report('distinct-vlans', `network.vlans[${index}].id`, `VLAN ${id} is already ${owner}.`, 'give each VLAN its own id.');
  }
}

function checkPools(
  facts: AddressFacts,
  hosts: readonly Owned[],
  taken: readonly Range[],
  nodeCidr: Cidr,
  report: Report,
  isSound: IsSound,
): void {
  const { network } = facts;
  if (!Array.isArray(network.loadBalancerPools)) return;
  const announced = [nodeCidr, ...(network.vlans ?? []).flatMap(({ cidr }) => parseCidr(cidr) ?? [])];
  const sound: Range[] = [...taken];
  for (const [index, pool] of network.loadBalancerPools.entries()) {
    const field = `network.loadBalancerPools[${index}]`;
    if (!isSound(field)) continue;
    const first = network.loadBalancerPools.findIndex((other) => other?.name === pool.name);
    if (first !== index) {
      report(
        'distinct-pools',
        `${field}.name`,
        `"${pool.name}" is already the name of loadBalancerPools[${first}].`,
        'give each pool its own name.',
      );
      continue;
    }
    const range = { field, owner: `pool ${pool.name}`, first: parseAddress(pool.start) ?? 0, last: parseAddress(pool.stop) ?? 0 };
    const fault = findPoolFault(pool, range, announced, hosts, sound);
    if (fault) report(fault.rule, fault.field, fault.problem, fault.fix);
    else sound.push(range);
  }
  checkServiceAddresses(
    facts,
    sound.filter((range) => !taken.includes(range)),
    report,
    isSound,
  );
}

type Fault = Pick<Problem, 'rule' | 'field' | 'problem' | 'fix'>;

/** The first thing that is wrong with a pool; what follows from it is not said. */
function findPoolFault(
  pool: LoadBalancerPool,
  range: Range,
  announced: readonly Cidr[],
  hosts: readonly Owned[],
  earlier: readonly Range[],
): Fault | undefined {
  const { field } = range;
  const text = `${pool.start}-${pool.stop}`;
  if (range.first > range.last) {
    const fix = `write start "${pool.stop}" and stop "${pool.start}".`;
    return { rule: 'ordered-pool', field: `${field}.start`, problem: `The pool ${text} ends before it starts.`, fix };
  }
  if (!announced.some((cidr) => isHostOf(cidr, range.first) && isHostOf(cidr, range.last))) {
    const problem = `The pool ${text} is in no network that the nodes are on, so that nobody would answer for its addresses.`;
    return { rule: 'pool-inside-network', field, problem, fix: `choose addresses inside ${announced.map(formatCidr).join(' or ')}.` };
  }
  const inside = hosts.filter(({ value }) => contains(range, { first: value, last: value }));
  if (inside.length > 0) {
    const owners = inside.map(({ owner, text }) => `${owner} (${text})`).join(', ');
    const problem = `The pool ${text} contains ${owners}; a Service could take that address.`;
    return { rule: 'pool-clear-of-hosts', field, problem, fix: 'shrink the pool, or split it around the address.' };
  }
  const other = earlier.find((one) => overlap(one, range));
  if (!other) return undefined;
  return {
    rule: 'disjoint-pools',
    field,
    problem: `The pool ${text} overlaps ${other.owner}.`,
    fix: 'give each address to one pool only.',
  };
}

/** Addresses that one Service asks for. */
function checkServiceAddresses({ network }: AddressFacts, pools: readonly Range[], report: Report, isSound: IsSound): void {
  for (const [fact, rule] of [
    ['ingressAddress', 'ingress-inside-pool'],
    ['nameServer', 'name-server-inside-pool'],
  ] as const) {
    const text = network[fact];
    const field = `network.${fact}`;
    if (text === undefined || !isSound('network.loadBalancerPools', field)) continue;
    const value = parseAddress(text) ?? 0;
    if (pools.some((pool) => contains(pool, { first: value, last: value }))) continue;
    const ranges = (network.loadBalancerPools ?? []).map(({ start, stop }) => `${start}-${stop}`).join(', ');
    report(rule, field, `${text} is in no load-balancer pool.`, `choose an address of ${ranges}.`);
  }
  const { ingressAddress, nameServer } = network;
  if (nameServer === undefined || nameServer !== ingressAddress || !isSound('network.nameServer', 'network.ingressAddress')) return;
  report(
    'distinct-services',
    'network.nameServer',
    `${nameServer} is the address of the ingress controller already.`,
    'give each its own.',
  );
}
