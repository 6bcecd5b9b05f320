import type { Exposure } from '../lib/expose.js';
import type { Handle, NamespaceRef, StorageClassRef, TrustBundleRef } from '../lib/handle.js';
import type { AlertReceiver } from './alertmanager.js';

/**
 * Path that agents send samples to; the address of a central Prometheus is https://, its host for remote write, and this.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/api/#remote-write-receiver (v3)
 */
export const remoteWritePath = '/api/v1/write';

/** Where an agent sends samples to. @example 'https://metrics.main.example.test/api/v1/write' */
export type RemoteWriteUrl = `https://${string}${typeof remoteWritePath}`;

/** A size in GiB as a Kubernetes quantity. */
export type VolumeSize = `${number}Gi`;

/** What every Prometheus is told, whatever its role. */
interface CommonProps {
  /** Name of the cluster; the label `cluster` of every alert, and of every sample that leaves the cluster. */
  readonly cluster: string;
  /** Namespace of cert-manager, whose metrics say when certificates end. */
  readonly certManagerNamespace: NamespaceRef;
}

/** A cluster that keeps, evaluates and shows its own samples. */
export interface StandaloneProps extends CommonProps {
  readonly role?: 'standalone';
  readonly exposure: Exposure;
  /** Host names below the domain of the cluster. Prometheus and Alertmanager have no login of their own. */
  readonly hosts: { readonly grafana: string; readonly prometheus: string; readonly alertmanager: string };
  /** Class of the volumes of Prometheus and Alertmanager. */
  readonly storageClass: StorageClassRef;
  /** Sizes of these volumes. @default - 20Gi for Prometheus, 1Gi for Alertmanager */
  readonly sizes?: { readonly prometheus?: VolumeSize; readonly alertmanager?: VolumeSize };
  /** How long samples are kept, in days; shorter when three quarters of the volume are full. @default '15d' */
  readonly retention?: `${number}d`;
  /** Authorities that Grafana and Alertmanager trust besides the public ones, for identity providers and receivers of the platform. */
  readonly trust: TrustBundleRef;
  /** Who is told of alerts. @default - nobody; they are seen in Alertmanager and Grafana only */
  readonly receiver?: AlertReceiver;
}

/** The cluster that keeps, evaluates and shows the samples of others too. */
export interface CentralProps extends Omit<StandaloneProps, 'role' | 'hosts'> {
  readonly role: 'central';
  /**
   * As for a standalone one. `remoteWrite` is where agents send to, and nothing else: `https://<host>${remoteWritePath}` is the address, and
   * the Secret `prometheus-remote-write-users` has a line for each of them.
   */
  readonly hosts: StandaloneProps['hosts'] & { readonly remoteWrite: string };
  /** Names of the clusters whose agents send here: an alert fires for each that does not. */
  readonly clusters: readonly string[];
  /** Logs, as a data source of Grafana. @default - none */
  readonly loki?: Handle<{ readonly url: string }>;
  /** Traces, as a data source of Grafana. With both, a line of a log leads to its trace, and a span to its logs. @default - none */
  readonly tempo?: Handle<{ readonly url: string }>;
}

/**
 * A cluster that only collects, and sends all samples to the central one: it has no Grafana, no Alertmanager and no rules. The Secret
 * `prometheus-remote-write` has its name and password.
 */
export interface AgentProps extends CommonProps {
  readonly role: 'agent';
  readonly remoteWrite: RemoteWriteUrl;
  /** Authorities, the public ones among them, when a private one signed the certificate of the central host. @default - public ones only */
  readonly trust?: TrustBundleRef;
}

/** By its `role`: on its own, for others too, or for another one. */
export type KubePrometheusStackProps = StandaloneProps | CentralProps | AgentProps;
