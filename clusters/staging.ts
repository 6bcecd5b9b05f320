import { defineCluster } from './lib/cluster.js';
import { stageFacts } from './lib/stages.js';

/** The third stage of seed 001, which names nothing of it but the branch: names, VLAN, addresses, MACs and the public domain are made up. */
export default defineCluster({
  ...stageFacts,
  name: 'staging',
  stage: 'staging',
  branch: 'staging',
  domain: 'staging.vixens.example.org',
  network: {
    nodeCidr: '192.168.111.0/24',
    nodeVlan: 111,
    gateway: '192.168.111.1',
    vip: '192.168.111.180',
    dnsServers: ['192.168.111.1'],
    ntpServers: ['pool.ntp.org'],
    podCidr: '10.244.0.0/16',
    serviceCidr: '10.96.0.0/12',
    interface: 'eth0',
    vlans: [{ id: 210, cidr: '192.168.210.0/24' }],
    loadBalancerPools: [
      { name: 'assigned', start: '192.168.210.70', stop: '192.168.210.79', autoAssign: false },
      { name: 'auto', start: '192.168.210.80', stop: '192.168.210.89' },
    ],
    ingressAddress: '192.168.210.70',
  },
  nodes: [
    { name: 'staging-0', role: 'controlplane', address: '192.168.111.182', mac: '02:00:00:00:0a:b6', disks: { system: '/dev/sda' } },
    { name: 'staging-1', role: 'controlplane', address: '192.168.111.183', mac: '02:00:00:00:0a:b7', disks: { system: '/dev/sda' } },
    { name: 'staging-2', role: 'controlplane', address: '192.168.111.184', mac: '02:00:00:00:0a:b8', disks: { system: '/dev/sda' } },
  ],
  certificates: { authority: 'letsencrypt-staging', email: 'platform@staging.vixens.example.org', dnsProvider: 'cloudflare' },
});
