import { defineCluster } from './lib/cluster.js';
import { stageFacts } from './lib/stages.js';

/** Three schedulable control planes on two VLANs: seed 001. Open in it: the gateway, DNS, the addresses of onyx and opale, and all MACs. */
export default defineCluster({
  ...stageFacts,
  name: 'dev',
  stage: 'dev',
  branch: 'dev',
  domain: 'dev.local',
  network: {
    nodeCidr: '192.168.111.0/24',
    nodeVlan: 111,
    gateway: '192.168.111.1',
    vip: '192.168.111.160',
    dnsServers: ['192.168.111.1'],
    ntpServers: ['pool.ntp.org'],
    podCidr: '10.244.0.0/16',
    serviceCidr: '10.96.0.0/12',
    interface: 'eth0',
    vlans: [{ id: 208, cidr: '192.168.208.0/24' }],
    loadBalancerPools: [
      { name: 'assigned', start: '192.168.208.70', stop: '192.168.208.79', autoAssign: false },
      { name: 'auto', start: '192.168.208.80', stop: '192.168.208.89' },
    ],
    ingressAddress: '192.168.208.70',
  },
  nodes: [
    { name: 'obsy', role: 'controlplane', address: '192.168.111.162', mac: '02:00:00:00:08:a2', disks: { system: '/dev/sda' } },
    { name: 'onyx', role: 'controlplane', address: '192.168.111.163', mac: '02:00:00:00:08:a3', disks: { system: '/dev/sda' } },
    { name: 'opale', role: 'controlplane', address: '192.168.111.164', mac: '02:00:00:00:08:a4', disks: { system: '/dev/sda' } },
  ],
});
