import { KubePrometheusStack, remoteWritePath } from '../charts/kube-prometheus-stack/index.js';
import { defineCluster } from './lib/cluster.js';
import { centralDestinations, labBase, labFacts, labLogin, labOperations, metricsHost } from './lib/weebo-lab.js';

/**
 * A child of seed 004 for sensitive applications, reached only from main or through the VPN. What it observes goes to main. Addresses, sizes and
 * the public domain are made up.
 */
export default defineCluster({
  ...labFacts,
  name: 'tenant',
  domain: 'tenant.weebo-lab.example.org',
  platform: 'capmox',
  network: {
    nodeCidr: '192.168.72.0/24',
    gateway: '192.168.72.1',
    vip: '192.168.72.9',
    dnsServers: ['192.168.72.1'],
    ntpServers: ['pool.ntp.org'],
    podCidr: '10.246.0.0/16',
    serviceCidr: '10.128.0.0/12',
    interface: 'ens18',
    loadBalancerPools: [{ name: 'default', start: '192.168.72.200', stop: '192.168.72.209' }],
    ingressAddress: '192.168.72.200',
    // The nodes of main, and the VPN.
    ingressSources: ['192.168.71.0/24', '192.168.79.0/24'],
  },
  machines: {
    controlPlane: { replicas: 3, cores: 2, memoryMib: 4096, diskGib: 32, template: 9020 },
    workers: { replicas: 3, cores: 4, memoryMib: 16384, diskGib: 64, template: 9021, dataDisks: ['/dev/sdb'] },
    sourceNode: 'weebo4',
    hosts: ['weebo4', 'weebox'],
    storage: 'local-lvm',
    bridge: 'vmbr1',
    firstAddress: '192.168.72.20',
    lastAddress: '192.168.72.39',
  },
  storage: { replicas: 2 },
  // Zitadel gives these ids when a person registers the clients; they are made up.
  login: { ...labLogin, clients: { kubernetes: '301000000000000003', argocd: '301000000000000004' } },
  components: (app, c, fleet) => {
    const base = labBase(app, c);
    new KubePrometheusStack(app, 'kube-prometheus-stack', {
      role: 'agent',
      cluster: c.name,
      certManagerNamespace: base.certManagerNamespace,
      remoteWrite: `https://${metricsHost(fleet)}${remoteWritePath}`,
    });
    labOperations(app, c, base, centralDestinations(fleet));
  },
});
