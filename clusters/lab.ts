import { CloudNativePg } from '../charts/cloudnative-pg.js';
import { Gitea } from '../charts/gitea.js';
import { Postgres } from '../charts/postgres/index.js';
import { SpinOperator } from '../charts/spin-operator.js';
import { Whoami } from '../charts/whoami.js';
import { defineCluster } from './lib/cluster.js';
import { platformRepository } from './lib/fleet.js';
import { platform, replicatedStorage } from './lib/stacks.js';

/** One control plane and three workers on vSphere: seed 000. What it leaves open is marked so. */
export default defineCluster({
  name: 'lab',
  stage: 'lab',
  repository: platformRepository,
  // Open in the seed.
  branch: 'main',
  domain: 'example.test',
  // The seed has Talos 1.11.3 and Kubernetes 1.34.1; the platform is one version everywhere.
  versions: { talos: 'v1.13.10', kubernetes: 'v1.36.4' },
  platform: 'vsphere',
  network: {
    nodeCidr: '10.17.3.0/24',
    gateway: '10.17.3.1',
    vip: '10.17.3.9',
    dnsServers: ['1.1.1.1'],
    ntpServers: ['pool.ntp.org'],
    // Open in the seed: the defaults of Talos.
    podCidr: '10.244.0.0/16',
    serviceCidr: '10.96.0.0/12',
    interface: 'eth0',
    loadBalancerPools: [{ name: 'default', start: '10.17.3.130', stop: '10.17.3.230' }],
    // Open in the seed: the first address of its pool.
    ingressAddress: '10.17.3.130',
  },
  nodes: [
    { name: 'c0', role: 'controlplane', address: '10.17.3.80', disks: { system: '/dev/sda' } },
    { name: 'w0', role: 'worker', address: '10.17.3.90', disks: { system: '/dev/sda', data: ['/dev/sdb'] } },
    { name: 'w1', role: 'worker', address: '10.17.3.91', disks: { system: '/dev/sda', data: ['/dev/sdb'] } },
    { name: 'w2', role: 'worker', address: '10.17.3.92', disks: { system: '/dev/sda', data: ['/dev/sdb'] } },
  ],
  // Open in the seed: two copies survive one worker.
  storage: { replicas: 2 },
  secrets: 'bootstrap',
  engine: 'argocd',
  components: (app, c) => {
    const base = platform(app, c);
    const { storageClass, singleCopyClass } = replicatedStorage(app, c, base);
    const operator = new CloudNativePg(app, 'cloudnative-pg');
    const database = new Postgres(app, 'gitea-db', {
      namespace: { name: 'gitea', podSecurity: 'restricted', trustsPlatform: true },
      database: 'gitea',
      instances: 3,
      storageClass: singleCopyClass,
      size: '5Gi',
      operator,
    });
    new Gitea(app, 'gitea', {
      ...base,
      host: c.host('gitea'),
      storageClass,
      database: database.databaseRef,
      namespace: database.namespaceRef,
      adminEmail: `gitea@${c.domain}`,
    });
    new SpinOperator(app, 'spin-operator');
    new Whoami(app, 'whoami', { host: c.host('whoami'), exposure: base.exposure });
  },
});
