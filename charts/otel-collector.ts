import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import type { Construct } from 'constructs';
import { Component } from './lib/component.js';
import type { Handle, TrustBundleRef } from './lib/handle.js';
import { Manifest } from './lib/manifest.js';
import type { Resources } from './lib/resources.js';
import { DeclaredSecret } from './lib/secret.js';

// renovate: datasource=docker depName=ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s
const image = 'ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s:0.158.0';

const ports = { grpc: 4317, http: 4318 } as const;
const trustPath = '/etc/platform-trust';

type Env = Readonly<{ name: string; value: string }> | Readonly<{ name: string; valueFrom: object }>;

/** What is set of the kind. Source: CustomResourceDefinition opentelemetrycollectors.opentelemetry.io (operator v0.158.0) */
interface OpenTelemetryCollector {
  readonly apiVersion: 'opentelemetry.io/v1beta1';
  readonly kind: 'OpenTelemetryCollector';
  readonly metadata: Readonly<{ name: string }>;
  readonly spec: Readonly<{
    mode: 'deployment';
    managementState: 'managed';
    upgradeStrategy: 'none';
    replicas: number;
    image: string;
    resources: Resources;
    podSecurityContext: object;
    securityContext: object;
    topologySpreadConstraints: readonly object[];
    env: readonly Env[];
    volumes?: readonly object[];
    volumeMounts?: readonly object[];
    config: ReturnType<typeof configuration>;
  }>;
}

export interface OtelCollectorProps {
  /** Name of the cluster; the resource attribute k8s.cluster.name of every trace, by which those of two clusters are told apart. */
  readonly cluster: string;
  /**
   * Where traces go, by OTLP over HTTP: the Tempo of this cluster or, for that of another one, its address without a path.
   *
   * @example 'https://tempo.main.example.test'
   */
  readonly tempo: string | Handle<{ readonly http: string }>;
  /** Whether Tempo asks for a name and a password; a Secret with them is then needed. @default - true for the Tempo of another cluster */
  readonly hasLogin?: boolean;
  /** Authorities besides the public ones, when one of them signed the certificate of Tempo. @default - public ones only */
  readonly trust?: TrustBundleRef;
  /** Schedulable nodes; decides how many collectors run. */
  readonly nodeCount: number;
  /** Whether Prometheus scrapes it. @default false */
  readonly isMonitored?: boolean;
}

/** Where the workloads of the cluster send OTLP. */
export type OtlpRef = Handle<{ readonly grpc: string; readonly http: string }>;

/**
 * Where the workloads of the cluster send traces, and which knows where they go and who this cluster is. The OpenTelemetry operator runs it.
 *
 * Source: https://opentelemetry.io/docs/collector/configuration/ and the components of the distribution `k8s` (0.158.0)
 */
export class OtelCollector extends Component {
  readonly #name = 'otel';

  constructor(scope: Construct, id: string, props: OtelCollectorProps) {
    super(scope, id, {
      namespace: { name: 'opentelemetry', podSecurity: 'restricted', trustsPlatform: props.trust !== undefined },
      project: 'platform',
    });
    const { hasLogin = typeof props.tempo === 'string' } = props;
    this.addCollector(props, hasLogin ? this.declareLogin().props.name : undefined);
    if (props.isMonitored) this.addServiceMonitor();
  }

  /** The operator makes the Service, and names it after the collector. */
  get otlp(): OtlpRef {
    const host = `${this.#name}-collector.${this.namespaceName}.svc.cluster.local`;
    return this.handle('resources', { grpc: `http://${host}:${ports.grpc}`, http: `http://${host}:${ports.http}` });
  }

  private get selectorLabels(): Record<string, string> {
    return {
      'app.kubernetes.io/component': 'opentelemetry-collector',
      'app.kubernetes.io/instance': `${this.namespaceName}.${this.#name}`,
    };
  }

  private declareLogin(): DeclaredSecret {
    return new DeclaredSecret(this.resources, 'tempo-login', {
      name: 'otel-tempo',
      keys: { username: 'name that Tempo knows this cluster by', password: 'the password to it, of which Tempo has the hash' },
      consumer: 'the OpenTelemetry collector, to send traces',
    });
  }

