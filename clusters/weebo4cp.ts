import { ArgoCd } from '../charts/argo-cd/index.js';
import { Authentik } from '../charts/authentik/index.js';
import { Bind9 } from '../charts/bind9/index.js';
import { Cdi } from '../charts/cdi.js';
import { CloudNativePg } from '../charts/cloudnative-pg.js';
import { ClusterApi } from '../charts/cluster-api/index.js';
import { ExternalDns } from '../charts/external-dns.js';
import { ExternalSecrets } from '../charts/external-secrets.js';
import { KubeVirt } from '../charts/kubevirt.js';
import { MetricsServer } from '../charts/metrics-server.js';
import { Netbird } from '../charts/netbird.js';
import { Postgres } from '../charts/postgres/index.js';
import { Reloader } from '../charts/reloader.js';
import { Vault } from '../charts/vault.js';
import { defineCluster } from './lib/cluster.js';
import { platformRepository } from './lib/fleet.js';
import { foundation, poolOf, replicatedStorage, traefikGateway } from './lib/stacks.js';

/** The name server, at the last address of the pool that hands out none by itself. */
const nameServer = '10.40.0.209';

/**
 * The management cluster of seed 002: machines at OVH that run the platform and, as virtual machines, other clusters. The seed names its
 * components; every address, disk and name here is made up. Addresses are those of a vRack, a private layer 2 network, because public
 * addresses at OVH are routed, where Cilium's announcements reach nobody; people come in by Netbird.
 */
export default defineCluster({
  name: 'weebo4cp',
  stage: 'prod',
  repository: platformRepository,
  branch: 'main',
  domain: 'weebo.test',
  versions: { talos: 'v1.13.10', kubernetes: 'v1.36.4' },
  platform: 'metal',
  network: {
    nodeCidr: '10.40.0.0/24',
    gateway: '10.40.0.1',
    vip: '10.40.0.9',
    dnsServers: ['213.186.33.99'],
    ntpServers: ['ntp.ovh.net'],
    podCidr: '10.244.0.0/16',
    serviceCidr: '10.96.0.0/12',
    interface: 'eth1',
    loadBalancerPools: [
      { name: 'assigned', start: '10.40.0.200', stop: '10.40.0.209', autoAssign: false },
      { name: 'auto', start: '10.40.0.210', stop: '10.40.0.249' },
    ],
    ingressAddress: '10.40.0.200',
  },
  nodes: [
    {
      name: 'weebo4cp-0',
      role: 'controlplane',
      address: '10.40.0.10',
      mac: '02:00:00:00:40:0a',
      disks: { system: '/dev/nvme0n1', data: ['/dev/nvme1n1'] },
    },
    {
      name: 'weebo4cp-1',
      role: 'controlplane',
      address: '10.40.0.11',
      mac: '02:00:00:00:40:0b',
      disks: { system: '/dev/nvme0n1', data: ['/dev/nvme1n1'] },
    },
    {
      name: 'weebo4cp-2',
      role: 'controlplane',
      address: '10.40.0.12',
      mac: '02:00:00:00:40:0c',
      disks: { system: '/dev/nvme0n1', data: ['/dev/nvme1n1'] },
    },
  ],
  storage: { replicas: 2 },
  secrets: 'store',
  engine: 'argocd',
  components: (app, c) => {
    const base = foundation(app, c);
    const { issuer, internalIssuer, trust } = base;
    const { nodeCount } = c;
    const { cilium, traefik, exposure } = traefikGateway(app, c, base, { hasVirtualMachines: true });
    const storageClass = replicatedStorage(app, c, base);
    cilium.exposeHubble(exposure, c.host('hubble'));
    new ArgoCd(app, 'argo-cd', { host: c.host('argocd'), exposure, installation: c.name, trust });
    new MetricsServer(app, 'metrics-server', { issuer: internalIssuer });
    new Reloader(app, 'reloader');

    const vault = new Vault(app, 'vault', { host: c.host('vault'), exposure, storageClass, nodeCount });
    new ExternalSecrets(app, 'external-secrets', {
      cluster: c.name,
      issuer: internalIssuer,
      vault: { address: vault.address, component: vault },
    });

    const operator = new CloudNativePg(app, 'cloudnative-pg');
    const database = new Postgres(app, 'authentik-db', {
      namespace: { name: 'authentik', podSecurity: 'restricted' },
      database: 'authentik',
      instances: 3,
      storageClass,
      size: '10Gi',
      operator,
    });
    new Authentik(app, 'authentik', {
      host: c.host('auth'),
      exposure,
      database: database.databaseRef,
      namespace: database.namespaceRef,
      adminEmail: `platform@${c.domain}`,
      nodeCount,
    });
    new Netbird(app, 'netbird', { host: c.host('netbird'), issuer, storageClass });

    const bind9 = new Bind9(app, 'bind9', {
      zones: [{ name: c.domain, tsigKeyName: c.name }],
      address: nameServer,
      loadBalancer: cilium.loadBalancer,
      pool: poolOf(c, nameServer),
      storageClass,
    });
    new ExternalDns(app, 'external-dns', { cluster: c.name, zone: bind9.zone(c.domain), traefik });

    new KubeVirt(app, 'kubevirt', { nodeCount });
    new Cdi(app, 'cdi', { scratchSpace: storageClass, nodeCount });
    new ClusterApi(app, 'cluster-api', { infrastructure: ['kubevirt'] });
  },
});
