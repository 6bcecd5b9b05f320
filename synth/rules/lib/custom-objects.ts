import { groupOf, isBuiltinGroup } from '../../../charts/lib/kinds.js';
import type { ClusterView, SeenObject } from './view.js';

/** Custom resources that charts make and that name classes; the rest of what upstream renders is not read for their sake. */
const upstreamKinds: readonly string[] = [
  'Alertmanager.monitoring.coreos.com',
  'Cluster.postgresql.cnpg.io',
  'Gateway.gateway.networking.k8s.io',
  'Prometheus.monitoring.coreos.com',
  'PrometheusAgent.monitoring.coreos.com',
  'ThanosRuler.monitoring.coreos.com',
];

/** The custom resources of our own components, and those of upstream that ask for volumes. */
export function customObjectsOf(view: ClusterView): readonly SeenObject[] {
  const kinds = view.plan.objects.flatMap(({ manifest: { apiVersion, kind } }) => {
    const group = groupOf(apiVersion);
    return isBuiltinGroup(group) ? [] : [`${kind}.${group}`];
  });
  return view.of(...new Set([...kinds, ...upstreamKinds])).filter(({ origin }) => origin !== 'engine');
}
