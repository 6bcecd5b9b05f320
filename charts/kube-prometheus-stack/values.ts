import type { Resources } from '../lib/resources.js';

/** A switch of the chart. */
interface Switch {
  readonly enabled: boolean;
}

/** A part of the chart that is not installed. */
interface Disabled {
  readonly enabled: false;
}

/** The part of a volumeClaimTemplate that the operator completes. */
interface ClaimTemplate {
  readonly volumeClaimTemplate: {
    readonly spec: {
      readonly storageClassName: string;
      readonly accessModes: readonly 'ReadWriteOnce'[];
      readonly resources: { readonly requests: { readonly storage: string } };
    };
  };
}

/** What an operator's Prometheus is told in every role. */
export interface CommonPrometheusSpec {
  readonly serviceMonitorSelectorNilUsesHelmValues: boolean;
  readonly podMonitorSelectorNilUsesHelmValues: boolean;
  readonly probeSelectorNilUsesHelmValues: boolean;
  readonly scrapeConfigSelectorNilUsesHelmValues: boolean;
  readonly externalLabels: { readonly cluster: string };
  readonly serviceDiscoveryRole: 'EndpointSlice';
  readonly replicas: number;
  readonly walCompression: boolean;
  readonly resources: Resources;
  readonly scrapeClasses?: readonly ScrapeClass[];
  readonly prometheusExternalLabelNameClear?: true;
  readonly replicaExternalLabelNameClear?: true;
}

/** Settings of all targets whose monitor names no other class. */
interface ScrapeClass {
  readonly name: string;
  readonly default: true;
  readonly relabelings: readonly { readonly action: 'replace'; readonly targetLabel: string; readonly replacement: string }[];
}

/** A Prometheus that keeps samples, as the chart hands it to the operator. */
export interface PrometheusValues {
  readonly prometheusSpec: CommonPrometheusSpec & {
    readonly ruleSelectorNilUsesHelmValues: boolean;
    readonly externalUrl: string;
    readonly retention: string;
    /** Bytes by powers of two, whatever the unit is called. @example '15360MB' */
    readonly retentionSize: string;
    readonly maximumStartupDurationSeconds: number;
    readonly storageSpec: ClaimTemplate;
    readonly persistentVolumeClaimRetentionPolicy: { readonly whenDeleted: 'Retain'; readonly whenScaled: 'Retain' };
    readonly enableRemoteWriteReceiver?: true;
    readonly tsdb?: { readonly outOfOrderTimeWindow: string };
    readonly ruleQueryOffset?: string;
  };
}

/** A Prometheus that only sends samples. */
export interface PrometheusAgentValues {
  readonly agentMode: true;
  readonly prometheusSpec: CommonPrometheusSpec & {
    readonly additionalArgs: readonly { readonly name: string; readonly value: string }[];
    readonly storageSpec: { readonly emptyDir: { readonly sizeLimit: string } };
    readonly remoteWrite: readonly RemoteWrite[];
  };
}

type SecretKey = Readonly<{ name: string; key: string }>;

interface RemoteWrite {
  readonly name: string;
  readonly url: string;
  readonly basicAuth: { readonly username: SecretKey; readonly password: SecretKey };
  readonly tlsConfig?: { readonly ca: { readonly configMap: SecretKey } };
  readonly queueConfig: { readonly capacity: number; readonly maxSamplesPerSend: number; readonly maxShards: number };
}

/** Configuration file of Alertmanager. */
export interface AlertmanagerConfig {
  readonly inhibit_rules: readonly Readonly<Record<'source_matchers' | 'target_matchers' | 'equal', readonly string[]>>[];
  readonly route: {
    readonly receiver: string;
    readonly group_by: readonly string[];
    readonly group_wait: string;
    readonly group_interval: string;
    readonly repeat_interval: string;
    readonly routes: readonly { readonly receiver: string; readonly matchers: readonly string[] }[];
  };
  readonly receivers: readonly ({ readonly name: string } & object)[];
}

