import { listOf, recordOf, textOf, valueAt } from '../../../charts/lib/untyped.js';
import type { ClusterView, SeenObject, SeenRelease } from './view.js';

/** Something that a cluster takes for its own. */
export interface Claim {
  /** Same for what is the same thing. */
  readonly key: string;
  /** Begins a sentence. */
  readonly what: string;
  readonly at: SeenObject | SeenRelease;
  readonly field: string;
  /** Whether several of one cluster may be the same. @default false */
  readonly isOfCluster?: boolean;
}

/** Everything that must be of one cluster only. What lies inside the cluster itself is its own in any case. */
export function claimsOf(view: ClusterView): Claim[] {
  return [...byValues(view), ...locations(view), ...databases(view), ...logins(view)];
}

/** One value of a chart is the whole of it. */
const values: readonly (readonly [chart: string, path: string, what: string])[] = [
  ['external-dns', 'txtOwnerId', 'The owner of DNS records'],
  ['kube-prometheus-stack', 'prometheus.prometheusSpec.externalLabels.cluster', 'The label `cluster` of metrics'],
  ['argo-cd', 'configs.cm.installationID', 'The installation of Argo CD'],
];

function byValues(view: ClusterView): Claim[] {
  const single = values.flatMap(([chart, path, what]) =>
    view.releasesOf(chart).flatMap((at) => {
      const value = textOf(valueAt(at.values, path));
      return value === undefined
        ? []
        : [{ key: `${what} ${value}`, what: `${what}, "${value}",`, at, field: `values.${path}`, isOfCluster: true }];
    }),
  );
  const loki = view.releasesOf('loki').flatMap((at) => {
    const storage = recordOf(valueAt(at.values, 'loki.storage'));
    const { endpoint, region } = recordOf(storage['s3']);
    return bucketClaim(
      at,
      'logs',
      'values.loki.storage.bucketNames.chunks',
      endpoint ?? region,
      valueAt(storage, 'bucketNames.chunks'),
      '',
    );
  });
  const tempo = view.releasesOf('tempo').flatMap((at) => {
    const { bucket, endpoint, prefix } = recordOf(valueAt(at.values, 'tempo.storage.trace.s3'));
    return bucketClaim(at, 'traces', 'values.tempo.storage.trace.s3.bucket', endpoint, bucket, prefix);
  });
  return [...single, ...loki, ...tempo];
}

/** Services of the cluster itself are other ones in each cluster, by the same name. */
function isInside(address: unknown): boolean {
  return /\.svc([.:/]|$)/.test(String(address));
}

function bucketClaim(at: Claim['at'], what: string, field: string, endpoint: unknown, bucket: unknown, prefix: unknown): Claim[] {
  if (textOf(bucket) === undefined || isInside(endpoint)) return [];
  const folder = String(prefix ?? '').replace(/^\/+|\/+$/g, '');
  const place = `${bucket}${folder === '' ? '' : `/${folder}`}`;
  return [{ key: `${what} ${endpoint} ${place}`, what: `The place of its ${what}, ${place} at ${endpoint},`, at, field }];
}

function locations(view: ClusterView): Claim[] {
  return view.of('BackupStorageLocation.velero.io').flatMap((at) => {
    const { provider, config, objectStorage, accessMode } = recordOf(at.manifest['spec']);
    const { bucket, prefix } = recordOf(objectStorage);
    // One cluster restores what another one wrote.
    if (accessMode === 'ReadOnly') return [];
    return bucketClaim(at, 'backups', 'spec.objectStorage.prefix', recordOf(config)['s3Url'] ?? provider, bucket, prefix);
  });
}

/** Each database writes to a folder of its own, which is called like it by default. */
function databases(view: ClusterView): Claim[] {
  return view.of('Cluster.postgresql.cnpg.io').flatMap((at) => {
    const { name, namespace } = at.manifest.metadata;
    const { plugins, backup } = recordOf(at.manifest['spec']);
    const own = recordOf(backup)['barmanObjectStore'];
    const built =
      own === undefined ? [] : folderClaim(at, recordOf(own), recordOf(own)['serverName'] ?? name, 'spec.backup.barmanObjectStore');
    const used = listOf(plugins).flatMap(({ parameters }, index) => {
      const { barmanObjectName, serverName = name } = recordOf(parameters);
      const store = view.find('ObjectStore.barmancloud.cnpg.io', String(barmanObjectName), namespace);
      const configuration = recordOf(valueAt(store?.manifest, 'spec.configuration'));
      return store === undefined ? [] : folderClaim(at, configuration, serverName, `spec.plugins[${index}].parameters`);
    });
    return [...built, ...used];
  });
}

function folderClaim(at: SeenObject, configuration: Readonly<Record<string, unknown>>, server: unknown, field: string): Claim[] {
  const { destinationPath, endpointURL = 'AWS' } = configuration;
  const path = textOf(destinationPath)?.replace(/\/+$/, '');
  return path === undefined ? [] : bucketClaim(at, 'write-ahead logs', `${field}.serverName`, endpointURL, path, server);
}

/** Vault asks one API server for each way to log in. */
function logins(view: ClusterView): Claim[] {
  return view.of('ClusterSecretStore.external-secrets.io', 'SecretStore.external-secrets.io').flatMap((at) => {
    const { server, auth } = recordOf(valueAt(at.manifest, 'spec.provider.vault'));
    const { kubernetes } = recordOf(auth);
    if (textOf(server) === undefined || kubernetes === undefined || isInside(server)) return [];
    const mount = String(recordOf(kubernetes)['mountPath'] ?? 'kubernetes');
    const field = 'spec.provider.vault.auth.kubernetes.mountPath';
    return [{ key: `login ${server} ${mount}`, what: `The login of ${server}, "${mount}",`, at, field }];
  });
}
