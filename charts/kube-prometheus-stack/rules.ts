import type { IPrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { Manifest } from '../lib/manifest.js';
import type { Stage } from '../lib/stage.js';
import { select } from './promql.js';

/** An alert as a person gets it. In the texts, labels and value are Prometheus templates. */
export interface Alert {
  /** Upper camel case. Where two have one name, `critical` silences `warning`. */
  readonly name: string;
  /** `critical`: somebody must look now. `warning`: during the next working day. */
  readonly severity: 'critical' | 'warning';
  /** How long it must be true. @example '15m' */
  readonly for: string;
  /** PromQL; one alert for each series of the result. */
  readonly expr: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** What it means and where to look. */
  readonly description: string;
}

/**
 * Alerts of the chart that ours replace: they come sooner, name the same thing under the same labels, or cover more.
 *
 * Source: templates/prometheus/rules-1.14 of the chart (88.5.3)
 */
export const replacedAlerts = ['KubeNodeNotReady', 'KubePersistentVolumeFillingUp', 'KubePodCrashLooping'] as const;

const day = 24 * 3600;

// Everywhere by `cluster` as well, which the samples of the centre have; where no sample has it, it makes no difference.

/** Each kubelet is scraped on several paths; `up` is the same for all of them. */
const kubeletUp = 'up{job="kubelet", metrics_path="/metrics"}';

const nodes: readonly Alert[] = [
  {
    name: 'NodeDown',
    severity: 'critical',
    for: '5m',
    // Both must be silent: one alone is a broken program, not a broken machine. Nodes come from either of two sources, since the pod
    // that knows them may have run on the one that is gone.
    expr: `count by (cluster, node) (kube_node_info or on (cluster, node) ${kubeletUp})
unless on (cluster, node) (${kubeletUp} == 1)
unless on (cluster, node) (
  (up{job="node-exporter"} == 1) * on (cluster, namespace, pod) group_left (node)
  max by (cluster, namespace, pod, node) (kube_pod_info{node!=""})
)`,
    summary: 'Node {{ $labels.node }} is down',
    description: 'Neither the kubelet nor the node exporter of {{ $labels.node }} answers. Look at its console or its hypervisor.',
  },
  {
    name: 'NodeNotReady',
    severity: 'warning',
    for: '10m',
    // Cordoned nodes are being worked on.
    expr: `kube_node_status_condition{condition="Ready", status="true"} == 0
and on (cluster, node) kube_node_spec_unschedulable == 0`,
    summary: 'Node {{ $labels.node }} is not ready',
    description: 'Nobody cordoned {{ $labels.node }}, and it takes no pods: kubectl describe node {{ $labels.node }}.',
  },
];

/** Of containers that crash again and again; init containers count as well. */
const crashLoops = ['kube_pod_container_status_waiting_reason', 'kube_pod_init_container_status_waiting_reason']
  .map((metric) => `max_over_time(${metric}{reason="CrashLoopBackOff"}[5m])`)
  .join(' or ');

const pods: readonly Alert[] = [
  {
    name: 'PodCrashLooping',
    severity: 'warning',
    for: '10m',
    expr: `max by (cluster, namespace, pod, container) (${crashLoops}) >= 1`,
    summary: 'Pod {{ $labels.namespace }}/{{ $labels.pod }} keeps crashing',
    description: 'Its container {{ $labels.container }} ends soon after each start: kubectl logs --previous says why.',
  },
];

/** Part of each volume that is in use, from 0 to 1; a volume on several nodes counts once. @param of matchers. @example 'cluster="a"' */
export function volumeUse(...of: readonly string[]): string {
  const [available, capacity] = ['available', 'capacity'].map((part) => select(`kubelet_volume_stats_${part}_bytes`, ...of));
  return `max by (cluster, namespace, persistentvolumeclaim) (1 - ${available} / ${capacity})`;
}

const volumes: readonly Alert[] = [
  {
    name: 'VolumeNearlyFull',
    severity: 'warning',
    for: '15m',
    expr: `${volumeUse()} > 0.85`,
    summary: 'Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} is nearly full',
    description: '{{ $value | humanizePercentage }} of it are in use. Delete something, or raise the size of the claim.',
  },
  {
    name: 'VolumeNearlyFull',
    severity: 'critical',
    for: '5m',
    expr: `${volumeUse()} > 0.97`,
    summary: 'Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} is full',
    description: '{{ $value | humanizePercentage }} of it are in use: what writes to it is about to fail.',
  },
  {
    name: 'VolumeFillingUp',
    severity: 'warning',
    for: '1h',
    // Above one half, so that the first writes to an empty volume are no trend.
    expr: `${volumeUse()} > 0.5
and on (cluster, namespace, persistentvolumeclaim)
min by (cluster, namespace, persistentvolumeclaim) (predict_linear(kubelet_volume_stats_available_bytes[6h], ${4 * day})) < 0`,
    summary: 'Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} will be full within four days',
    description: '{{ $value | humanizePercentage }} of it are in use, and it grows as it did during the last six hours.',
  },
];

const certificates: readonly Alert[] = [
  {
    name: 'CertificateExpiresSoon',
    severity: 'warning',
    for: '1h',
    // Zero is a certificate that was never issued. Let's Encrypt is asked 30 days before the end, our own authority 90.
    expr: `(certmanager_certificate_expiration_timestamp_seconds > 0) - time() < ${21 * day}`,
    summary: 'Certificate {{ $labels.namespace }}/{{ $labels.name }} expires soon',
    description: 'It ends in {{ $value | humanizeDuration }} and should have been renewed: cmctl status certificate says why it was not.',
  },
  {
    name: 'CertificateNotReady',
    severity: 'critical',
    for: '15m',
    expr: 'max by (cluster, namespace, name) (certmanager_certificate_ready_status{condition!="True"}) == 1',
    summary: 'Certificate {{ $labels.namespace }}/{{ $labels.name }} is not ready',
    description: 'It is missing, expired or not what was asked for: follow its CertificateRequest, Order and Challenge.',
  },
];

const applications: readonly Alert[] = [
  {
    name: 'ApplicationOutOfSync',
    severity: 'warning',
    for: '30m',
    expr: 'max by (cluster, project, name, sync_status) (argocd_app_info{sync_status!="Synced"}) == 1',
    summary: 'Application {{ $labels.name }} is {{ $labels.sync_status }}',
    description: 'The cluster is not what Git says, and Argo CD does not get it there by itself: look at its last sync.',
  },
  {
    name: 'ApplicationUnhealthy',
    severity: 'warning',
    for: '30m',
    expr: 'max by (cluster, project, name, health_status) (argocd_app_info{health_status!~"Healthy|Suspended"}) == 1',
    summary: 'Application {{ $labels.name }} is {{ $labels.health_status }}',
    description: 'Something that Argo CD applied does not work, or waits for a person: its tree of resources shows what.',
  },
];

/** Requests per second by the Service behind them. The scrape target has a label `service` itself, so that Traefik's is renamed. */
function requestRate(...matchers: readonly string[]): string {
  return `sum by (cluster, exported_service) (rate(${select('traefik_service_requests_total', ...matchers)}[5m]))`;
}

/** Part of the requests that each Service behind Traefik answers with 5xx, from 0 to 1. @param of matchers. @example 'cluster="a"' */
export function serverErrors(...of: readonly string[]): string {
  return `${requestRate(...of, 'code=~"5.."')} / ${requestRate(...of)}`;
}

const requests: readonly Alert[] = [
  {
    name: 'ServerErrors',
    severity: 'warning',
    for: '10m',
    expr: `${serverErrors()} > 0.05`,
    summary: '{{ $labels.exported_service }} answers with errors',
    description: '{{ $value | humanizePercentage }} of the requests through Traefik end with 5xx. Its pods are away, or fail.',
  },
];

/** One PrometheusRule each, so that a review shows what a change is about. */
const alerts: Readonly<Record<string, readonly Alert[]>> = { applications, certificates, nodes, pods, requests, volumes };

/** What must not go wrong unseen, beyond the rules of the chart. @param more by topic, for what only some clusters can know. */
export function addRules(stage: Stage, more: Readonly<Record<string, readonly Alert[]>> = {}): void {
  for (const [topic, list] of Object.entries({ ...alerts, ...more })) {
    new Manifest<IPrometheusRule>(stage, `rules-${topic}`, {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: `platform-${topic}` },
      spec: { groups: [{ name: `platform-${topic}`, rules: list.map(renderAlert) }] },
    });
  }
}

function renderAlert({ name, severity, expr, summary, description, for: duration }: Alert) {
  return { alert: name, expr, for: duration, labels: { severity }, annotations: { summary, description } };
}
