import type { Component } from '../lib/component.js';
import { Manifest } from '../lib/manifest.js';
import type { Resources } from '../lib/resources.js';
import { DeclaredSecret } from '../lib/secret.js';

const plugin = 'barman-cloud.cloudnative-pg.io';

const loginKeys = { id: 'access-key-id', secret: 'secret-access-key', authority: 'ca.crt' } as const;

/** Backups to S3, from which any moment since the oldest one can be had back. */
export interface PostgresBackup {
  /** Name of the cluster, whose own part of the bucket this is. */
  readonly cluster: string;
  /** Bucket that exists and that its login may write. @example 'databases' */
  readonly bucket: string;
  /** Address of the S3 service, which must not run on this database. @example 'https://s3.example.test' */
  readonly endpoint: `https://${string}`;
  /** Region as the service has it; stores that know none still need a word. @example 'garage' */
  readonly region: string;
  /** Whether an authority that is not public signs the endpoint; its certificate is then in the Secret too. @default false */
  readonly hasPrivateAuthority?: boolean;
  /** How far back one can go, in days, weeks or months. @default '30d' */
  readonly retention?: `${number}${'d' | 'w' | 'm'}`;
  /** When a whole copy is made, in UTC; six fields, seconds first. @default '0 0 3 * * *' */
  readonly schedule?: string;
  /** Folder that it writes to, below the cluster's. It must be empty when the database is made. @default - the id of the component */
  readonly folder?: string;
  /** What the database is made from, once. @default - nothing, it is made empty */
  readonly recovery?: {
    /** Folder of the one that is lost. */
    readonly folder: string;
    /** Moment to go back to, with its zone. @example '2026-08-01T12:00:00Z' @default - the last that was saved */
    readonly time?: string;
  };
}

/** How a Cluster names the plugin: where it writes to, or where a new one is made from. */
export interface PluginUse {
  readonly name: typeof plugin;
  readonly enabled: boolean;
  readonly isWALArchiver: boolean;
  readonly parameters: { readonly barmanObjectName: string; readonly serverName: string };
}

interface ScheduledBackup {
  readonly apiVersion: 'postgresql.cnpg.io/v1';
  readonly kind: 'ScheduledBackup';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly cluster: { readonly name: string };
    readonly schedule: string;
    readonly immediate: boolean;
    readonly backupOwnerReference: 'cluster';
    readonly method: 'plugin';
    readonly pluginConfiguration: { readonly name: typeof plugin };
  };
}

/** Source: schema of barmancloud.cnpg.io/v1 ObjectStore (v0.13.0) */
interface ObjectStore {
  readonly apiVersion: 'barmancloud.cnpg.io/v1';
  readonly kind: 'ObjectStore';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly configuration: {
      readonly destinationPath: string;
      readonly endpointURL: string;
      readonly endpointCA?: SecretKey;
      readonly s3Credentials: { readonly accessKeyId: SecretKey; readonly secretAccessKey: SecretKey };
      readonly wal: { readonly compression: 'gzip' };
      readonly data: { readonly compression: 'snappy' };
    };
    readonly retentionPolicy: string;
    readonly instanceSidecarConfiguration: {
      readonly logLevel: 'info';
      readonly retentionPolicyIntervalSeconds: number;
      readonly env: readonly { readonly name: string; readonly value: string }[];
      readonly resources: Resources;
    };
  };
}

interface SecretKey {
  readonly name: string;
  readonly key: string;
}

/**
 * The plugin, in a Cluster.
 *
 * @param id of the Postgres, as its objects are called.
 * @param folder below the one of the cluster.
 */
export function pluginUse(id: string, folder: string, isWALArchiver: boolean): PluginUse {
  return { name: plugin, enabled: true, isWALArchiver, parameters: { barmanObjectName: id, serverName: folder } };
}

/** Where backups lie, when whole copies are made, and the login that both need. */
export function addBackup(component: Component, backup: PostgresBackup): void {
  const { id } = component.node;
  const secret = declareLogin(component, backup);
  new Manifest<ObjectStore>(component.resources, 'store', {
    apiVersion: 'barmancloud.cnpg.io/v1',
    kind: 'ObjectStore',
    metadata: { name: id },
    spec: storeSpec(backup, secret),
  });
  new Manifest<ScheduledBackup>(component.resources, 'schedule', {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'ScheduledBackup',
    metadata: { name: id },
    spec: {
      cluster: { name: id },
      schedule: backup.schedule ?? '0 0 3 * * *',
      // Logs are of no use without a copy that they follow.
      immediate: true,
      backupOwnerReference: 'cluster',
      method: 'plugin',
      pluginConfiguration: { name: plugin },
    },
  });
}

/** @returns name of the Secret. */
function declareLogin(component: Component, { bucket, endpoint, hasPrivateAuthority }: PostgresBackup): string {
  const { id } = component.node;
  const { name } = new DeclaredSecret(component.base, 'backup', {
    name: `${id}-backup`,
    keys: {
      [loginKeys.id]: `ID of an access key that may read, write and delete in the bucket ${bucket}`,
      [loginKeys.secret]: 'its secret',
      ...(hasPrivateAuthority ? { [loginKeys.authority]: `certificate of the authority that signs ${endpoint}` } : {}),
    },
    consumer: `PostgreSQL ${id}, to write its backups; without it, logs that were not saved fill its volume`,
  }).props;
  return name;
}

function storeSpec(
  { cluster, bucket, endpoint, region, hasPrivateAuthority, retention }: PostgresBackup,
  name: string,
): ObjectStore['spec'] {
  return {
    configuration: {
      destinationPath: `s3://${bucket}/${cluster}`,
      endpointURL: endpoint,
      ...(hasPrivateAuthority ? { endpointCA: { name, key: loginKeys.authority } } : {}),
      s3Credentials: { accessKeyId: { name, key: loginKeys.id }, secretAccessKey: { name, key: loginKeys.secret } },
      wal: { compression: 'gzip' },
      // Copying a whole database with gzip takes ten times as long.
      data: { compression: 'snappy' },
    },
    retentionPolicy: retention ?? '30d',
    // Of the container beside each instance that does the work. Two of these are defaults, which the API server would add.
    instanceSidecarConfiguration: {
      logLevel: 'info',
      retentionPolicyIntervalSeconds: 1800,
      env: [
        { name: 'AWS_DEFAULT_REGION', value: region },
        // Checksums in trailers, the default, are refused by many stores that are not AWS.
        { name: 'AWS_REQUEST_CHECKSUM_CALCULATION', value: 'when_required' },
        { name: 'AWS_RESPONSE_CHECKSUM_VALIDATION', value: 'when_required' },
      ],
      resources: { requests: { cpu: '10m', memory: '128Mi' }, limits: { memory: '512Mi' } },
    },
  };
}
