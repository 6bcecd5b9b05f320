import type { IPodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/cloudnative-pg.js';
import type { Values as PluginValues } from '../imports/helm/plugin-barman-cloud.js';
import { Component } from './lib/component.js';
import { Manifest } from './lib/manifest.js';
import { HelmRelease } from './lib/release.js';

const repository = 'https://cloudnative-pg.github.io/charts';

// renovate: datasource=helm depName=cloudnative-pg registryUrl=https://cloudnative-pg.github.io/charts
const chartVersion = '0.29.0';

// renovate: datasource=helm depName=plugin-barman-cloud registryUrl=https://cloudnative-pg.github.io/charts
const pluginVersion = '0.7.0';

export interface CloudNativePgProps {
  /** Whether databases can be backed up to object storage. It needs cert-manager. @default false */
  readonly hasBackups?: boolean;
  /** Whether Prometheus scrapes the operator and all databases. @default false */
  readonly isMonitored?: boolean;
}

/**
 * Runs PostgreSQL for whatever asks for a Cluster of it, in any namespace. Databases go on when it is away; only failover waits for it.
 *
 * Source: https://cloudnative-pg.io/documentation/current/installation_upgrade/, https://cloudnative-pg.io/plugin-barman-cloud/docs/installation/
 * and the charts' values (0.29.0, operator 1.30.0; 0.7.0, plugin 0.13.0)
 */
export class CloudNativePg extends Component {
  /** Whether databases can be backed up; a database that is asks for it. */
  readonly hasBackups: boolean;

  constructor(scope: Construct, id: string, { hasBackups = false, isMonitored = false }: CloudNativePgProps = {}) {
    super(scope, id, { namespace: { name: 'cnpg-system', podSecurity: 'restricted' }, project: 'storage' });
    this.hasBackups = hasBackups;
    this.addOperator(isMonitored);
    if (hasBackups) this.addBackups();
    if (isMonitored) this.addDatabaseMetrics();
  }

  private addOperator(isMonitored: boolean): void {
    new HelmRelease<Values>(this.release, 'cloudnative-pg', {
      repository,
      chart: 'cloudnative-pg',
      version: chartVersion,
      values: {
        replicaCount: 1,
        crds: { create: true },
        config: { clusterWide: true },
        resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        monitoring: { podMonitorEnabled: isMonitored, grafanaDashboard: { create: false } },
      },
      provides: {
        // The chart asks Helm to keep them.
        crds: {
          'postgresql.cnpg.io': [
            'Backup',
            'Cluster',
            'ClusterImageCatalog',
            'Database',
            'DatabaseRole',
            'FailoverQuorum',
            'ImageCatalog',
            'Pooler',
            'Publication',
            'ScheduledBackup',
            'Subscription',
          ],
        },
        cluster: {
          'admissionregistration.k8s.io': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
          'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
        },
        namespaced: {
          '': ['ConfigMap', 'Service', 'ServiceAccount'],
          apps: ['Deployment'],
          ...(isMonitored ? { 'monitoring.coreos.com': ['PodMonitor'] } : {}),
        },
        webhooks: { 'postgresql.cnpg.io': ['Backup', 'Cluster', 'Database', 'Pooler', 'ScheduledBackup'] },
        podSecurity: 'restricted',
      },
    });
  }

  /** Copies base backups and write-ahead logs; the operator finds it by its Service, in its own namespace only. */
  private addBackups(): void {
    new HelmRelease<PluginValues>(this.release, 'plugin-barman-cloud', {
      repository,
      chart: 'plugin-barman-cloud',
      version: pluginVersion,
      values: {
        replicaCount: 1,
        crds: { create: true },
        resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        // Operator and plugin trust exactly each other's certificates, so that no authority is needed.
        certificate: {
          createClientCertificate: true,
          createServerCertificate: true,
          issuerName: 'selfsigned-issuer',
          duration: '2160h',
          renewBefore: '360h',
        },
      },
      provides: {
        crds: { 'barmancloud.cnpg.io': ['ObjectStore'] },
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'] },
        namespaced: {
          '': ['ConfigMap', 'Service', 'ServiceAccount'],
          apps: ['Deployment'],
          'cert-manager.io': ['Certificate', 'Issuer'],
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        podSecurity: 'restricted',
      },
    });
  }

  /** One for all of them, by the labels of their pods: the operator's own, one a database, is deprecated. */
  private addDatabaseMetrics(): void {
    new Manifest<IPodMonitor>(this.resources, 'databases', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: { name: 'databases' },
      spec: {
        namespaceSelector: { any: true },
        selector: { matchLabels: { 'cnpg.io/podRole': 'instance' } },
        podMetricsEndpoints: [{ port: 'metrics' }],
      },
    });
  }
}