  private addCollector({ cluster, tempo, trust, nodeCount }: OtelCollectorProps, login: string | undefined): void {
    const address = typeof tempo === 'string' ? tempo : this.resources.use(tempo).http;
    const authorities = trust === undefined ? undefined : this.resources.use(trust).configMap;
    new Manifest<OpenTelemetryCollector>(this.resources, 'collector', {
      apiVersion: 'opentelemetry.io/v1beta1',
      kind: 'OpenTelemetryCollector',
      metadata: { name: this.#name },
      spec: {
        mode: 'deployment',
        managementState: 'managed',
        // The operator would rewrite this object when it is updated.
        upgradeStrategy: 'none',
        replicas: Math.min(2, nodeCount),
        image,
        resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        podSecurityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, seccompProfile: { type: 'RuntimeDefault' } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'kubernetes.io/hostname',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: this.selectorLabels },
          },
        ],
        env: [
          // Four fifths of the limit.
          { name: 'GOMEMLIMIT', value: '400MiB' },
          ...(login === undefined
            ? []
            : [fromSecret('TEMPO_USERNAME', login, 'username'), fromSecret('TEMPO_PASSWORD', login, 'password')]),
          // Go reads every directory of it.
          ...(authorities === undefined ? [] : [{ name: 'SSL_CERT_DIR', value: `/etc/ssl/certs:${trustPath}` }]),
        ],
        ...(authorities === undefined
          ? {}
          : {
              volumes: [{ name: 'platform-trust', configMap: { name: authorities } }],
              volumeMounts: [{ name: 'platform-trust', mountPath: trustPath, readOnly: true }],
            }),
        config: configuration(cluster, address, login !== undefined),
      },
    });
  }

  /** Of the Services that the operator makes, the one for metrics. */
  private addServiceMonitor(): void {
    new Manifest<IServiceMonitor>(this.resources, 'metrics', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: { name: 'otel-collector' },
      spec: {
        selector: { matchLabels: { ...this.selectorLabels, 'operator.opentelemetry.io/collector-service-type': 'monitoring' } },
        endpoints: [{ port: 'monitoring' }],
      },
    });
  }
}

function fromSecret(name: string, secret: string, key: string): Env {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

/** The collector puts the environment into it itself, so that the password is in no ConfigMap. */
function configuration(cluster: string, endpoint: string, hasLogin: boolean) {
  const [exporter, login] = ['otlp_http', 'basicauth'];
  const env = (name: string) => `\${env:${name}}`;
  return {
    receivers: {
      otlp: { protocols: { grpc: { endpoint: `0.0.0.0:${ports.grpc}` }, http: { endpoint: `0.0.0.0:${ports.http}` } } },
    },
    processors: {
      memory_limiter: { check_interval: '1s', limit_percentage: 75, spike_limit_percentage: 15 },
      resource: { attributes: [{ key: 'k8s.cluster.name', value: cluster, action: 'upsert' }] },
      batch: {},
    },
    exporters: {
      [exporter]: {
        endpoint,
        compression: 'gzip',
        ...(hasLogin ? { auth: { authenticator: login } } : {}),
        // In memory: what Tempo does not take for a while is lost with the pod.
        sending_queue: { enabled: true, queue_size: 1000 },
        retry_on_failure: { enabled: true },
      },
    },
    extensions: {
      // The operator makes probes of it.
      health_check: { endpoint: '0.0.0.0:13133' },
      ...(hasLogin ? { [login]: { client_auth: { username: env('TEMPO_USERNAME'), password: env('TEMPO_PASSWORD') } } } : {}),
    },
    service: {
      extensions: ['health_check', ...(hasLogin ? [login] : [])],
      telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus: { host: '0.0.0.0', port: 8888 } } } }] } },
      pipelines: { traces: { receivers: ['otlp'], processors: ['memory_limiter', 'resource', 'batch'], exporters: [exporter] } },
    },
  };
}
