import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { CloudNativePg } from '../charts/cloudnative-pg.js';
import { Handle } from '../charts/lib/handle.js';
import { type Problem, Problems } from '../charts/lib/problem.js';
import { DeclaredSecret } from '../charts/lib/secret.js';
import { Postgres, type PostgresBackup, type PostgresProps } from '../charts/postgres/index.js';
import { Made, planOf } from './fixtures/components.js';
import { expectSound, find, objectsOf } from './fixtures/rendered.js';

/** Backups of databases, and what is made from them. */

const backup: PostgresBackup = { cluster: 'made-up', bucket: 'databases', endpoint: 'https://s3.example.test', region: 'here' };
const storageClass = new Handle({ component: 'disks', stage: 'resources' }, { name: 'made-up' });
const plain: Omit<PostgresProps, 'operator'> = {
  namespace: { name: 'wiki', podSecurity: 'restricted' },
  database: 'wiki',
  instances: 3,
  storageClass,
  size: '5Gi',
};

const addDatabase = (changes: Partial<PostgresBackup> = {}, others: Partial<PostgresProps> = {}, app: App = new App()) =>
  new Postgres(app, 'wiki-db', {
    ...plain,
    operator: Object.assign(new Made(app, 'operator').fill('release'), { hasBackups: true }),
    backup: { ...backup, ...changes },
    ...others,
  });

const secretsOf = (database: Postgres) => database.node.findAll().filter((node) => node instanceof DeclaredSecret);

/** Where a database writes to: the bucket's part of the cluster, and its own folder in it. */
function destinationOf(database: Postgres): string {
  const [use] = find(database, 'Cluster').spec.plugins;
  const store = find(database, 'ObjectStore', use.parameters.barmanObjectName);
  return `${store.spec.configuration.destinationPath}/${use.parameters.serverName}`;
}

function problemsOf(make: () => unknown): readonly Problem[] {
  try {
    make();
  } catch (error) {
    if (error instanceof Problems) return error.problems;
    throw error;
  }
  return [];
}

describe('a database with backups', () => {
  test.each([
    ['as it is', {}],
    ['behind a private authority', { hasPrivateAuthority: true }],
    ['made from another', { folder: 'wiki-db-2', recovery: { folder: 'wiki-db', time: '2026-08-01T12:00:00Z' } }],
  ] as const)('is what the schemas take: %s', (_name, changes) => {
    expectSound(addDatabase(changes));
  });

  test('saves its logs all the time, and itself once a day, seconds first', () => {
    const database = addDatabase();
    expect(find(database, 'Cluster').spec.plugins).toMatchObject([
      { name: 'barman-cloud.cloudnative-pg.io', enabled: true, isWALArchiver: true },
    ]);
    expect(find(database, 'ScheduledBackup').spec).toEqual({
      cluster: { name: 'wiki-db' },
      schedule: '0 0 3 * * *',
      immediate: true,
      backupOwnerReference: 'cluster',
      method: 'plugin',
      pluginConfiguration: { name: 'barman-cloud.cloudnative-pg.io' },
    });
    expect(find(addDatabase({ schedule: '30 15 * * * *' }), 'ScheduledBackup').spec.schedule).toBe('30 15 * * * *');
  });

  test('writes to a folder that no other cluster and no other database has', () => {
    expect(destinationOf(addDatabase())).toBe('s3://databases/made-up/wiki-db');
    expect(destinationOf(addDatabase({ cluster: 'other' }))).toBe('s3://databases/other/wiki-db');
    expect(destinationOf(addDatabase({ folder: 'wiki-db-2' }))).toBe('s3://databases/made-up/wiki-db-2');
  });

  test.each([
    [undefined, '30d'],
    ['12w', '12w'],
  ] as const)('keeps them for %s', (retention, expected) => {
    expect(find(addDatabase(retention === undefined ? {} : { retention }), 'ObjectStore').spec.retentionPolicy).toBe(expected);
  });

  test('reads the login, and nothing else, from a Secret that somebody fills', () => {
    const database = addDatabase();
    const { configuration, instanceSidecarConfiguration } = find(database, 'ObjectStore').spec;
    expect(configuration.s3Credentials).toEqual({
      accessKeyId: { name: 'wiki-db-backup', key: 'access-key-id' },
      secretAccessKey: { name: 'wiki-db-backup', key: 'secret-access-key' },
    });
    expect(configuration).not.toHaveProperty('endpointCA');
    expect(instanceSidecarConfiguration.env).toContainEqual({ name: 'AWS_DEFAULT_REGION', value: 'here' });
    const [secret, ...others] = secretsOf(database);
    expect(others).toEqual([]);
    expect([secret?.props.name, Object.keys(secret?.props.keys ?? {})]).toEqual(['wiki-db-backup', ['access-key-id', 'secret-access-key']]);
  });

  test('trusts a private authority by a key of the same Secret', () => {
    const database = addDatabase({ hasPrivateAuthority: true });
    const { endpointCA } = find(database, 'ObjectStore').spec.configuration;
    const [secret] = secretsOf(database);
    expect(endpointCA).toEqual({ name: secret?.props.name, key: 'ca.crt' });
    expect(secret?.props.keys).toHaveProperty(['ca.crt']);
  });

  test('waits for the operator that has the plugin, and misses it where there is none', () => {
    const build = (hasBackups: boolean) =>
      planOf((app) => {
        new Made(app, 'disks').put('resources', {
          apiVersion: 'storage.k8s.io/v1',
          kind: 'StorageClass',
          metadata: { name: 'made-up' },
          provisioner: 'made-up',
        });
        new Made(app, 'cert-manager').install({ crds: { 'cert-manager.io': ['Certificate', 'Issuer'] } });
        const operator = new CloudNativePg(app, 'cloudnative-pg', { hasBackups });
        addDatabase({}, { operator }, app);
      });
    const { problems, dependencies } = build(true);
    expect(problems).toEqual([]);
    expect(dependencies.graph.edges.get('wiki-db/resources')).toContain('cloudnative-pg/release');
    expect(problemsOf(() => build(false)).map(({ problem }) => problem)).toEqual(['The operator cloudnative-pg cannot make backups.']);
  });
});

