import { advertisement, ciliumPool, metalLbPool, policy, withCilium, withMetalLb } from '../fixtures/load-balancing.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const on = (pattern: string) => policy(`loadBalancerIPs: true, interfaces: ["${pattern}"]`);
const vlanFacts: Fixture['facts'] = {
  network: {
    vlans: [{ id: 208, cidr: '198.51.100.0/24' }],
    loadBalancerPools: [{ name: 'default', start: '198.51.100.200', stop: '198.51.100.219' }],
    ingressAddress: '198.51.100.200',
  },
};
const vlanPool = ciliumPool.replaceAll('192.0.2.', '198.51.100.');

export const fixtures: RuleFixtures = {
  rejected: {
    'a policy for an interface that is not there': {
      ...withCilium(ciliumPool + on('^eth1$')),
      says: 'add "^eth0$"',
    },
    'a pool of a VLAN that is announced on the interface below it': {
      ...withCilium(vlanPool + on('^eth0$')),
      facts: vlanFacts,
      says: String.raw`add "^eth0\.208$"`,
    },
    'a pool of the node network that is announced in a VLAN': {
      ...withCilium(ciliumPool + policy(String.raw`loadBalancerIPs: true, interfaces: ['^eth0\.208$']`)),
      facts: vlanFacts,
      says: 'The network of the pool auto (app/base/CiliumLoadBalancerIPPool-auto) is on eth0',
    },
    'a link that Cilium does not work on': {
      ...withCilium(vlanPool + policy(), { l2announcements: { enabled: true }, devices: ['eth0'] }),
      facts: vlanFacts,
      says: 'cilium/release/cilium values.devices',
    },
    'a pattern where MetalLB wants a name': {
      ...withMetalLb(metalLbPool + advertisement('interfaces: ["^eth0$"]')),
      says: 'add "eth0"',
    },
  },
  accepted: {
    'the link of a VLAN': {
      ...withCilium(vlanPool + policy(String.raw`loadBalancerIPs: true, interfaces: ['^eth0\.\d+$']`)),
      facts: vlanFacts,
    },
    'a policy for all interfaces': { ...withCilium(vlanPool + policy()), facts: vlanFacts },
    'devices by the beginning of their name': {
      ...withCilium(vlanPool + policy(), { l2announcements: { enabled: true }, devices: ['eth+'] }),
      facts: vlanFacts,
    },
    'a name for MetalLB': withMetalLb(metalLbPool + advertisement('interfaces: [eth0]')),
  },
};
