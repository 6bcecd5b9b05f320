import { Cilium } from '../charts/cilium/index.js';
import { Flux } from '../charts/flux.js';
import { MetalLb } from '../charts/metallb.js';
import { MetricsServer } from '../charts/metrics-server.js';
import { Traefik } from '../charts/traefik/index.js';
import { Whoami } from '../charts/whoami.js';
import { defineCluster } from './lib/cluster.js';
import { platformRepository } from './lib/fleet.js';
import { foundation, nodeFacts, poolOf, poolsOf } from './lib/stacks.js';

/**
 * One control plane and two workers on Proxmox, kept by Flux: seed 003. It names Proxmox, Talos, Cilium, Flux and branch main; every address and
 * name here is made up. MetalLB is here so that this alternative to Cilium's announcements is proven too.
 */
export default defineCluster({
  name: 'boudlabs',
  stage: 'prod',
  repository: platformRepository,
  branch: 'main',
  domain: 'boudlabs.test',
  versions: { talos: 'v1.13.10', kubernetes: 'v1.36.4' },
  platform: 'proxmox',
  network: {
    nodeCidr: '192.168.60.0/24',
    gateway: '192.168.60.1',
    vip: '192.168.60.9',
    dnsServers: ['192.168.60.1'],
    ntpServers: ['pool.ntp.org'],
    podCidr: '10.244.0.0/16',
    serviceCidr: '10.96.0.0/12',
    interface: 'eth0',
    loadBalancerPools: [{ name: 'default', start: '192.168.60.200', stop: '192.168.60.229' }],
    ingressAddress: '192.168.60.200',
  },
  nodes: [
    { name: 'cp-0', role: 'controlplane', address: '192.168.60.10', disks: { system: '/dev/sda' } },
    { name: 'worker-0', role: 'worker', address: '192.168.60.20', disks: { system: '/dev/sda' } },
    { name: 'worker-1', role: 'worker', address: '192.168.60.21', disks: { system: '/dev/sda' } },
  ],
  storage: {},
  secrets: 'bootstrap',
  engine: 'flux',
  components: (app, c) => {
    new Flux(app, 'flux');
    const { issuer, internalIssuer } = foundation(app, c);
    const nodes = nodeFacts(c);
    const cilium = new Cilium(app, 'cilium', { ...nodes, issuer: internalIssuer });
    const metalLb = new MetalLb(app, 'metallb', { pools: poolsOf(c), controlPlaneOnly: c.workers.length === 0 });
    const address = c.network.ingressAddress;
    const { loadBalancer } = metalLb;
    const traefik = new Traefik(app, 'traefik', {
      address,
      loadBalancer,
      pool: poolOf(c, address),
      nodeCount: nodes.nodeCount,
      domain: c.domain,
      issuer,
    });
    const exposure = { ingressClass: traefik.ingressClass, issuer };
    cilium.exposeHubble(exposure, c.host('hubble'));
    new MetricsServer(app, 'metrics-server', { issuer: internalIssuer });
    new Whoami(app, 'whoami', { host: c.host('whoami'), exposure });
  },
});
