import type { Prometheus } from '../../imports/helm/kube-prometheus-stack.js';
import type { RemoteWriteUrl } from './props.js';

import { clusterOnEverySample, commonSpec } from './workloads.js';

interface AgentSettings {
  readonly cluster: string;
  readonly url: RemoteWriteUrl;
  /** Name of the Secret with the name and the password. */
  readonly loginSecret: string;
  /** The ConfigMap with the authorities, and the key in it. */
  readonly authorities: { readonly configMap: string; readonly key: string } | undefined;
}

/** Keys of the Secret by which the centre knows the agent. */
export const loginKeys = {
  username: 'name that the central Prometheus knows this cluster by',
  password: 'the password to it, of which the centre has the hash',
} as const;

/**
 * Prometheus as a PrometheusAgent, not as a server that keeps a little: it evaluates nothing and keeps no blocks, so that it needs neither a
 * volume nor rules of its own, and what the centre does not take stays on the disk for hours all the same.
 *
 * Source: https://prometheus-operator.dev/docs/platform/prometheus-agent/ (v0.93.1), https://prometheus.io/docs/practices/remote_write/
 */
export function agentValues({ cluster, url, loginSecret, authorities }: AgentSettings): Prometheus {
  const tls = authorities === undefined ? {} : { tlsConfig: { ca: { configMap: { name: authorities.configMap, key: authorities.key } } } };
  return {
    agentMode: true,
    prometheusSpec: {
      ...commonSpec(cluster),
      ...clusterOnEverySample(cluster),
      // Looked at every two hours, so that samples are up to six hours old when they arrive.
      additionalArgs: [{ name: 'storage.agent.retention.max-time', value: '4h' }],
      // No volume: metrics must go on when the storage of the cluster is what fails. Lost with the pod is what the centre had not taken.
      storageSpec: { emptyDir: { sizeLimit: '5Gi' } },
      remoteWrite: [
        {
          name: 'central',
          url,
          basicAuth: { username: { name: loginSecret, key: 'username' }, password: { name: loginSecret, key: 'password' } },
          ...tls,
          // Each shard holds up to this many samples in memory; by default there may be fifty.
          queueConfig: { capacity: 10_000, maxSamplesPerSend: 2000, maxShards: 10 },
        },
      ],
      resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '1536Mi' } },
    },
  };
}
