import type { Resources } from '../lib/resources.js';

/** Key of the Secret whose text is more configuration. */
export const configKey = 'config-yaml';

type Disabled = Readonly<{ enabled: false }>;
/** Null takes an annotation of the chart away. */
export type Annotations = Readonly<Record<string, string | null>>;
/** How many pods may be away at once. */
export type Budget = Disabled | Readonly<{ enabled: true; maxUnavailable: number }>;
type Monitoring = Readonly<{ enabled: boolean; serviceMonitor: { readonly enabled: boolean } }>;

/** What this platform sets of the chart's values. */
export interface ZitadelValues {
  readonly replicaCount: number;
  readonly pdb: Budget;
  readonly annotations: Readonly<Record<string, string>>;
  readonly zitadel: {
    readonly masterkeySecretName: string;
    readonly configSecretName: string;
    readonly configSecretKey: typeof configKey;
    readonly configmapConfig: {
      readonly ExternalDomain: string;
      readonly ExternalPort: 443;
      readonly ExternalSecure: true;
      readonly TLS: { readonly Enabled: false };
      readonly FirstInstance: { readonly Org: { readonly Machine: null } };
      readonly Database: {
        readonly Postgres: {
          readonly Host: string;
          readonly Port: 5432;
          readonly Database: string;
          readonly MaxOpenConns: number;
          readonly User: { readonly SSL: { readonly Mode: 'require' } };
          readonly Admin: { readonly SSL: { readonly Mode: 'require' } };
        };
      };
    };
  };
  readonly login: {
    readonly enabled: true;
    readonly loginServiceKeySecretName: string;
    readonly replicaCount: number;
    readonly pdb: Budget;
    readonly annotations: Readonly<Record<string, string>>;
    readonly resources: Resources;
    readonly serviceAccount: { readonly annotations: Annotations };
    readonly configMap: { readonly annotations: Annotations };
    readonly ingress: Disabled;
    readonly metrics: Monitoring;
  };
  readonly env: readonly {
    readonly name: string;
    readonly valueFrom: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
  }[];
  readonly serviceAccount: { readonly annotations: Annotations };
  readonly configMap: { readonly annotations: Annotations };
  readonly podSecurityContext: object;
  readonly securityContext: object;
  readonly resources: Resources;
  readonly initJob: {
    readonly enabled: true;
    readonly command: 'zitadel';
    readonly annotations: Annotations;
    readonly resources: Resources;
  };
  readonly setupJob: { readonly annotations: Annotations; readonly resources: Resources };
  readonly cleanupJob: Disabled;
  readonly tools: { readonly wait4x: { readonly resources: Resources } };
  readonly service: {
    readonly port: 8080;
    readonly protocol: 'http2';
    readonly appProtocol: 'kubernetes.io/h2c';
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly ingress: Disabled;
  readonly metrics: Monitoring;
  readonly postgresql: Disabled;
}
