import { ArgoCd } from '../charts/argo-cd/index.js';
import { ExternalDns } from '../charts/external-dns.js';
import { ExternalSecrets } from '../charts/external-secrets.js';
import { KubevirtCsi } from '../charts/kubevirt-csi/index.js';
import { MetricsServer } from '../charts/metrics-server.js';
import { snapshotClassName, storageClassName } from '../charts/piraeus/index.js';
import { Reloader } from '../charts/reloader.js';
import { SnapshotController } from '../charts/snapshot-controller.js';
import { defineCluster } from './lib/cluster.js';
import { zoneAt, zoneOf } from './lib/dns.js';
import { platformRepository } from './lib/fleet.js';
import { argoCdLogin } from './lib/login.js';
import { basicLogin, clusterAccess, foundation, traefikGateway } from './lib/stacks.js';

/**
 * A child of weebo4cp, of seed 002: its machines are pods there, its load balancers and volumes come from there, so do its secrets and logins.
 * The seed says what every child gets; name, addresses and sizes are made up.
 */
export default defineCluster({
  name: 'weebo-apps',
  stage: 'prod',
  repository: platformRepository,
  branch: 'main',
  domain: 'apps.weebo.example.org',
  versions: { talos: 'v1.13.10', kubernetes: 'v1.36.4' },
  platform: 'kubevirt',
  parent: 'weebo4cp',
  network: {
    vip: '10.40.0.240',
    ntpServers: ['ntp.ovh.net'],
    podCidr: '10.245.0.0/16',
    serviceCidr: '10.112.0.0/12',
    ingressAddress: '10.40.0.241',
  },
  machines: {
    controlPlane: { replicas: 3, cores: 2, memoryMib: 4096, diskGib: 20 },
    workers: { replicas: 3, cores: 4, memoryMib: 8192, diskGib: 40 },
  },
  storage: {},
  certificates: { authority: 'letsencrypt', email: 'platform@weebo.example.org', dnsProvider: 'rfc2136' },
  login: {
    provider: 'authentik',
    host: 'auth.weebo.example.org',
    clients: { kubernetes: 'kubernetes-weebo-apps', argocd: 'argocd-weebo-apps' },
    adminGroup: 'platform-admins',
  },
  secrets: 'store',
  engine: 'argocd',
  components: (app, c, fleet) => {
    const parent = fleet.outputsOf(c.parent);
    const zone = zoneOf(c);
    const base = foundation(app, c, { zone: zoneAt(parent, zone, 'challengeKeyName') });
    const { internalIssuer, trust } = base;
    const gateway = traefikGateway(app, c, base);
    const exposure = basicLogin(app, gateway);
    gateway.cilium.exposeHubble(exposure, c.host('hubble'));
    new ArgoCd(app, 'argo-cd', {
      host: c.host('argocd'),
      exposure: gateway.exposure,
      installation: c.name,
      trust,
      login: argoCdLogin(c),
    });
    clusterAccess(app, c);
    new MetricsServer(app, 'metrics-server', { issuer: internalIssuer });
    new Reloader(app, 'reloader');
    new ExternalSecrets(app, 'external-secrets', {
      cluster: c.name,
      issuer: internalIssuer,
      vault: { address: `https://${parent.host('vault')}` },
    });
    new ExternalDns(app, 'external-dns', { cluster: c.name, zone: zoneAt(parent, zone, 'tsigKeyName'), traefik: gateway.traefik });
    const controller = new SnapshotController(app, 'snapshot-controller');
    new KubevirtCsi(app, 'kubevirt-csi', {
      parentStorageClass: storageClassName(parent.replicas),
      snapshots: { controller, parentClass: snapshotClassName },
    });
  },
});
