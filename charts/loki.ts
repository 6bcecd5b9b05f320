import type { Construct } from 'constructs';
import type { SingleBinary, Values } from '../imports/helm/loki.js';
import { exposePush } from './lib/basic-auth.js';
import { Component } from './lib/component.js';
import type { Exposure } from './lib/expose.js';
import type { Handle, StorageClassRef } from './lib/handle.js';
import { HelmRelease } from './lib/release.js';
import { DeclaredSecret } from './lib/secret.js';

// renovate: datasource=helm depName=loki registryUrl=https://grafana-community.github.io/helm-charts
const chartVersion = '18.11.0';

/** Path that agents push to; the address of an exposed Loki is https://, its host, and this. */
export const pushPath = '/loki/api/v1/push';

const s3Keys = { id: 'access-key-id', secret: 'secret-access-key' } as const;

/** Everything on one volume, which grows with what is logged: nothing but `retention` bounds it. */
export interface LokiVolume {
  readonly kind: 'volume';
  readonly storageClass: StorageClassRef;
  /** As a Kubernetes quantity. It cannot be changed in place: the claim belongs to a StatefulSet. @example '50Gi' */
  readonly size: string;
}

/** Logs in buckets; a volume holds what was received in the last two hours at most, which would else be lost with the pod. */
export interface LokiBuckets {
  readonly kind: 's3';
  /** @example 'https://s3.example.test' */
  readonly endpoint: string;
  /** @example 'garage' */
  readonly region: string;
  /**
   * The first must exist, and no other cluster may write to it; of the second, Loki needs the name only, as it evaluates no rules.
   *
   * @default - loki-<cluster>-chunks and loki-<cluster>-ruler
   */
  readonly buckets?: Readonly<{ chunks: string; ruler: string }>;
  readonly storageClass: StorageClassRef;
}

export interface LokiProps {
  /** Name of the cluster; part of the names of buckets. */
  readonly cluster: string;
  readonly storage: LokiVolume | LokiBuckets;
  /** How long logs are kept, in hours; a multiple of 24. @default '336h' */
  readonly retention?: `${number}h`;
  /**
   * How other clusters push: this path of the host and no other, so that none of them reads what the others wrote, and behind a name and a
   * password, because Loki asks nobody who he is. The login is Traefik's; the one of the platform is for people.
   *
   * @default - only from inside the cluster
   */
  readonly outside?: { readonly host: string; readonly exposure: Exposure };
  /** Whether Prometheus scrapes it. @default false */
  readonly isMonitored?: boolean;
}

/** Where logs go and come from: `push` for agents, `url` for the data source of Grafana. Without a login, inside the cluster. */
export type LokiRef = Handle<{ readonly push: string; readonly url: string }>;

/**
 * Logs: one process that takes, stores and finds them.
 *
 * Source: https://grafana.com/docs/loki/latest/configure/ (3.7) and the chart's values (18.11.0)
 */
export class Loki extends Component {
  constructor(scope: Construct, id: string, props: LokiProps) {
    super(scope, id, { namespace: { name: 'loki', podSecurity: 'restricted' }, project: 'platform' });
    this.addRelease(props);
    if (props.outside) {
      exposePush(this, {
        ...props.outside,
        name: 'loki',
        service: 'loki',
        port: 'http-metrics',
        path: pushPath,
        login: 'push-login',
        users: 'loki-push-users',
        senders: 'each cluster that pushes',
      });
    }
  }

  get address(): LokiRef {
    const url = `http://loki.${this.namespaceName}.svc.cluster.local:3100`;
    return this.handle('release', { push: `${url}${pushPath}`, url });
  }

  private addRelease({ cluster, storage, retention = '336h', isMonitored = false }: LokiProps): void {
    const none = { enabled: false } as const;
    const object_store = storage.kind === 's3' ? 's3' : 'filesystem';
    const keys = storage.kind === 's3' ? this.declareS3Keys().props.name : undefined;
    new HelmRelease<Values>(this.release, 'loki', {
      repository: 'https://grafana-community.github.io/helm-charts',
      chart: 'loki',
      version: chartVersion,
      values: {
        deploymentMode: 'Monolithic',
        loki: {
          // One tenant: clusters differ by the label `cluster`, which their agents set.
          auth_enabled: false,
          commonConfig: { replication_factor: 1 },
          // How stored logs are read; a changed line loses them, so that a new format is a line of its own with a date to come.
          schemaConfig: {
            configs: [{ from: '2024-04-01', store: 'tsdb', object_store, schema: 'v13', index: { prefix: 'loki_index_', period: '24h' } }],
          },
          storage: storage.kind === 's3' ? bucketValues(cluster, storage) : { type: 'filesystem' },
          limits_config: { retention_period: retention, allow_structured_metadata: true },
          compactor: { retention_enabled: true, delete_request_store: object_store, working_directory: '/var/loki/compactor' },
          analytics: { reporting_enabled: false },
        },
        singleBinary: {
          replicas: 1,
          automountServiceAccountToken: false,
          ...(keys === undefined ? {} : s3Login(keys)),
          persistence: {
            enabled: true,
            enableStatefulSetAutoDeletePVC: false,
            size: storage.kind === 's3' ? '10Gi' : storage.size,
            storageClass: this.release.use(storage.storageClass).name,
          },
          resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '2Gi' } },
        },
        // It gives up unless it finds a member, and before it is ready the only member is itself.
        memberlist: { service: { publishNotReadyAddresses: true } },
        monitoring: { serviceMonitor: { enabled: isMonitored } },
        serviceAccount: { automountServiceAccountToken: false },
        // With the sidecar for rules off, it asks the API server for nothing.
        rbac: { namespaced: true },
        sidecar: { rules: none },
        read: { replicas: 0 },
        write: { replicas: 0 },
        backend: { replicas: 0 },
        gateway: none,
        memcached: none,
        // By default two caches that ask for 8 GiB and more.
        chunksCache: none,
        resultsCache: none,
        lokiCanary: none,
        test: none,
        minio: none,
        rollout_operator: none,
        ruler: none,
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

  private declareS3Keys(): DeclaredSecret {
    return new DeclaredSecret(this.base, 's3', {
      name: 'loki-s3',
      keys: { [s3Keys.id]: 'id of an S3 key that may read, write and delete in the buckets of Loki', [s3Keys.secret]: 'its secret' },
      consumer: 'Loki, which keeps logs in S3',
    });
  }
}

/** Loki puts the environment into its configuration itself, so that the keys are in no ConfigMap. */
function bucketValues(cluster: string, { endpoint, region, buckets }: LokiBuckets) {
  return {
    type: 's3',
    bucketNames: buckets ?? { chunks: `loki-${cluster}-chunks`, ruler: `loki-${cluster}-ruler` },
    s3: {
      endpoint,
      region,
      s3ForcePathStyle: true,
      accessKeyId: dollar('S3_ACCESS_KEY_ID'),
      secretAccessKey: dollar('S3_SECRET_ACCESS_KEY'),
    },
  };
}

function dollar(name: string): string {
  return `\${${name}}`;
}

function s3Login(secret: string): Pick<SingleBinary, 'annotations' | 'extraEnv'> {
  const fromSecret = (name: string, key: string) => ({ name, valueFrom: { secretKeyRef: { name: secret, key } } });
  return {
    annotations: { 'secret.reloader.stakater.com/reload': secret },
    extraEnv: [fromSecret('S3_ACCESS_KEY_ID', s3Keys.id), fromSecret('S3_SECRET_ACCESS_KEY', s3Keys.secret)],
  };
}
