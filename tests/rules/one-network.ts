import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const nodes = (...hosts: number[]) =>
  hosts.map((host) => ({
    name: `c${host}`,
    role: 'controlplane' as const,
    address: `192.0.2.${host}`,
    disks: { system: '/dev/sda' },
  }));
const free = {
  vip: '192.0.2.30',
  loadBalancerPools: [{ name: 'default', start: '192.0.2.240', stop: '192.0.2.249' }],
  ingressAddress: '192.0.2.240',
};
const storage = { replicas: undefined };
const beside = (...others: NonNullable<Fixture['facts']>[]): Fixture => ({
  others: others.map((facts) => ({ facts: { name: 'other', storage, nodes: nodes(31), ...facts } })),
});
const vlan = (id: number) => ({
  vlans: [{ id, cidr: '198.51.100.0/24' }],
  loadBalancerPools: [{ name: 'default', start: '198.51.100.200', stop: '198.51.100.219' }],
  ingressAddress: '198.51.100.200',
});

export const fixtures: RuleFixtures = {
  rejected: {
    'a node with the address of another cluster': {
      ...beside({ network: free, nodes: nodes(21) }),
      says: /clusters\/other\.ts nodes\[0\]\.address\n.*192\.0\.2\.21 is on one network with made-up, whose nodes\[1\]\.address is 192\.0\.2\.21\.\n/,
    },
    'the VIP of another cluster': {
      ...beside({ network: { ...free, vip: '192.0.2.10' } }),
      says: 'clusters/other.ts network.vip',
    },
    'a pool that overlaps that of another cluster': {
      ...beside({
        network: { ...free, loadBalancerPools: [{ name: 'default', start: '192.0.2.235', stop: '192.0.2.249' }] },
      }),
      says: 'whose network.loadBalancerPools[1] is 192.0.2.220-192.0.2.239',
    },
    'a node in the pool of another cluster': {
      ...beside({ network: free, nodes: nodes(201) }),
      says: '192.0.2.201 is on one network with made-up',
    },
    'a pool of another cluster in one VLAN': {
      facts: { network: vlan(120) },
      ...beside({ network: { ...vlan(120), vip: '192.0.2.30' } }),
      says: '198.51.100.200-198.51.100.219 is on one network with made-up',
    },
    'a copy of another cluster, once': { others: [{ facts: { name: 'other' } }], says: 'So are 6 other facts' },
  },
  accepted: {
    'free addresses of one network': beside({ network: free }),
    'the same addresses behind another VLAN tag': beside({ network: { nodeVlan: 7 } }),
    'the same addresses behind another gateway': beside({ network: { gateway: '192.0.2.3' } }),
    'the same addresses on another platform': beside({ platform: 'proxmox' }),
    'the same pool in another VLAN': {
      facts: { network: vlan(120) },
      ...beside({ network: { ...vlan(121), vip: '192.0.2.30' } }),
    },
  },
};
