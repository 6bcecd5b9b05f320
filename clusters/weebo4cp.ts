import { ArgoCd } from '../charts/argo-cd/index.js';
import { Authentik } from '../charts/authentik/index.js';
import { Bind9, challengeZoneOf } from '../charts/bind9/index.js';
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
import { virtualizeChildren } from './lib/children.js';
import { defineCluster } from './lib/cluster.js';
import { zoneOf, zonesOf } from './lib/dns.js';
import { platformRepository } from './lib/fleet.js';
import { argoCdLogin, clientsAt } from './lib/login.js';
import { basicLogin, clusterAccess, foundation, poolOf, replicatedStorage, traefikGateway } from './lib/stacks.js';

/** The last address of the pool that hands out none by itself. */
const nameServer = '10.40.0.209';

/**
 * The management cluster of seed 002: machines at OVH that run the platform and, as virtual machines, other clusters. The seed names its
 * components; every address, disk and name here is made up. Addresses are those of a vRack, a private layer 2 network, because public
 * addresses at OVH are routed, where Cilium's announcements reach nobody; people come in by Netbird. The one port that the internet must reach is 53 of the name server, by a
 * public address that is forwarded to it, for Let's Encrypt to read the proofs there.
 */
export default defineCluster({
  name: 'weebo4cp',
  stage: 'prod',
  repository: platformRepository,
  branch: 'main',
  domain: 'weebo.example.org',
  versions: { talos: 'v1.13.10', kubernetes: 'v1.36.4' },
  platform: 'metal',
  network: {
    nodeCidr: '10.40.0.0/24',
    gateway: '10.40.0.1',
    vip: '10.40.0.9',
    // The second carries the cluster until the first, its own, runs.
    dnsServers: [nameServer, '213.186.33.99'],
    ntpServers: ['ntp.ovh.net'],
    podCidr: '10.244.0.0/16',
    serviceCidr: '10.96.0.0/12',
    interface: 'eth1',
    loadBalancerPools: [
      { name: 'assigned', start: '10.40.0.200', stop: '10.40.0.209', autoAssign: false },
      { name: 'auto', start: '10.40.0.210', stop: '10.40.0.239' },
      // Of the child: its API, and its load balancers.
      { name: 'weebo-apps', start: '10.40.0.240', stop: '10.40.0.249', autoAssign: false },
    ],
    ingressAddress: '10.40.0.200',
    nameServer,
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
  certificates: { authority: 'letsencrypt', email: 'platform@weebo.example.org', dnsProvider: 'rfc2136' },
  login: {
    provider: 'authentik',
    host: 'auth.weebo.example.org',
    clients: { kubernetes: 'kubernetes', argocd: 'argocd' },
    adminGroup: 'platform-admins',
  },
  secrets: 'store',
  engine: 'argocd',
  components: (app, c, fleet) => {
    const { nodeCount } = c;
    const zones = zonesOf(c, fleet);
    const base = foundation(app, c, { zone: challengeZoneOf('bind9', zoneOf(c)) });
    const { issuer, internalIssuer, trust } = base;
    const gateway = traefikGateway(app, c, base, { hasVirtualMachines: true });
    const { cilium, traefik, exposure } = gateway;
    const { storageClass, singleCopyClass } = replicatedStorage(app, c, base);
    cilium.exposeHubble(basicLogin(app, gateway), c.host('hubble'));
    new ArgoCd(app, 'argo-cd', { host: c.host('argocd'), exposure, installation: c.name, trust, login: argoCdLogin(c) });
    clusterAccess(app, c);
    new MetricsServer(app, 'metrics-server', { issuer: internalIssuer });
    new Reloader(app, 'reloader');

    const vault = new Vault(app, 'vault', { host: c.host('vault'), exposure, storageClass, nodeCount });
    new ExternalSecrets(app, 'external-secrets', {
      cluster: c.name,
      issuer: internalIssuer,
      vault: { address: vault.address, component: vault },
    });

    const operator = new CloudNativePg(app, 'cloudnative-pg', { hasBackups: true });
    const database = new Postgres(app, 'authentik-db', {
      namespace: { name: 'authentik', podSecurity: 'restricted' },
      database: 'authentik',
      instances: 3,
      storageClass: singleCopyClass,
      size: '10Gi',
      operator,
      // A bucket at OVH; the seed names none.
      backup: { cluster: c.name, bucket: 'weebo-databases', endpoint: 'https://s3.gra.io.cloud.ovh.net', region: 'gra' },
    });
    new Authentik(app, 'authentik', {
      host: c.host('auth'),
      exposure,
      database: database.databaseRef,
      namespace: database.namespaceRef,
      adminEmail: `platform@${c.domain}`,
      nodeCount,
      clients: clientsAt(c.host('auth'), fleet),
    });
    new Netbird(app, 'netbird', { host: c.host('netbird'), issuer, storageClass });

    const bind9 = new Bind9(app, 'bind9', {
      zones,
      address: nameServer,
      loadBalancer: cilium.loadBalancer,
      pool: poolOf(c, nameServer),
      storageClass,
    });
    new ExternalDns(app, 'external-dns', { cluster: c.name, zone: bind9.zone(c.domain), traefik });

    const kubevirt = new KubeVirt(app, 'kubevirt', { nodeCount });
    const cdi = new Cdi(app, 'cdi', { scratchSpace: storageClass, nodeCount });
    const clusterApi = new ClusterApi(app, 'cluster-api', { infrastructure: ['kubevirt'] });
    virtualizeChildren(app, c, fleet, { clusterApi, kubevirt, cdi, storageClass, loadBalancer: cilium.loadBalancer });
  },
});
