import type { Construct } from 'constructs';
import type { Values } from '../../imports/helm/velero.js';
import { Component } from '../lib/component.js';
import type { TrustBundleRef } from '../lib/handle.js';
import { HelmRelease } from '../lib/release.js';
import { DeclaredSecret } from '../lib/secret.js';
import { waive } from '../lib/waiver.js';
import { addAlerts, addLocation, addSchedules } from './objects.js';
import { jobResources, nodeAgentValues, trustPath, trustVolumes } from './values.js';

// renovate: datasource=helm depName=velero registryUrl=https://vmware-tanzu.github.io/helm-charts
const chartVersion = '12.1.0';

// renovate: datasource=docker depName=docker.io/velero/velero-plugin-for-aws
const pluginVersion = 'v1.14.3';

/** The key of the Secret that holds the login to the bucket. */
const credentialsKey = 'cloud';

export interface VeleroProps {
  /** Name of the cluster: the folder in the bucket that is its own. Two clusters in one folder would delete each other's backups. */
  readonly cluster: string;
  /** Bucket that exists and that its login may write. @example 'backups' */
  readonly bucket: string;
  /** Address of the S3 service, which must not run on this cluster. @example 'https://s3.example.test' */
  readonly endpoint: `https://${string}`;
  /** Region as the service has it; stores that know none still need a word. @example 'garage' */
  readonly region: string;
  /** Whether the storage drivers can snapshot; else only objects are backed up, and no pod needs the host. */
  readonly hasSnapshots: boolean;
  /** Authorities to trust besides the public ones, where the endpoint has a private name. @default - the public ones only */
  readonly trust?: TrustBundleRef | undefined;
  /** Whether Prometheus reads it. @default false */
  readonly isMonitored?: boolean;
  /** Whether the Prometheus of this cluster alerts when a backup fails or is missing; an agent evaluates nothing. @default - as `isMonitored` */
  readonly hasAlerts?: boolean;
}

/**
 * Backups to S3: all objects of the cluster, and the contents of volumes, which are snapshotted and then copied out of the cluster, so
 * that they outlive it. Kopia encrypts those contents; objects, Secrets among them, lie in the bucket as they are.
 *
 * Source: https://velero.io/docs/v1.18/csi-snapshot-data-movement/, pkg/repository/keys (v1.18) and the chart's values (12.1.0)
 */
export class Velero extends Component {
  constructor(scope: Construct, id: string, props: VeleroProps) {
    super(scope, id, {
      // The node agent reads volumes through the kubelet's folder on the host.
      namespace: {
        name: 'velero',
        podSecurity: props.hasSnapshots ? 'privileged' : 'restricted',
        trustsPlatform: props.trust !== undefined,
      },
      project: 'storage',
    });
    const login = new DeclaredSecret(this.base, 's3', {
      name: 'velero-s3',
      keys: {
        [credentialsKey]: `file of the AWS tools: [default], aws_access_key_id=, aws_secret_access_key=; may write to the bucket ${props.bucket}`,
      },
      consumer: 'Velero, to write backups; its own backups must not be its only source',
    });
    if (props.hasSnapshots) this.declareRepositoryPassword();
    this.addRelease(props, login.props.name);
    addLocation(this.resources, props, { name: login.props.name, key: credentialsKey });
    addSchedules(this.resources, this.namespaceName, props.hasSnapshots);
    if (props.hasAlerts ?? props.isMonitored) addAlerts(this.resources);
  }

  /** Velero takes a Secret of this name if there is one, and else makes it with a password that everybody knows. */
  private declareRepositoryPassword(): void {
    new DeclaredSecret(this.base, 'repository', {
      name: 'velero-repo-credentials',
      keys: { 'repository-password': 'password that encrypts the contents of volumes; without it no volume can be restored' },
      consumer: 'Velero; needed to restore on a new cluster too, so that a copy must lie elsewhere',
    });
  }

  private addRelease({ hasSnapshots, trust, isMonitored = false }: VeleroProps, existingSecret: string): void {
    const volumes = trust === undefined ? {} : trustVolumes(this.release.use(trust).configMap);
    waive(this.release, 'least-privilege', 'a restore makes objects of every kind, roles and bindings too');
    new HelmRelease<Values>(this.release, 'velero', {
      repository: 'https://vmware-tanzu.github.io/helm-charts',
      chart: 'velero',
      version: chartVersion,
      values: {
        initContainers: [
          {
            name: 'velero-plugin-for-aws',
            image: `docker.io/velero/velero-plugin-for-aws:${pluginVersion}`,
            imagePullPolicy: 'IfNotPresent',
            volumeMounts: [{ mountPath: '/target', name: 'plugins' }],
            securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true, runAsUser: 65532, capabilities: { drop: ['ALL'] } },
            resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '64Mi' } },
          },
        ],
        // Helm hooks; the kinds come with the chart.
        upgradeCRDs: false,
        cleanUpCRDs: false,
        // The location is an object of our own; the plugin's snapshots are those of AWS, not of the storage driver.
        backupsEnabled: false,
        snapshotsEnabled: false,
        deployNodeAgent: hasSnapshots,
        credentials: { useSecret: true, existingSecret },
        configuration: {
          features: hasSnapshots ? 'EnableCSI' : undefined,
          uploaderType: 'kopia',
          defaultVolumesToFsBackup: false,
          defaultSnapshotMoveData: hasSnapshots,
          extraEnvVars: [
            // Kopia writes below the home directory, and the root file system is read-only.
            { name: 'HOME', value: '/scratch' },
            ...(trust === undefined ? [] : [{ name: 'SSL_CERT_DIR', value: `/etc/ssl/certs:${trustPath}` }]),
          ],
          repositoryMaintenanceJob: {
            repositoryConfigData: { name: 'velero-repo-maintenance', global: { keepLatestMaintenanceJobs: 3, podResources: jobResources } },
          },
        },
        podSecurityContext: { runAsNonRoot: true, runAsUser: 65532, fsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' } },
        containerSecurityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        ...volumes,
        ...(hasSnapshots ? nodeAgentValues(volumes) : {}),
        // Without autodetect: whoever renders the chart may not know which kinds the cluster has.
        metrics: { enabled: true, serviceMonitor: { enabled: isMonitored, autodetect: false } },
        // A restore makes objects of any kind.
        rbac: { create: true, clusterAdministrator: true },
      },
      provides: {
        crds: {
          'velero.io': [
            'Backup',
            'BackupRepository',
            'BackupStorageLocation',
            'DataDownload',
            'DataUpload',
            'DeleteBackupRequest',
            'DownloadRequest',
            'PodVolumeBackup',
            'PodVolumeRestore',
            'Restore',
            'Schedule',
            'ServerStatusRequest',
            'VolumeSnapshotLocation',
          ],
        },
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRoleBinding'] },
        namespaced: {
          '': ['ConfigMap', 'Service', 'ServiceAccount'],
          apps: hasSnapshots ? ['DaemonSet', 'Deployment'] : ['Deployment'],
          ...(isMonitored ? { 'monitoring.coreos.com': ['ServiceMonitor'] } : {}),
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        podSecurity: hasSnapshots ? 'privileged' : 'restricted',
      },
    });
  }
}
