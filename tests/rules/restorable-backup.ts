import { DeclaredSecret } from '../../charts/lib/secret.js';
import { Made } from '../fixtures/components.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const location = (name: string, isDefault: boolean, key = 'cloud') => `
apiVersion: velero.io/v1
kind: BackupStorageLocation
metadata: {name: ${name}}
spec: {provider: aws, default: ${isDefault}, objectStorage: {bucket: backups, prefix: ${name}}, credential: {name: s3, key: ${key}}}
---
`;

const schedule = (template: string, when = '0 2 * * *') => `
apiVersion: velero.io/v1
kind: Schedule
metadata: {name: daily}
spec: {schedule: "${when}", template: {${template}}}
---
`;

const storage = `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: csi.example.test
---
`;

const snapshots = (name: string, metadata = '') => `
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshotClass
metadata: {name: ${name}${metadata}}
driver: csi.example.test
deletionPolicy: Delete
---
`;

const database = (plugins: string) => `${storage}
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: db}
spec: {instances: 1, enablePDB: false, storage: {size: 1Gi}, plugins: [${plugins}]}
---
apiVersion: barmancloud.cnpg.io/v1
kind: ObjectStore
metadata: {name: store}
spec: {configuration: {destinationPath: "s3://databases/made-up"}}
---
`;
const plugin = 'barman-cloud.cloudnative-pg.io';
const barman = (store: string) => `{name: ${plugin}, isWALArchiver: true, parameters: {barmanObjectName: ${store}}}`;

const backup = (method: string, cluster = 'db', when = '0 0 3 * * *') => `
apiVersion: postgresql.cnpg.io/v1
kind: ScheduledBackup
metadata: {name: db}
spec: {schedule: "${when}", cluster: {name: ${cluster}}, ${method}}
`;
const byPlugin = `method: plugin, pluginConfiguration: {name: ${plugin}}`;

/** With the login to the bucket. */
const velero = (manifests: string, values?: object): Fixture => ({
  manifests,
  ...(values ? { release: { chart: 'velero', values: { backupsEnabled: false, rbac: { clusterAdministrator: false }, ...values } } } : {}),
  build: (_, made) => void new DeclaredSecret(made.base, 's3', { name: 's3', keys: { cloud: 'login' }, consumer: 'Velero' }),
});

const csi = { features: 'EnableCSI', defaultSnapshotMoveData: true };

export const fixtures: RuleFixtures = {
  rejected: {
    'two default locations': {
      ...velero(location('near', true) + location('far', true)),
      says: 'app/resources/BackupStorageLocation-near and app/resources/BackupStorageLocation-far',
    },
    'no default location': { ...velero(location('far', false)), says: 'No location is the default' },
    'a schedule into a location that nobody makes': {
      ...velero(location('default', true) + schedule('storageLocation: offsite')),
      says: /storageLocation[\s\S]*write one of default/,
    },
    'a schedule of a namespace that nobody makes': {
      ...velero(location('default', true) + schedule('includedNamespaces: [gitae]')),
      says: 'the namespace "gitae"',
    },
    'a schedule with seconds': {
      ...velero(location('default', true) + schedule('', '0 0 2 * * *')),
      says: /reads five[\s\S]*write "0 2 \* \* \*"/,
    },
    'a schedule that leaves out what it names': {
      ...velero(location('default', true) + schedule('includedNamespaces: [app], excludedNamespaces: [app]')),
      says: 'It leaves out every namespace that it names',
    },
    'a schedule that keeps a backup for days, which are no unit': {
      ...velero(location('default', true) + schedule('ttl: 30d')),
      says: '"30d" is no time to keep a backup for',
    },
    'snapshots that are copied, and none are taken': {
      ...velero(location('default', true), { deployNodeAgent: true, configuration: { defaultSnapshotMoveData: true } }),
      says: 'values.configuration.features',
    },
    'volumes that are read through the file system, and no node agent': {
      ...velero(location('default', true) + schedule('defaultVolumesToFsBackup: true'), { configuration: {} }),
      says: 'Volumes are read through the file system',
    },
    'volumes that are copied, and no node agent': {
      ...velero(location('default', true) + storage + snapshots('fast'), { configuration: csi }),
      says: 'values.deployNodeAgent',
    },
    'snapshots of a driver without a class of them': {
      ...velero(location('default', true) + storage, { deployNodeAgent: true, configuration: csi }),
      says: 'no VolumeSnapshotClass of csi.example.test',
    },
    'two classes of snapshots that Velero cannot choose between': {
      ...velero(location('default', true) + storage + snapshots('keep') + snapshots('drop'), { deployNodeAgent: true, configuration: csi }),
      says: 'velero.io/csi-volumesnapshot-class',
    },
    'snapshots without the controller that makes them': {
      ...velero(location('default', true) + storage + snapshots('fast'), { deployNodeAgent: true, configuration: csi }),
      build: (app, made) => {
        new DeclaredSecret(made.base, 's3', { name: 's3', keys: { cloud: 'login' }, consumer: 'Velero' });
        new Made(app, 'snapshot-controller').install({}, { values: { controller: { enabled: false } } });
      },
      says: 'values.controller.enabled',
    },
    'a backup of a database that nobody makes': {
      manifests: database(barman('store')) + backup(byPlugin, 'bd'),
      says: /spec\.cluster\.name[\s\S]*write one of db/,
    },
    'a backup by a plugin that the database does not use': {
      manifests: database('') + backup(byPlugin),
      says: 'spec.pluginConfiguration.name',
    },
    'a backup without a place, because that is the default': {
      manifests: database(barman('store')) + backup('immediate: true'),
      says: 'its spec.backup has no barmanObjectStore',
    },
    'a database that writes to a store that nobody makes': {
      manifests: database(barman('stroe')) + backup(byPlugin),
      says: /barmanObjectName[\s\S]*write one of store/,
    },
    'a backup of a database at a time without seconds': {
      manifests: database(barman('store')) + backup(byPlugin, 'db', '0 3 * * *'),
      says: /reads six[\s\S]*write "0 0 3 \* \* \*"/,
    },
  },
  accepted: {
    'a location, a schedule, snapshots, and a node agent': velero(
      location('default', true) +
        location('far', false) +
        schedule('storageLocation: far, includedNamespaces: [app], ttl: 720h') +
        storage +
        snapshots('fast'),
      { deployNodeAgent: true, configuration: csi },
    ),
    'two classes of snapshots, one of them for Velero': velero(
      location('default', true) + storage + snapshots('keep', ', labels: {velero.io/csi-volumesnapshot-class: "true"}') + snapshots('drop'),
      { deployNodeAgent: true, configuration: csi },
    ),
    'a Velero that backs up objects only': velero(location('default', false) + storage, { configuration: {} }),
    'a database with a plugin and a store': { manifests: database(barman('store')) + backup(byPlugin) },
  },
};
