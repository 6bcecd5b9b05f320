import { groupOf } from '../../../charts/lib/kinds.js';
import { selects, type Workload } from './pods.js';
import type { ClusterView } from './view.js';

/** Workloads of a namespace whose pods a label selector selects. */
export function findSelected(view: ClusterView, namespace: string, selector: unknown): readonly Workload[] {
  return view.workloads.filter((workload) => workload.namespace === namespace && selects(selector, workload.labels));
}

/** True when pods may run in a namespace that are in no object which is seen: a chart that nobody rendered, or a controller, makes them. */
export function mayHidePods(view: ClusterView, namespace: string): boolean {
  if (workloadKinds.some((kind) => view.mayHide(kind, namespace))) return true;
  const homes = new Map(view.plan.components.map(({ name, component }) => [name, component.namespaceName]));
  const isHome = (component: string, own: string | undefined) => (own ?? homes.get(component)) === namespace;
  return (
    view.plan.objects.some(
      ({ component, manifest }) => makesPods(groupOf(manifest.apiVersion), manifest.kind) && isHome(component, manifest.metadata.namespace),
    ) ||
    view.plan.components.some(({ name, stages }) =>
      stages.some(({ files }) =>
        files.some(({ identity }) => makesPods(identity.group, identity.kind) && isHome(name, identity.namespace)),
      ),
    )
  );
}

const workloadKinds = ['Pod', 'Deployment.apps', 'StatefulSet.apps', 'DaemonSet.apps', 'ReplicaSet.apps', 'Job.batch', 'CronJob.batch'];

/** Custom resources of the other groups may be pods. */
function makesPods(group: string, kind: string): boolean {
  if (group === 'monitoring.coreos.com') return ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'].includes(kind);
  return !builtin.has(group) && !passive.has(group);
}

const builtin: ReadonlySet<string> = new Set([
  '',
  'apps',
  'batch',
  'autoscaling',
  'policy',
  'networking.k8s.io',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'scheduling.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'coordination.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'admissionregistration.k8s.io',
]);

/** Groups whose resources configure something that runs already. */
const passive: ReadonlySet<string> = new Set([
  'cert-manager.io',
  'trust.cert-manager.io',
  'cilium.io',
  'external-secrets.io',
  'gateway.networking.k8s.io',
  'metallb.io',
  'snapshot.storage.k8s.io',
  'traefik.io',
]);
