import { k8s } from 'cdk8s-plus-30';
import type { Stage } from '../lib/stage.js';
import { type Dashboard, renderDashboard } from './grafana.js';
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

const secondsLeft = '(certmanager_certificate_expiration_timestamp_seconds > 0) - time()';
const firing = 'ALERTS{alertstate="firing", alertname!~"Watchdog|InfoInhibitor"}';
const nodeName = '* on (namespace, pod) group_left (node) max by (namespace, pod, node) (kube_pod_info{node!=""})';
const idle = 'avg by (namespace, pod) (rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))';
const notReady =
  'max by (namespace, pod) (kube_pod_status_ready{condition="true"} == 0) unless on (namespace, pod) (kube_pod_status_phase{phase="Succeeded"} == 1)';

const overview: Dashboard = {
  uid: 'platform-overview',
  title: 'Platform overview',
  rows: [
    [
      { type: 'stat', title: 'Nodes', width: 4, queries: [{ expr: 'count(kube_node_info)' }] },
      {
        type: 'stat',
        title: 'Nodes not ready',
        width: 4,
        limits: oneIsRed,
        queries: [{ expr: count('kube_node_status_condition{condition="Ready", status="true"} == 0') }],
      },
      { type: 'stat', title: 'Pods not ready', width: 4, limits: oneIsRed, queries: [{ expr: count(notReady) }] },
      { type: 'stat', title: 'Volumes above 85 %', width: 4, limits: oneIsRed, queries: [{ expr: count(`${volumeUse} > 0.85`) }] },
      {
        type: 'stat',
        title: 'Certificates not ready',
        width: 4,
        limits: oneIsRed,
        queries: [{ expr: count('certmanager_certificate_ready_status{condition!="True"} == 1') }],
      },
      { type: 'stat', title: 'Firing alerts', width: 4, limits: oneIsRed, queries: [{ expr: count(firing) }] },
    ],
    [
      {
        type: 'timeseries',
        title: 'Processors in use',
        width: 12,
        unit: 'percentunit',
        queries: [{ expr: `(1 - ${idle}) ${nodeName}`, legend: '{{node}}' }],
      },
      {
        type: 'timeseries',
        title: 'Memory in use',
        width: 12,
        unit: 'percentunit',
        queries: [{ expr: `(1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes) ${nodeName}`, legend: '{{node}}' }],
      },
    ],
    [
      {
        type: 'bargauge',
        title: 'Volumes in use',
        width: 12,
        unit: 'percentunit',
        limits: { orange: 0.85, red: 0.97 },
        queries: [{ expr: `sort_desc(${volumeUse})`, legend: '{{namespace}}/{{persistentvolumeclaim}}' }],
      },
      {
        type: 'bargauge',
        title: 'Certificates that end first',
        width: 12,
        unit: 's',
        limits: { orange: 30 * 24 * 3600, red: 21 * 24 * 3600 },
        queries: [{ expr: `sort(bottomk(15, ${secondsLeft}))`, legend: '{{namespace}}/{{name}}' }],
      },
    ],
    [
      {
        type: 'table',
        title: 'Firing alerts',
        width: 12,
        queries: [{ expr: `max by (severity, alertname, namespace) (${firing})` }],
      },
      { type: 'table', title: 'Pods not ready', width: 12, queries: [{ expr: notReady }] },
    ],
  ],
};

const deviating = 'argocd_app_info{sync_status!="Synced"} or argocd_app_info{health_status!~"Healthy|Suspended"}';

const gitops: Dashboard = {
  uid: 'platform-gitops',
  title: 'GitOps',
  rows: [
    [
      { type: 'stat', title: 'Applications', width: 8, queries: [{ expr: count('argocd_app_info') }] },
      {
        type: 'stat',
        title: 'Not synced',
        width: 8,
        limits: oneIsRed,
        queries: [{ expr: count('argocd_app_info{sync_status!="Synced"}') }],
      },
      {
        type: 'stat',
        title: 'Not healthy',
        width: 8,
        limits: oneIsRed,
        queries: [{ expr: count('argocd_app_info{health_status!~"Healthy|Suspended"}') }],
      },
    ],
    [
      {
        type: 'timeseries',
        title: 'Applications by sync',
        width: 12,
        queries: [{ expr: 'count by (sync_status) (argocd_app_info)', legend: '{{sync_status}}' }],
      },
      {
        type: 'timeseries',
        title: 'Applications by health',
        width: 12,
        queries: [{ expr: 'count by (health_status) (argocd_app_info)', legend: '{{health_status}}' }],
      },
    ],
    [
      {
        type: 'table',
        title: 'Applications that are not as they should be',
        width: 24,
        queries: [{ expr: `max by (project, name, sync_status, health_status) (${deviating})` }],
      },
    ],
    [
      {
        type: 'timeseries',
        title: 'Requests by code',
        width: 12,
        unit: 'reqps',
        queries: [{ expr: 'sum by (code) (rate(traefik_entrypoint_requests_total[$__rate_interval]))', legend: '{{code}}' }],
      },
      {
        type: 'timeseries',
        title: 'Answers with 5xx',
        width: 12,
        unit: 'percentunit',
        queries: [{ expr: serverErrors, legend: '{{exported_service}}' }],
      },
    ],
  ],
};

/** The dashboards of the platform, each a ConfigMap that Grafana reads. */
export function addDashboards(stage: Stage): void {
  for (const dashboard of [overview, gitops]) {
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
