import { k8s } from 'cdk8s-plus-30';
import type { Stage } from '../lib/stage.js';
import { type Dashboard, renderDashboard } from './grafana.js';
import { select } from './promql.js';
import { serverErrors, volumeUse } from './rules.js';

/** ConfigMaps with this label are dashboards, in whatever namespace. */
export const dashboardLabel = { name: 'grafana_dashboard', value: '1' } as const;

/** Annotation of such a ConfigMap that names its folder in Grafana. */
export const folderAnnotation = 'grafana_folder';

/** One is too many. */
const oneIsRed = { red: 1 };

/** Shows 0 where nothing matches. */
function count(expr: string): string {
  return `count(${expr}) or vector(0)`;
}

/** What depends on whether the samples of several clusters are there. */
interface Scope {
  readonly hasClusters: boolean;
  /** Series of a metric, of the clusters that are chosen. */
  readonly of: (metric: string, ...matchers: readonly string[]) => string;
  /** Matchers of these clusters. */
  readonly chosen: readonly string[];
  /** Name of a series, with the cluster where it needs one. */
  readonly named: (legend: string) => string;
}

function scopeOf(hasClusters: boolean): Scope {
  const chosen = hasClusters ? ['cluster=~"$cluster"'] : [];
  return {
    hasClusters,
    chosen,
    of: (metric, ...matchers) => select(metric, ...chosen, ...matchers),
    named: (legend) => (hasClusters ? `{{cluster}} ${legend}` : legend),
  };
}

function overview({ hasClusters, of, chosen, named }: Scope): Dashboard {
  const secondsLeft = `(${of('certmanager_certificate_expiration_timestamp_seconds')} > 0) - time()`;
  const firing = of('ALERTS', 'alertstate="firing"', 'alertname!~"Watchdog|InfoInhibitor"');
  const nodeName = `* on (cluster, namespace, pod) group_left (node) max by (cluster, namespace, pod, node) (${of('kube_pod_info', 'node!=""')})`;
  const idle = `avg by (cluster, namespace, pod) (rate(${of('node_cpu_seconds_total', 'mode="idle"')}[$__rate_interval]))`;
  const notReady = `max by (cluster, namespace, pod) (${of('kube_pod_status_ready', 'condition="true"')} == 0) unless on (cluster, namespace, pod) (${of('kube_pod_status_phase', 'phase="Succeeded"')} == 1)`;
  return {
    hasClusters,
    uid: 'platform-overview',
    title: 'Platform overview',
    rows: [
      [
        { type: 'stat', title: 'Nodes', width: 4, queries: [{ expr: `count(${of('kube_node_info')})` }] },
        {
          type: 'stat',
          title: 'Nodes not ready',
          width: 4,
          limits: oneIsRed,
          queries: [{ expr: count(`${of('kube_node_status_condition', 'condition="Ready"', 'status="true"')} == 0`) }],
        },
        { type: 'stat', title: 'Pods not ready', width: 4, limits: oneIsRed, queries: [{ expr: count(notReady) }] },
        {
          type: 'stat',
          title: 'Volumes above 85 %',
          width: 4,
          limits: oneIsRed,
          queries: [{ expr: count(`${volumeUse(...chosen)} > 0.85`) }],
        },
        {
          type: 'stat',
          title: 'Certificates not ready',
          width: 4,
          limits: oneIsRed,
          queries: [{ expr: count(`${of('certmanager_certificate_ready_status', 'condition!="True"')} == 1`) }],
        },
        { type: 'stat', title: 'Firing alerts', width: 4, limits: oneIsRed, queries: [{ expr: count(firing) }] },
      ],
      [
        {
          type: 'timeseries',
          title: 'Processors in use',
          width: 12,
          unit: 'percentunit',
          queries: [{ expr: `(1 - ${idle}) ${nodeName}`, legend: named('{{node}}') }],
        },
        {
          type: 'timeseries',
          title: 'Memory in use',
          width: 12,
          unit: 'percentunit',
          queries: [
            {
              expr: `(1 - ${of('node_memory_MemAvailable_bytes')} / ${of('node_memory_MemTotal_bytes')}) ${nodeName}`,
              legend: named('{{node}}'),
            },
          ],
        },
      ],
      [
        {
          type: 'bargauge',
          title: 'Volumes in use',
          width: 12,
          unit: 'percentunit',
          limits: { orange: 0.85, red: 0.97 },
          queries: [{ expr: `sort_desc(${volumeUse(...chosen)})`, legend: named('{{namespace}}/{{persistentvolumeclaim}}') }],
        },
        {
          type: 'bargauge',
          title: 'Certificates that end first',
          width: 12,
          unit: 's',
          limits: { orange: 30 * 24 * 3600, red: 21 * 24 * 3600 },
          queries: [{ expr: `sort(bottomk(15, ${secondsLeft}))`, legend: named('{{namespace}}/{{name}}') }],
        },
      ],
      [
        {
          type: 'table',
          title: 'Firing alerts',
          width: 12,
          queries: [{ expr: `max by (cluster, severity, alertname, namespace) (${firing})` }],
        },
        { type: 'table', title: 'Pods not ready', width: 12, queries: [{ expr: notReady }] },
      ],
    ],
  };
}

