import { groupOf, type KubernetesObject } from '../../../charts/lib/kinds.js';
import { findHiders } from './hidden.js';
import { selects, type Workload } from './pods.js';
import type { ClusterView } from './view.js';

/** Workloads of a namespace whose pods a label selector selects. */
export function findSelected(view: ClusterView, namespace: string, selector: unknown): readonly Workload[] {
  return view.workloads.filter((workload) => workload.namespace === namespace && selects(selector, workload.labels));
}

/** True when pods may run in a namespace that are in no object which is seen: a chart that nobody rendered, or a controller, makes them. */
export function mayHidePods(view: ClusterView, namespace: string): boolean {
  if (workloadKinds.some((kind) => findHiders(view, kind, namespace).length > 0)) return true;
  return view.plan.components.some(({ component, stages }) => {
    const own = [component.namespaceName, ...stages.flatMap(({ objects }) => objects).flatMap(({ manifest }) => namespaceOf(manifest))];
    // What makes pods may be of the whole cluster: it makes them where its component has namespaces.
    const isHere = (at: string | undefined) => (at === undefined ? own.includes(namespace) : at === namespace);
    return stages.some(
      ({ objects, files }) =>
        objects.some(({ manifest }) => makesPods(groupOf(manifest.apiVersion), manifest.kind) && isHere(manifest.metadata.namespace)) ||
        files.some(({ identity }) => makesPods(identity.group, identity.kind) && isHere(identity.namespace)),
    );
  });
}

function namespaceOf({ kind, metadata }: KubernetesObject): readonly string[] {
  return kind === 'Namespace' ? [metadata.name] : [];
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
  'metallb.io',
  'snapshot.storage.k8s.io',
  'traefik.io',
]);
