import type { IPrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { Manifest } from '../lib/manifest.js';
import type { Stage } from '../lib/stage.js';

/** Name of the one place that backups go to. */
const location = 'default';

/** Source: schema of velero.io/v1 BackupStorageLocation (v1.18.1) */
interface BackupStorageLocation {
  readonly apiVersion: 'velero.io/v1';
  readonly kind: 'BackupStorageLocation';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly provider: 'aws';
    readonly default: boolean;
    readonly accessMode: 'ReadWrite';
    readonly objectStorage: { readonly bucket: string; readonly prefix: string };
    readonly credential: { readonly name: string; readonly key: string };
    readonly config: Readonly<Record<'region' | 's3ForcePathStyle' | 's3Url' | 'checksumAlgorithm', string>>;
  };
}

/** Source: schema of velero.io/v1 Schedule (v1.18.1) */
interface Schedule {
  readonly apiVersion: 'velero.io/v1';
  readonly kind: 'Schedule';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly schedule: string;
    readonly useOwnerReferencesInBackup: boolean;
    readonly template: {
      readonly includedNamespaces: readonly string[];
      readonly excludedNamespaces: readonly string[];
      readonly includeClusterResources: boolean;
      readonly storageLocation: string;
      readonly ttl: string;
      readonly snapshotVolumes: boolean;
      readonly snapshotMoveData: boolean;
      readonly defaultVolumesToFsBackup: boolean;
      readonly csiSnapshotTimeout: string;
      readonly itemOperationTimeout: string;
    };
  };
}

/** When backups are made, in UTC, and how long each is kept: 30 days, and 90 days. They do not start together. */
const schedules = [
  { name: 'daily', schedule: '0 2 * * *', ttl: '720h0m0s' },
  { name: 'weekly', schedule: '0 5 * * 0', ttl: '2160h0m0s' },
] as const;

/** Where backups lie; the folder in the bucket is the cluster's own. */
export interface Location {
  readonly cluster: string;
  readonly bucket: string;
  readonly endpoint: string;
  readonly region: string;
}

/** @param credential Secret and key that hold the login. */
export function addLocation(
  stage: Stage,
  { cluster, bucket, endpoint, region }: Location,
  credential: { name: string; key: string },
): void {
  new Manifest<BackupStorageLocation>(stage, 'location', {
    apiVersion: 'velero.io/v1',
    kind: 'BackupStorageLocation',
    metadata: { name: location },
    spec: {
      provider: 'aws',
      default: true,
      accessMode: 'ReadWrite',
      objectStorage: { bucket, prefix: cluster },
      credential,
      // Checksums in trailers, the default, are refused by many stores that are not AWS.
      config: { region, s3ForcePathStyle: 'true', s3Url: endpoint, checksumAlgorithm: '' },
    },
  });
}

/** @param own the namespace of Velero. */
export function addSchedules(stage: Stage, own: string, hasSnapshots: boolean): void {
  for (const { name, schedule, ttl } of schedules) {
    new Manifest<Schedule>(stage, name, {
      apiVersion: 'velero.io/v1',
      kind: 'Schedule',
      metadata: { name },
      spec: {
        schedule,
        // Deleting the Schedule must not delete its backups.
        useOwnerReferencesInBackup: false,
        template: {
          includedNamespaces: ['*'],
          // What the bootstrap and this component make anew.
          excludedNamespaces: ['kube-system', own],
          includeClusterResources: true,
          storageLocation: location,
          ttl,
          snapshotVolumes: hasSnapshots,
          snapshotMoveData: hasSnapshots,
          defaultVolumesToFsBackup: false,
          csiSnapshotTimeout: '10m0s',
          itemOperationTimeout: '4h0m0s',
        },
      },
    });
  }
}

/** A backup that nobody misses until it is needed. Source: https://github.com/vmware-tanzu/velero/blob/v1.18.1/pkg/metrics/metrics.go */
export function addAlerts(stage: Stage): void {
  const alert = (name: string, duration: string, expr: string, summary: string, description: string) => ({
    alert: name,
    expr,
    for: duration,
    labels: { severity: 'warning' },
    annotations: { summary, description },
  });
  new Manifest<IPrometheusRule>(stage, 'alerts', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'velero' },
    spec: {
      groups: [
        {
          name: 'velero',
          rules: [
            alert(
              'BackupFailed',
              '15m',
              'velero_backup_last_status{schedule!=""} == 0',
              'The last {{ $labels.schedule }} backup failed',
              'Look at "velero backup describe" of the newest backup of this schedule.',
            ),
            alert(
              'BackupMissing',
              '15m',
              'time() - velero_backup_last_successful_timestamp{schedule="daily"} > 36 * 3600',
              'No daily backup for a day and a half',
              'The newest one is {{ $value | humanizeDuration }} old. Look at the log of the Deployment velero.',
            ),
            alert(
              'BackupLocationUnavailable',
              '30m',
              'velero_backup_location_status_gauge == 0',
              'Backups cannot reach their bucket',
              'The message is in the status of the BackupStorageLocation {{ $labels.backup_location_name }}.',
            ),
          ],
        },
      ],
    },
  });
}