/** Alertmanager, as the chart hands it to the operator. */
export interface AlertmanagerValues {
  readonly config?: AlertmanagerConfig;
  readonly alertmanagerSpec: {
    readonly replicas: number;
    readonly externalUrl: string;
    readonly storage: ClaimTemplate;
    readonly resources: Resources;
    /** Each is below /etc/alertmanager/secrets. */
    readonly secrets?: readonly string[];
    /** Each is below /etc/alertmanager/configmaps. */
    readonly configMaps?: readonly string[];
  };
}

/** The operator, its webhook and what it adds to the pods that it makes. */
export interface OperatorValues {
  readonly admissionWebhooks: {
    readonly enabled: boolean;
    readonly patch: Switch;
    readonly certManager: Switch & {
      readonly admissionCert: { readonly duration: string };
      readonly rootCert: { readonly duration: string };
    };
    readonly failurePolicy: 'Ignore' | 'Fail';
  };
  readonly kubeletEndpointsEnabled: boolean;
  readonly kubeletEndpointSliceEnabled: boolean;
  readonly resources: Resources;
  readonly prometheusConfigReloader: { readonly resources: Resources };
}

/** A data source of Grafana, as a file describes it: `$` stands for the environment unless it is doubled. */
export interface DataSource {
  readonly name: string;
  /** Never changed, because dashboards and links name it. */
  readonly uid: string;
  readonly type: 'loki' | 'tempo';
  readonly access: 'proxy';
  readonly url: string;
  readonly jsonData: object;
}

export interface GrafanaValues {
  readonly defaultDashboardsTimezone: 'browser';
  readonly admin: { readonly existingSecret: string; readonly userKey: string; readonly passwordKey: string };
  readonly podAnnotations: Readonly<Record<string, string>>;
  readonly persistence: Switch;
  readonly initChownData: Switch;
  readonly testFramework: Switch;
  readonly deploymentStrategy: { readonly type: 'Recreate' };
  readonly ingress: Switch;
  readonly rbac: { readonly pspEnabled: boolean };
  readonly resources: Resources;
  readonly sidecar: {
    readonly dashboards: Switch & {
      readonly label: string;
      readonly labelValue: string;
      readonly searchNamespace: 'ALL';
      readonly folderAnnotation: string;
      readonly provider: { readonly foldersFromFilesStructure: boolean; readonly allowUiUpdates: boolean };
      /** Whether the chart's own ask which cluster they show. */
      readonly multicluster?: { readonly global: Switch; readonly etcd: Switch };
    };
    readonly resources: Resources;
  };
  readonly additionalDataSources?: readonly DataSource[];
  readonly env: Readonly<Record<string, string>>;
  readonly extraConfigmapMounts: readonly {
    readonly name: string;
    readonly configMap: string;
    readonly mountPath: string;
    readonly readOnly: boolean;
    readonly optional: boolean;
  }[];
  /** Sections of grafana.ini. */
  readonly 'grafana.ini': Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
}

/** The rules of the chart. */
export interface DefaultRules {
  /** Alerts that are left out, by name. */
  readonly disabled: Readonly<Record<string, true>>;
  /** Groups that are left out. */
  readonly rules: { readonly kubeProxy: false; readonly windows: false; readonly kubePrometheusNodeRecording?: false };
}

/** The values of the chart that this platform sets; no other key compiles, since the chart itself takes any. */
export interface KubePrometheusStackValues {
  readonly crds: Switch;
  readonly defaultRules: DefaultRules | { readonly create: false };
  readonly prometheusOperator: OperatorValues;
  readonly prometheus: PrometheusValues | PrometheusAgentValues;
  readonly alertmanager: AlertmanagerValues | Disabled;
  readonly grafana: GrafanaValues | Disabled;
  readonly 'kube-state-metrics': { readonly resources: Resources };
  readonly 'prometheus-node-exporter': { readonly resources: Resources };
  readonly nodeExporter: { readonly operatingSystems: { readonly aix: Switch; readonly darwin: Switch } };
  readonly kubeProxy: Switch;
  readonly kubeEtcd: {
    readonly service: {
      readonly port: number;
      readonly targetPort: number;
      readonly selector: Readonly<Record<string, string>>;
    };
  };
}
