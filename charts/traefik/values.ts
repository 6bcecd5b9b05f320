import type { Resources } from '../lib/resources.js';

/** The part of the chart's values that is set here. Source: the chart's values.yaml (41.3.0), which checks most of its keys itself. */
export interface TraefikValues {
  readonly deployment: { readonly kind: 'Deployment'; readonly replicas: number };
  readonly podDisruptionBudget: { readonly enabled: boolean; readonly maxUnavailable?: number };
  readonly ingressClass: { readonly enabled: boolean; readonly isDefaultClass: boolean; readonly name: string };
  readonly core: { readonly strictTLSOptions: boolean };
  readonly ingressRoute: { readonly dashboard: { readonly enabled: boolean }; readonly healthcheck: { readonly enabled: boolean } };
  readonly providers: {
    readonly kubernetesCRD: {
      readonly enabled: boolean;
      readonly allowCrossNamespace: boolean;
      readonly allowExternalNameServices: boolean;
      readonly defaultTLSResourcesNamespace: string;
    };
    readonly kubernetesIngress: {
      readonly enabled: boolean;
      readonly allowExternalNameServices: boolean;
      readonly publishedService: { readonly enabled: boolean };
    };
    readonly kubernetesGateway: { readonly enabled: boolean };
  };
  readonly ports: {
    readonly web: {
      readonly http: {
        readonly redirections: { readonly entryPoint: { readonly to: string; readonly scheme: string; readonly permanent: boolean } };
      };
    };
    readonly websecure: { readonly http: { readonly tls: { readonly enabled: boolean } } };
  };
  /** TLSOption objects of the release's namespace, by name. */
  readonly tlsOptions: Readonly<Record<string, { readonly minVersion: string; readonly sniStrict: boolean }>>;
  /** TLSStore objects of the release's namespace; only `default` means anything. */
  readonly tlsStore: { readonly default: { readonly defaultCertificate: { readonly secretName: string } } };
  readonly service: {
    readonly annotations: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
    readonly spec: {
      readonly type: 'LoadBalancer';
      readonly externalTrafficPolicy: 'Cluster';
      readonly loadBalancerSourceRanges?: readonly string[];
    };
  };
  readonly metrics: {
    readonly prometheus: {
      readonly service: { readonly enabled: boolean };
      readonly disableAPICheck: boolean;
      readonly serviceMonitor: { readonly enabled: boolean };
    };
  };
  readonly log: { readonly level: 'INFO'; readonly format: 'json' };
  readonly accessLog: { readonly enabled: boolean; readonly format: 'json' };
  readonly global: { readonly checkNewVersion: boolean; readonly sendAnonymousUsage: boolean };
  readonly resources: Resources;
  readonly securityContext: {
    readonly allowPrivilegeEscalation: boolean;
    readonly capabilities: { readonly drop: readonly string[] };
    readonly readOnlyRootFilesystem: boolean;
  };
  readonly podSecurityContext: {
    readonly runAsGroup: number;
    readonly runAsNonRoot: boolean;
    readonly runAsUser: number;
    readonly seccompProfile: { readonly type: 'RuntimeDefault' };
  };
  readonly topologySpreadConstraints: readonly object[];
}
