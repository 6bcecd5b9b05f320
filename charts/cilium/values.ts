import type { Resources } from '../lib/resources.js';

interface Monitored {
  readonly enabled: boolean;
  readonly serviceMonitor: { readonly enabled: boolean };
}

/** The part of the chart's values that is set here. Source: the chart's values.yaml (1.20.0). */
export interface CiliumValues {
  readonly ipam: { readonly mode: 'kubernetes' };
  readonly kubeProxyReplacement: boolean;
  readonly k8sServiceHost: string;
  readonly k8sServicePort: number;
  readonly k8sClientRateLimit: { readonly qps: number; readonly burst: number };
  readonly securityContext: {
    readonly capabilities: { readonly ciliumAgent: readonly string[]; readonly cleanCiliumState: readonly string[] };
  };
  readonly socketLB?: { readonly hostNamespaceOnly: boolean };
  readonly cgroup: { readonly autoMount: { readonly enabled: boolean }; readonly hostRoot: string };
  readonly devices?: readonly string[];
  readonly l2announcements: { readonly enabled: boolean };
  readonly resources: Resources;
  readonly initResources: Resources;
  readonly cni: { readonly resources: Resources };
  readonly envoy: { readonly resources: Resources; readonly prometheus?: Monitored };
  readonly operator: { readonly replicas: number; readonly resources: Resources; readonly prometheus?: Monitored };
  readonly prometheus?: {
    readonly enabled: boolean;
    readonly serviceMonitor: { readonly enabled: boolean; readonly trustCRDsExist: boolean };
  };
  readonly secretsNamespaceLabels: Readonly<Record<string, string>>;
  readonly secretsNamespaceAnnotations: Readonly<Record<string, string>>;
  readonly ingressController:
    | { readonly enabled: false }
    | {
        readonly enabled: true;
        readonly default: boolean;
        readonly loadbalancerMode: 'shared' | 'dedicated';
        readonly enforceHttps: boolean;
        readonly service: { readonly annotations: Readonly<Record<string, string>>; readonly labels: Readonly<Record<string, string>> };
      };
  readonly hubble: { readonly enabled: false } | HubbleValues;
}

interface HubbleValues {
  readonly enabled: true;
  readonly metrics?: { readonly enabled: readonly string[]; readonly serviceMonitor: { readonly enabled: boolean } };
  readonly relay: { readonly enabled: boolean; readonly resources: Resources; readonly prometheus?: Monitored };
  readonly ui: {
    readonly enabled: boolean;
    readonly ingress: { readonly enabled: boolean };
    readonly backend: { readonly resources: Resources };
    readonly frontend: { readonly resources: Resources };
  };
  readonly tls: {
    readonly auto: {
      readonly enabled: boolean;
      readonly method: 'certmanager';
      /** Days. */
      readonly certValidityDuration: number;
      readonly certManagerIssuerRef: { readonly group: string; readonly kind: string; readonly name: string };
    };
  };
}
