import { Made } from '../fixtures/components.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const both = (one: Fixture, other: Fixture = one): Fixture => ({
  ...one,
  others: [{ ...other, facts: { name: 'other', network: { nodeVlan: 99 } } }],
});

const dns = (txtOwnerId: string): Fixture => ({ release: { chart: 'external-dns', values: { txtOwnerId } } });

const loki = (chunks: string, endpoint = 'https://s3.example.test'): Fixture => ({
  release: {
    chart: 'loki',
    values: {
      deploymentMode: 'Monolithic',
      singleBinary: { replicas: 1 },
      read: { replicas: 0 },
      write: { replicas: 0 },
      backend: { replicas: 0 },
      loki: {
        commonConfig: { replication_factor: 1 },
        schemaConfig: { configs: [{ from: '2024-04-01', schema: 'v13', store: 'tsdb', object_store: 's3' }] },
        storage: { type: 's3', bucketNames: { chunks, ruler: chunks }, s3: { endpoint } },
      },
    },
  },
});

const database = (folder: string, server = 'db'): Fixture => ({
  manifests: `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: local, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: csi.example.test
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: db}
spec:
  instances: 1
  enablePDB: false
  storage: {size: 1Gi}
  plugins: [{name: barman-cloud.cloudnative-pg.io, isWALArchiver: true, parameters: {barmanObjectName: backup, serverName: ${server}}}]
---
apiVersion: barmancloud.cnpg.io/v1
kind: ObjectStore
metadata: {name: backup}
spec: {configuration: {destinationPath: "s3://databases/${folder}", endpointURL: "https://s3.example.test"}}
`,
});

const store = (mountPath: string, server = 'https://vault.example.test'): Fixture => ({
  manifests: `
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: vault}
spec:
  provider:
    vault:
      server: ${server}
      version: v2
      auth: {kubernetes: {mountPath: ${mountPath}, role: reader, serviceAccountRef: {name: reader, namespace: app}}}
`,
});

const metrics = (prometheusSpec: object): Fixture => ({
  release: { chart: 'kube-prometheus-stack', values: { prometheus: { prometheusSpec } } },
});
const remoteWrite = [{ url: 'https://metrics.example.test/api/v1/write' }];

const backups = (accessMode: string): Fixture => ({
  manifests: `
apiVersion: velero.io/v1
kind: BackupStorageLocation
metadata: {name: default}
spec:
  provider: aws
  default: true
  accessMode: ${accessMode}
  objectStorage: {bucket: backups, prefix: shared}
  config: {s3Url: "https://s3.example.test"}
`,
});

export const fixtures: RuleFixtures = {
  rejected: {
    'two clusters that own the same DNS records': {
      ...both(dns('platform')),
      says: /values\.txtOwnerId[\s\S]*The owner of DNS records, "platform", is that of made-up too, app\/release\/app/,
    },
    'two clusters that write logs to one bucket': { ...both(loki('logs')), says: 'logs at https://s3.example.test' },
    'two databases that write to one folder, with and without a slash at its end': {
      ...both(database('shared'), database('shared/')),
      says: 'spec.plugins[0].parameters.serverName',
    },
    'two clusters that write backups to one folder': { ...both(backups('ReadWrite')), says: 'spec.objectStorage.prefix' },
    'two clusters that log in to one Vault as the same': {
      ...both(store('kubernetes')),
      says: 'spec.provider.vault.auth.kubernetes.mountPath',
    },
    'two clusters that write traces to one folder of a bucket': {
      ...both({
        release: {
          chart: 'tempo',
          values: {
            tempo: { storage: { trace: { backend: 's3', s3: { bucket: 'traces', endpoint: 's3.example.test', prefix: '/all/' } } } },
          },
        },
      }),
      says: 'The place of its traces, traces/all at s3.example.test',
    },
    'two Argo CDs that call themselves the same': {
      ...both({ release: { chart: 'argo-cd', version: '10.4.1', values: { configs: { cm: { installationID: 'platform' } } } } }),
      says: 'values.configs.cm.installationID',
    },
    'metrics that two clusters call theirs': {
      ...both(metrics({ remoteWrite, externalLabels: { cluster: 'prod' } })),
      says: 'The label `cluster` of metrics, "prod"',
    },
    'metrics that leave the cluster without its name': {
      ...metrics({ remoteWrite }),
      says: /externalLabels\.cluster[\s\S]*write cluster: "made-up"/,
    },
    'logs that leave the cluster without its name': {
      release: {
        chart: 'alloy',
        values: { alloy: { configMap: { content: 'loki.write "central" { endpoint { url = "https://logs.example.test" } }' } } },
      },
      says: 'values.alloy.configMap.content',
    },
  },
  accepted: {
    'two clusters that own records of their own': both(dns('one'), dns('two')),
    'two clusters with a bucket of the same name inside themselves': both(loki('logs', 'http://minio.minio.svc:9000')),
    'two databases with folders of their own in one bucket': both(database('shared', 'one'), database('shared', 'two')),
    'two clusters with a login of their own': both(store('kubernetes-one'), store('kubernetes-two')),
    'a cluster that reads the backups of another one': both(backups('ReadWrite'), backups('ReadOnly')),
    'two name servers of one cluster with one owner': {
      ...dns('platform'),
      build: (app) => void new Made(app, 'internal-dns').install({}, { chart: 'external-dns', values: { txtOwnerId: 'platform' } }),
    },
    'metrics that stay, without a name': metrics({}),
  },
};
