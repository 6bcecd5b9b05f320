import type {
  Alertmanager,
  AlertmanagerSpec,
  Grafana,
  Prometheus,
  PrometheusOperator,
  PrometheusSpec,
  Values,
} from '../../imports/helm/kube-prometheus-stack.js';
import { type AlertReceiver, alertmanagerConfig } from './alertmanager.js';
import { dashboardLabel, folderAnnotation } from './dashboards.js';
import type { VolumeSize } from './props.js';
import type { DataSource } from './values.js';

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
const operatorValues: PrometheusOperator = {
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

/** What is installed and scraped in every role. */
export const scrapedValues = {
  // A component of their own: everything with metrics needs them, long before Prometheus runs.
  crds: { enabled: false },
  prometheusOperator: operatorValues,
  'kube-state-metrics': { resources: { requests: { cpu: '10m', memory: '96Mi' }, limits: { memory: '256Mi' } } },
  'prometheus-node-exporter': { resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '96Mi' } } },
  // Dashboards of systems that no node here runs.
  nodeExporter: { operatingSystems: { aix: { enabled: false }, darwin: { enabled: false } } },
  // Cilium does its work.
  kubeProxy: { enabled: false },
  // On Talos etcd is no pod. The API server is one, on the same nodes and in their network, so that it stands for the address.
  kubeEtcd: { service: { port: 2381, targetPort: 2381, selector: { 'k8s-app': 'kube-apiserver' } } },
} satisfies Values;

/** Monitors of every component, not only those that Helm made, and whose samples they are. */
export function commonSpec(cluster: string) {
  return {
    serviceMonitorSelectorNilUsesHelmValues: false,
    podMonitorSelectorNilUsesHelmValues: false,
    probeSelectorNilUsesHelmValues: false,
    scrapeConfigSelectorNilUsesHelmValues: false,
    externalLabels: { cluster },
    serviceDiscoveryRole: 'EndpointSlice',
    replicas: 1,
    walCompression: true,
  } satisfies PrometheusSpec;
}

/**
 * Puts the label on each target, so that the centre knows its own samples by it too, and a sample with a `cluster` of its own, such as one of
 * a database, does not lose the name of its cluster. Labels of the operator that only this Prometheus could read go.
 */
export function clusterOnEverySample(cluster: string) {
  return {
    scrapeClasses: [{ name: 'cluster', default: true, relabelings: [{ action: 'replace', targetLabel: 'cluster', replacement: cluster }] }],
    prometheusExternalLabelNameClear: true,
    replicaExternalLabelNameClear: true,
  } satisfies PrometheusSpec;
}

interface PrometheusSettings extends StatefulSettings {
  readonly cluster: string;
  /** How long samples are kept. @example '15d' */
  readonly retention: string;
  /** Whether it takes the samples of other clusters. */
  readonly isCentral: boolean;
}

export function prometheusValues({ cluster, host, storageClass, size, retention, isCentral }: PrometheusSettings): Prometheus {
  return {
    prometheusSpec: {
      ...commonSpec(cluster),
      ruleSelectorNilUsesHelmValues: false,
      externalUrl: `https://${host}`,
      retention,
      // Three quarters of the volume: old blocks go a while after the limit is reached, and the alert on volumes fires at 85 %.
      retentionSize: `${Math.floor(Number.parseFloat(size) * 1024 * 0.75)}MB`,
      // To read its log again after a crash takes minutes.
      maximumStartupDurationSeconds: 900,
      storageSpec: claimOf(storageClass, size),
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      resources: { requests: { cpu: '200m', memory: '1Gi' }, limits: { memory: isCentral ? '4Gi' : '2Gi' } },
      ...(isCentral ? { ...clusterOnEverySample(cluster), ...receiverSpec } : {}),
    },
  };
}

/** Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/ (tsdb, rule_query_offset; v3) */
const receiverSpec = {
  enableRemoteWriteReceiver: true,
  // As old as what an agent sends after it could not: otherwise samples are refused once they are an hour behind the newest.
  tsdb: { outOfOrderTimeWindow: '6h' },
  // Samples of others arrive a little later than its own.
  ruleQueryOffset: '30s',
} satisfies PrometheusSpec;

interface AlertmanagerSettings extends StatefulSettings {
  readonly receiver: AlertReceiver | undefined;
  /** Name of the Secret of the receiver, if it needs one. */
  readonly receiverSecret: string | undefined;
  /** The ConfigMap with the authorities that it trusts, and the key in it. */
  readonly authorities: { readonly configMap: string; readonly key: string };
  /** Whether alerts of several clusters arrive. */
  readonly isCentral: boolean;
}

export function alertmanagerValues(settings: AlertmanagerSettings): Alertmanager {
  const { host, storageClass, size, receiver, receiverSecret, authorities, isCentral } = settings;
  const caFile = `/etc/alertmanager/configmaps/${authorities.configMap}/${authorities.key}`;
  return {
    // Otherwise that of the chart, which tells nobody.
    ...(isCentral || receiver !== undefined ? ({ config: alertmanagerConfig(receiver, caFile) } satisfies Alertmanager) : {}),
    alertmanagerSpec: {
      replicas: 1,
      externalUrl: `https://${host}`,
      storage: claimOf(storageClass, size),
      resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      ...(receiver === undefined ? {} : ({ configMaps: [authorities.configMap] } satisfies AlertmanagerSpec)),
      ...(receiverSecret === undefined ? {} : ({ secrets: [receiverSecret] } satisfies AlertmanagerSpec)),
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
  /** Besides Prometheus and Alertmanager. */
  readonly dataSources: readonly DataSource[];
  /** Whether it shows samples of several clusters. */
  readonly isCentral: boolean;
}

export function grafanaValues({ host, adminSecret, trustConfigMap, dataSources, isCentral }: GrafanaSettings): Grafana {
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
        multicluster: isCentral ? { global: { enabled: true }, etcd: { enabled: true } } : undefined,
      },
      resources: { requests: { cpu: '10m', memory: '96Mi' }, limits: { memory: '192Mi' } },
    },
    ...(dataSources.length > 0 ? ({ additionalDataSources: dataSources } satisfies Grafana) : {}),
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