function gitops({ hasClusters, of, chosen, named }: Scope): Dashboard {
  const all = of('argocd_app_info');
  const notSynced = of('argocd_app_info', 'sync_status!="Synced"');
  const notHealthy = of('argocd_app_info', 'health_status!~"Healthy|Suspended"');
  return {
    hasClusters,
    uid: 'platform-gitops',
    title: 'GitOps',
    rows: [
      [
        { type: 'stat', title: 'Applications', width: 8, queries: [{ expr: count(all) }] },
        {
          type: 'stat',
          title: 'Not synced',
          width: 8,
          limits: oneIsRed,
          queries: [{ expr: count(notSynced) }],
        },
        {
          type: 'stat',
          title: 'Not healthy',
          width: 8,
          limits: oneIsRed,
          queries: [{ expr: count(notHealthy) }],
        },
      ],
      [
        {
          type: 'timeseries',
          title: 'Applications by sync',
          width: 12,
          queries: [{ expr: `count by (sync_status) (${all})`, legend: '{{sync_status}}' }],
        },
        {
          type: 'timeseries',
          title: 'Applications by health',
          width: 12,
          queries: [{ expr: `count by (health_status) (${all})`, legend: '{{health_status}}' }],
        },
      ],
      [
        {
          type: 'table',
          title: 'Applications that are not as they should be',
          width: 24,
          queries: [{ expr: `max by (cluster, project, name, sync_status, health_status) (${notSynced} or ${notHealthy})` }],
        },
      ],
      [
        {
          type: 'timeseries',
          title: 'Requests by code',
          width: 12,
          unit: 'reqps',
          queries: [{ expr: `sum by (code) (rate(${of('traefik_entrypoint_requests_total')}[$__rate_interval]))`, legend: '{{code}}' }],
        },
        {
          type: 'timeseries',
          title: 'Answers with 5xx',
          width: 12,
          unit: 'percentunit',
          queries: [{ expr: serverErrors(...chosen), legend: named('{{exported_service}}') }],
        },
      ],
    ],
  };
}

/** The dashboards of the platform, each a ConfigMap that Grafana reads. @param hasClusters whether samples of several clusters are there. */
export function addDashboards(stage: Stage, hasClusters: boolean): void {
  const scope = scopeOf(hasClusters);
  for (const dashboard of [overview(scope), gitops(scope)]) {
    new k8s.KubeConfigMap(stage, `dashboard-${dashboard.uid}`, {
      metadata: {
        name: `dashboard-${dashboard.uid}`,
        labels: { [dashboardLabel.name]: dashboardLabel.value },
        annotations: { [folderAnnotation]: 'Platform' },
      },
      data: { [`${dashboard.uid}.json`]: `${JSON.stringify(renderDashboard(dashboard), null, 2)}\n` },
    });
  }
}
