import { dashboardLabel, folderAnnotation } from './dashboards.js';
import type { AlertmanagerValues, GrafanaValues, OperatorValues, PrometheusValues } from './values.js';

/** A size in GiB as a Kubernetes quantity. */
export type VolumeSize = `${number}Gi`;

/** Keys of the Secret of Grafana's administrator. */
export const adminKeys = { userKey: 'admin-user', passwordKey: 'admin-password' } as const;

/** A workload that the operator makes, with a volume. */
interface StatefulSettings {
  /** Host name under which people reach it. */
  readonly host: string;
  /** Name of the class of its volume. */
  readonly storageClass: string;
  readonly size: VolumeSize;
}

/** The operator; nothing of it depends on the cluster. */
export const operatorValues: OperatorValues = {
  admissionWebhooks: {
    enabled: true,
    // Helm hooks that make a certificate; cert-manager does, from an authority that the chart brings, since no other signs *.svc.
    patch: { enabled: false },
    certManager: { enabled: true, admissionCert: { duration: '4320h0m0s' }, rootCert: { duration: '43800h0m0s' } },
    // Or rules could not be applied while the operator is away, its own first ones included.
    failurePolicy: 'Ignore',
  },
  // Kubernetes deprecates Endpoints.
  kubeletEndpointsEnabled: false,
  kubeletEndpointSliceEnabled: true,
  resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
  prometheusConfigReloader: { resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '64Mi' } } },
};

/** @param retention how long samples are kept. @example '15d' */
export function prometheusValues({
  cluster,
  host,
  storageClass,
  size,
  retention,
}: StatefulSettings & { readonly cluster: string; readonly retention: string }): PrometheusValues {
  return {
    prometheusSpec: {
      // Monitors and rules of every component, not only those that Helm made.
      serviceMonitorSelectorNilUsesHelmValues: false,
      podMonitorSelectorNilUsesHelmValues: false,
      ruleSelectorNilUsesHelmValues: false,
      probeSelectorNilUsesHelmValues: false,
      scrapeConfigSelectorNilUsesHelmValues: false,
      externalLabels: { cluster },
      externalUrl: `https://${host}`,
      serviceDiscoveryRole: 'EndpointSlice',
      replicas: 1,
      retention,
      // Three quarters of the volume: old blocks go a while after the limit is reached, and the alert on volumes fires at 85 %.
      retentionSize: `${Math.floor(Number.parseFloat(size) * 1024 * 0.75)}MB`,
      walCompression: true,
      // To read its log again after a crash takes minutes.
      maximumStartupDurationSeconds: 900,
      storageSpec: claimOf(storageClass, size),
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      resources: { requests: { cpu: '200m', memory: '1Gi' }, limits: { memory: '2Gi' } },
    },
  };
}

export function alertmanagerValues({ host, storageClass, size }: StatefulSettings): AlertmanagerValues {
  return {
    alertmanagerSpec: {
      replicas: 1,
      externalUrl: `https://${host}`,
      storage: claimOf(storageClass, size),
      resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    },
  };
}

function claimOf(storageClassName: string, storage: VolumeSize) {
  return {
    volumeClaimTemplate: { spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } } },
  } as const;
}

interface GrafanaSettings {
  readonly host: string;
  /** Name of the Secret with the administrator's name and password. */
  readonly adminSecret: string;
  /** Name of the ConfigMap with the authorities that it trusts. */
  readonly trustConfigMap: string;
}

export function grafanaValues({ host, adminSecret, trustConfigMap }: GrafanaSettings): GrafanaValues {
  const mountPath = '/etc/platform-trust';
  return {
    defaultDashboardsTimezone: 'browser',
    // Without it the chart makes up another password at each render.
    admin: { existingSecret: adminSecret, ...adminKeys },
    // Reloader reads them here too; the chart would put those of the Deployment on its ConfigMaps and roles as well.
    podAnnotations: { 'reloader.stakater.com/auto': 'true' },
    persistence: { enabled: false },
    initChownData: { enabled: false },
    testFramework: { enabled: false },
    deploymentStrategy: { type: 'Recreate' },
    ingress: { enabled: false },
    rbac: { pspEnabled: false },
    resources: { requests: { cpu: '50m', memory: '256Mi' }, limits: { memory: '512Mi' } },
    sidecar: {
      dashboards: {
        enabled: true,
        label: dashboardLabel.name,
        labelValue: dashboardLabel.value,
        searchNamespace: 'ALL',
        folderAnnotation,
        provider: { foldersFromFilesStructure: true, allowUiUpdates: false },
      },
      resources: { requests: { cpu: '10m', memory: '96Mi' }, limits: { memory: '192Mi' } },
    },
    // Go reads every directory of SSL_CERT_DIR.
    env: { SSL_CERT_DIR: `/etc/ssl/certs:${mountPath}` },
    extraConfigmapMounts: [{ name: 'platform-trust', configMap: trustConfigMap, mountPath, readOnly: true, optional: false }],
    'grafana.ini': {
      server: { domain: host, root_url: `https://${host}` },
      analytics: { check_for_updates: false, check_for_plugin_updates: false, reporting_enabled: false },
      security: { cookie_secure: true, cookie_samesite: 'lax', disable_gravatar: true },
      users: { allow_sign_up: false },
      plugins: { preinstall_disabled: true },
      news: { news_feed_enabled: false },
    },
  };
}
