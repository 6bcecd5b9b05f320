import { CloudNativePg } from '../charts/cloudnative-pg.js';
import { KubePrometheusStack } from '../charts/kube-prometheus-stack/index.js';
import { Loki } from '../charts/loki.js';
import { Postgres } from '../charts/postgres/index.js';
import { TektonOperator } from '../charts/tekton-operator.js';
import { Tempo } from '../charts/tempo.js';
import { Zitadel } from '../charts/zitadel/index.js';
import { defineCluster } from './lib/cluster.js';
import { labBase, labFacts, labLogin, labOperations, metricsHost, objectStore, sendersTo } from './lib/weebo-lab.js';

/**
 * The central child of seed 004: the login, the pipelines, and the metrics, logs and traces of all children. Addresses, sizes and the public
 * domain are made up.
 */
export default defineCluster({
  ...labFacts,
  name: 'main',
  domain: 'main.weebo-lab.example.org',
  platform: 'capmox',
  network: {
    nodeCidr: '192.168.71.0/24',
    gateway: '192.168.71.1',
    vip: '192.168.71.9',
    dnsServers: ['192.168.71.1'],
    ntpServers: ['pool.ntp.org'],
    podCidr: '10.245.0.0/16',
    serviceCidr: '10.112.0.0/12',
    interface: 'ens18',
    loadBalancerPools: [{ name: 'default', start: '192.168.71.200', stop: '192.168.71.219' }],
    ingressAddress: '192.168.71.200',
  },
  machines: {
    controlPlane: { replicas: 3, cores: 2, memoryMib: 4096, diskGib: 32, template: 9010 },
    workers: { replicas: 3, cores: 8, memoryMib: 24576, diskGib: 64, template: 9011, dataDisks: ['/dev/sdb'] },
    sourceNode: 'weebo4',
    hosts: ['weebo4', 'weebox'],
    storage: 'local-lvm',
    bridge: 'vmbr1',
    firstAddress: '192.168.71.20',
    lastAddress: '192.168.71.39',
  },
  storage: { replicas: 2 },
  // Zitadel gives these ids at the first deployment, which is that of `phase: 'bootstrap'`; they are made up.
  login: { ...labLogin, clients: { kubernetes: '301000000000000001', argocd: '301000000000000002' } },
  components: (app, c, fleet) => {
    const base = labBase(app, c);
    const { trust, certManagerNamespace, exposure, storageClass, singleCopyClass } = base;
    const { exposure: open } = base.gateway;
    const { name: cluster, nodeCount } = c;

    const loki = new Loki(app, 'loki', {
      cluster,
      storage: { kind: 's3', ...objectStore, storageClass },
      outside: { host: c.host('loki'), exposure: open },
      isMonitored: true,
    });
    const tempo = new Tempo(app, 'tempo', {
      storageClass,
      size: '50Gi',
      outside: { host: c.host('tempo'), exposure: open },
      isMonitored: true,
    });
    new KubePrometheusStack(app, 'kube-prometheus-stack', {
      role: 'central',
      cluster,
      clusters: sendersTo(c, fleet),
      storageClass,
      sizes: { prometheus: '100Gi' },
      retention: '30d',
      exposure,
      hosts: {
        grafana: c.host('grafana'),
        prometheus: c.host('prometheus'),
        alertmanager: c.host('alertmanager'),
        remoteWrite: metricsHost(fleet),
      },
      loki: loki.address,
      tempo: tempo.address,
      trust,
      certManagerNamespace,
    });
    labOperations(app, c, base, { loki: loki.address, tempo: tempo.address });

    const operator = new CloudNativePg(app, 'cloudnative-pg', { hasBackups: true, isMonitored: true });
    const database = new Postgres(app, 'zitadel-db', {
      namespace: { name: 'zitadel', podSecurity: 'restricted' },
      database: 'zitadel',
      instances: 3,
      storageClass: singleCopyClass,
      size: '10Gi',
      operator,
      backup: { cluster, bucket: 'databases', ...objectStore },
    });
    new Zitadel(app, 'zitadel', {
      host: labLogin.host,
      exposure: open,
      database: database.databaseRef,
      namespace: database.namespaceRef,
      nodeCount,
      isMonitored: true,
    });
    new TektonOperator(app, 'tekton-operator', { dashboard: { host: c.host('tekton'), exposure }, isMonitored: true });
  },
});
