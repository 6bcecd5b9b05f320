import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/tempo.js';
import { exposePush } from './lib/basic-auth.js';
import { Component } from './lib/component.js';
import type { Exposure } from './lib/expose.js';
import type { Handle, StorageClassRef } from './lib/handle.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=helm depName=tempo registryUrl=https://grafana-community.github.io/helm-charts
const chartVersion = '2.2.4';

export interface TempoProps {
  readonly storageClass: StorageClassRef;
  /**
   * Size of the volume with all traces, as a Kubernetes quantity; nothing but `retention` bounds them. It cannot be changed in place: the
   * claim belongs to a StatefulSet.
   *
   * @default '20Gi'
   */
  readonly size?: string;
  /** How long traces are kept, in hours. @default '168h' */
  readonly retention?: `${number}h`;
  /**
   * How other clusters send traces: OTLP over HTTP, never queries, and behind a name and a password, because Tempo asks nobody who he is.
   * The login is Traefik's; the one of the platform is for people. Their exporters take https:// and the host as the address.
   *
   * @default - only from inside the cluster
   */
  readonly outside?: { readonly host: string; readonly exposure: Exposure };
  /** Whether Prometheus scrapes it. @default false */
  readonly isMonitored?: boolean;
}

/** Where traces go and come from: `http` and `grpc` take OTLP, `url` is for the data source of Grafana. Without a login, inside the cluster. */
export type TempoRef = Handle<{ readonly http: string; readonly grpc: string; readonly url: string }>;

/**
 * Traces: one process that takes, stores and finds them, on one volume.
 *
 * Source: https://grafana.com/docs/tempo/latest/configuration/ (2.10) and the chart's values (2.2.4)
 */
export class Tempo extends Component {
  constructor(scope: Construct, id: string, props: TempoProps) {
    super(scope, id, { namespace: { name: 'tempo', podSecurity: 'restricted' }, project: 'platform' });
    this.addRelease(props);
    if (props.outside) {
      exposePush(this, {
        ...props.outside,
        name: 'tempo',
        service: 'tempo',
        port: 'tempo-otlp-http',
        login: 'sender-login',
        users: 'tempo-senders',
        senders: 'each cluster that sends traces',
      });
    }
  }

  get address(): TempoRef {
    const host = `tempo.${this.namespaceName}.svc.cluster.local`;
    return this.handle('release', { http: `http://${host}:4318`, grpc: `http://${host}:4317`, url: `http://${host}:3200` });
  }

  private addRelease({ storageClass, size = '20Gi', retention = '168h', isMonitored = false }: TempoProps): void {
    new HelmRelease<Values>(this.release, 'tempo', {
      repository: 'https://grafana-community.github.io/helm-charts',
      chart: 'tempo',
      version: chartVersion,
      values: {
        replicas: 1,
        tempo: {
          reportingEnabled: false,
          // Memory that is only held, from when Go could not be told its limit.
          memBallastSizeMbs: 0,
          // One tenant: clusters differ by the resource attribute k8s.cluster.name, which their collectors set.
          multitenancyEnabled: false,
          retention,
          resources: { requests: { cpu: '50m', memory: '512Mi' }, limits: { memory: '2Gi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
            seccompProfile: { type: 'RuntimeDefault' },
          },
          // Without an address, the receivers listen on loopback only.
          receivers: { otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' }, http: { endpoint: '0.0.0.0:4318' } } } },
        },
        persistence: {
          enabled: true,
          enableStatefulSetAutoDeletePVC: false,
          size,
          storageClassName: this.release.use(storageClass).name,
        },
        securityContext: { runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001, runAsNonRoot: true },
        serviceAccount: { create: true, automountServiceAccountToken: false },
        tempoQuery: { enabled: false },
        serviceMonitor: { enabled: isMonitored },
      },
      provides: {
        namespaced: {
          '': ['ConfigMap', 'Service', 'ServiceAccount'],
          apps: ['StatefulSet'],
          ...(isMonitored ? { 'monitoring.coreos.com': ['ServiceMonitor'] } : {}),
        },
        podSecurity: 'restricted',
      },
    });
  }
}
