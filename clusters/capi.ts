import { ArgoCd } from '../charts/argo-cd/index.js';
import { ClusterApi } from '../charts/cluster-api/index.js';
import { Headlamp } from '../charts/headlamp.js';
import { cloneChildren } from './lib/children.js';
import { defineCluster } from './lib/cluster.js';
import { platformRepository } from './lib/fleet.js';
import { basicLogin, certificates, traefikGateway } from './lib/stacks.js';

/**
 * The management cluster of seed 004: one machine on Proxmox, which makes the other clusters and runs nothing else, so that there is neither
 * storage nor monitoring. The seed names Proxmox, its bridge and the five applications; every address and name here is made up.
 */
export default defineCluster({
  name: 'capi',
  stage: 'prod',
  repository: platformRepository,
  branch: 'main',
  domain: 'capi.weebo-lab.example.org',
  versions: { talos: 'v1.13.10', kubernetes: 'v1.36.4' },
  platform: 'proxmox',
  network: {
    nodeCidr: '192.168.70.0/24',
    gateway: '192.168.70.1',
    vip: '192.168.70.9',
    dnsServers: ['192.168.70.1'],
    ntpServers: ['pool.ntp.org'],
    podCidr: '10.244.0.0/16',
    serviceCidr: '10.96.0.0/12',
    interface: 'eth0',
    loadBalancerPools: [{ name: 'default', start: '192.168.70.200', stop: '192.168.70.209' }],
    ingressAddress: '192.168.70.200',
  },
  // The seed wants several nodes as soon as there is a second Proxmox node: they are lines here.
  nodes: [{ name: 'capi-0', role: 'controlplane', address: '192.168.70.10', disks: { system: '/dev/sda' } }],
  storage: {},
  secrets: 'bootstrap',
  engine: 'argocd',
  components: (app, c, fleet) => {
    const base = certificates(app, c);
    const gateway = traefikGateway(app, c, base);
    const { cilium, exposure } = gateway;
    cilium.exposeHubble(basicLogin(app, gateway), c.host('hubble'));
    new ArgoCd(app, 'argo-cd', { host: c.host('argocd'), exposure, installation: c.name });
    new Headlamp(app, 'headlamp', { host: c.host('headlamp'), exposure });
    const clusterApi = new ClusterApi(app, 'cluster-api', { infrastructure: ['proxmox'] });
    cloneChildren(app, c, fleet, { clusterApi });
  },
});
