import type { Resources } from '../lib/resources.js';

/** A switch of the chart. */
interface Switch {
  readonly enabled: boolean;
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

/** Prometheus, as the chart hands it to the operator. */
export interface PrometheusValues {
  readonly prometheusSpec: {
    readonly serviceMonitorSelectorNilUsesHelmValues: boolean;
    readonly podMonitorSelectorNilUsesHelmValues: boolean;
    readonly ruleSelectorNilUsesHelmValues: boolean;
    readonly probeSelectorNilUsesHelmValues: boolean;
    readonly scrapeConfigSelectorNilUsesHelmValues: boolean;
    readonly externalLabels: { readonly cluster: string };
    readonly externalUrl: string;
    readonly serviceDiscoveryRole: 'EndpointSlice';
    readonly replicas: number;
    readonly retention: string;
    /** Bytes by powers of two, whatever the unit is called. @example '15360MB' */
    readonly retentionSize: string;
    readonly walCompression: boolean;
    readonly maximumStartupDurationSeconds: number;
    readonly storageSpec: ClaimTemplate;
    readonly persistentVolumeClaimRetentionPolicy: { readonly whenDeleted: 'Retain'; readonly whenScaled: 'Retain' };
    readonly resources: Resources;
  };
}

/** Alertmanager, as the chart hands it to the operator. */
export interface AlertmanagerValues {
  readonly alertmanagerSpec: {
    readonly replicas: number;
    readonly externalUrl: string;
    readonly storage: ClaimTemplate;
    readonly resources: Resources;
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
    };
    readonly resources: Resources;
  };
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

/** The values of the chart that this platform sets; no other key compiles, since the chart itself takes any. */
export interface KubePrometheusStackValues {
  readonly crds: Switch;
  readonly defaultRules: {
    /** Alerts of the chart, by name, that are left out. */
    readonly disabled: Readonly<Record<string, true>>;
    readonly rules: { readonly kubeProxy: boolean; readonly windows: boolean };
  };
  readonly prometheusOperator: OperatorValues;
  readonly prometheus: PrometheusValues;
  readonly alertmanager: AlertmanagerValues;
  readonly grafana: GrafanaValues;
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
