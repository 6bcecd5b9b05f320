import { defineCluster } from './lib/cluster.js';
import { stageFacts } from './lib/stages.js';

/** The second stage of seed 001, on VLAN 209. Open in it: every address but that of the service VLAN, and all MACs. */
export default defineCluster({
  ...stageFacts,
  name: 'test',
  stage: 'test',
  branch: 'test',
  domain: 'test.local',
  network: {
    nodeCidr: '192.168.111.0/24',
    nodeVlan: 111,
    gateway: '192.168.111.1',
    vip: '192.168.111.170',
    dnsServers: ['192.168.111.1'],
    ntpServers: ['pool.ntp.org'],
    podCidr: '10.244.0.0/16',
    serviceCidr: '10.96.0.0/12',
    interface: 'eth0',
    vlans: [{ id: 209, cidr: '192.168.209.0/24' }],
    loadBalancerPools: [
      { name: 'assigned', start: '192.168.209.70', stop: '192.168.209.79', autoAssign: false },
      { name: 'auto', start: '192.168.209.80', stop: '192.168.209.89' },
    ],
    ingressAddress: '192.168.209.70',
  },
  nodes: [
    { name: 'carny', role: 'controlplane', address: '192.168.111.172', mac: '02:00:00:00:09:ac', disks: { system: '/dev/sda' } },
    { name: 'celesty', role: 'controlplane', address: '192.168.111.173', mac: '02:00:00:00:09:ad', disks: { system: '/dev/sda' } },
    { name: 'citrine', role: 'controlplane', address: '192.168.111.174', mac: '02:00:00:00:09:ae', disks: { system: '/dev/sda' } },
  ],
});