describe('a database that is made from backups', () => {
  const recovery = { folder: 'wiki-db' };

  test('reads the folder of the lost one, and writes to its own', () => {
    const database = addDatabase({ folder: 'wiki-db-2', recovery });
    const { bootstrap, externalClusters } = find(database, 'Cluster').spec;
    expect(bootstrap).toEqual({ recovery: { source: 'origin', database: 'wiki', owner: 'wiki' } });
    expect(externalClusters).toEqual([
      {
        name: 'origin',
        plugin: {
          name: 'barman-cloud.cloudnative-pg.io',
          enabled: true,
          isWALArchiver: false,
          parameters: { barmanObjectName: 'wiki-db', serverName: 'wiki-db' },
        },
      },
    ]);
    expect(destinationOf(database)).toBe('s3://databases/made-up/wiki-db-2');
  });

  test('goes back to a moment where one is named', () => {
    const time = '2026-08-01T12:00:00Z';
    const { recoveryTarget } = find(addDatabase({ folder: 'wiki-db-2', recovery: { ...recovery, time } }), 'Cluster').spec.bootstrap
      .recovery;
    expect(recoveryTarget).toEqual({ targetTime: time });
  });
});

test('a database without backups has nothing of them', () => {
  const app = new App();
  const database = new Postgres(app, 'wiki-db', { ...plain, operator: new Made(app, 'operator').fill('release') });
  expect(objectsOf(database).map(({ manifest }) => manifest.kind)).toEqual(['Namespace', 'Cluster']);
  expect(find(database, 'Cluster').spec).not.toHaveProperty('plugins');
  expect(secretsOf(database)).toEqual([]);
});

describe('the fields of a backup', () => {
  test.each([
    [{ schedule: '0 3 * * *' }, 'backup.schedule', '"0 3 * * *" has not six fields: seconds come first.'],
    [{ schedule: '@daily' }, 'backup.schedule', '"@daily" has not six fields: seconds come first.'],
    [{ recovery: { folder: 'wiki-db' } }, 'backup.folder', 'It would write over the backups in "wiki-db" that it is made from.'],
    [{ folder: 'old', recovery: { folder: 'old' } }, 'backup.folder', 'It would write over the backups in "old" that it is made from.'],
  ])('are refused: %o', (changes: Partial<PostgresBackup>, field, problem) => {
    expect(problemsOf(() => addDatabase(changes))).toMatchObject([{ rule: 'valid-backup', field, problem }]);
  });

  test('are refused together with the names', () => {
    const found = problemsOf(() => addDatabase({ schedule: 'daily' }, { database: 'postgres', owner: 'wiki' }));
    expect(found.map(({ field }) => field)).toEqual(['database', 'backup.schedule']);
  });
});
