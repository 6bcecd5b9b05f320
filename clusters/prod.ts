import { defineCluster } from './lib/cluster.js';
import { stageFacts } from './lib/stages.js';

/** The last stage of seed 001, on branch main; names, VLAN, addresses, MACs and the public domain are made up. */
export default defineCluster({
  ...stageFacts,
  name: 'prod',
  stage: 'prod',
  branch: 'main',
  domain: 'vixens.example.org',
  network: {
    nodeCidr: '192.168.111.0/24',
    nodeVlan: 111,
    gateway: '192.168.111.1',
    vip: '192.168.111.190',
    dnsServers: ['192.168.111.1'],
    ntpServers: ['pool.ntp.org'],
    podCidr: '10.244.0.0/16',
    serviceCidr: '10.96.0.0/12',
    interface: 'eth0',
    vlans: [{ id: 211, cidr: '192.168.211.0/24' }],
    loadBalancerPools: [
      { name: 'assigned', start: '192.168.211.70', stop: '192.168.211.79', autoAssign: false },
      { name: 'auto', start: '192.168.211.80', stop: '192.168.211.89' },
    ],
    ingressAddress: '192.168.211.70',
  },
  nodes: [
    { name: 'prod-0', role: 'controlplane', address: '192.168.111.192', mac: '02:00:00:00:0b:c0', disks: { system: '/dev/sda' } },
    { name: 'prod-1', role: 'controlplane', address: '192.168.111.193', mac: '02:00:00:00:0b:c1', disks: { system: '/dev/sda' } },
    { name: 'prod-2', role: 'controlplane', address: '192.168.111.194', mac: '02:00:00:00:0b:c2', disks: { system: '/dev/sda' } },
  ],
  certificates: { authority: 'letsencrypt', email: 'platform@vixens.example.org', dnsProvider: 'cloudflare' },
});
