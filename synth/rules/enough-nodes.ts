import { recordOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import { countNodes, type Placement } from './lib/nodes.js';
import { findSpread, isSelfOf, type Spread } from './lib/spread.js';
import { findCopies } from './lib/value-copies.js';
import type { ClusterView, Place, SeenObject, SeenRelease } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * Pods that may not share a node (required anti-affinity, a topology spread that does not schedule, ports of the node) are no more than the
 * nodes that take them, and leave one free for a rollout that starts first.
 *
 * Why: the pods that are too many stay Pending for ever, so that a quorum is never complete or a rollout never ends.
 *
 * Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ (v1.36),
 * https://cloudnative-pg.io/documentation/1.30/scheduling/,
 * https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd#high-availability (10.4), values.yaml of the chart vault (0.34)
 */
export const enoughNodes: Rule = {
  id: 'enough-nodes',
  *check(view) {
    for (const { object, pod, field, labels, replicas } of view.workloads) {
      const spread = findSpread(view.cluster, pod, isSelfOf(labels));
      const at = { at: object, field: spread && `${field}.${spread.field}` };
      if (spread && replicas !== undefined) yield* compare(view, at, pod, spread, replicas, countSurge(object.manifest, replicas));
    }
    for (const object of view.of('Cluster.postgresql.cnpg.io')) {
      const { instances = 1, affinity } = recordOf(object.manifest['spec']);
      const { enablePodAntiAffinity = true, podAntiAffinityType, topologyKey = hostname } = recordOf(affinity);
      const isHard = enablePodAntiAffinity === true && podAntiAffinityType === 'required' && topologyKey === hostname;
      const at = { at: object, field: 'spec.affinity.podAntiAffinityType' };
      if (isHard) yield* compare(view, at, recordOf(affinity), onePerNode, Number(instances));
    }
    for (const object of view.of(...podResources)) {
      const spec = recordOf(object.manifest['spec']);
      const spread = findSpread(view.cluster, spec, () => true);
      const at = { at: object, field: spread && `spec.${spread.field}` };
      if (spread && spec['mode'] !== 'daemonset') yield* compare(view, at, spec, spread, Number(spec['replicas'] ?? 1));
    }
    for (const release of view.releases) if (!release.isSeen) yield* checkValues(view, release);
  },
};

const hostname = 'kubernetes.io/hostname';
const onePerNode: Spread = { field: 'replicas', perNode: 1, countsOld: true };

/** Custom resources with copies of a pod, whose fields are those of a PodSpec. */
const podResources = ['OpenTelemetryCollector.opentelemetry.io', 'Prometheus.monitoring.coreos.com', 'Alertmanager.monitoring.coreos.com'];

/** What values say of copies, and what two charts do by default. */
function* checkValues(view: ClusterView, release: SeenRelease): Generator<Finding> {
  const { values, release: chart } = release;
  const names = [chart.releaseName, chart.props.chart];
  const isSelf = (selector: unknown) => {
    const labels = Object.values(recordOf(recordOf(selector)['matchLabels']));
    return names.some((name) => labels.includes(name));
  };
  for (const { field, replicas, map } of findCopies(values)) {
    const { podAntiAffinity, podAntiAffinityPreset, podAntiAffinityTopologyKey = hostname } = map;
    const isHard = [podAntiAffinity, podAntiAffinityPreset].includes('hard') && podAntiAffinityTopologyKey === hostname;
    const spread = isHard ? onePerNode : findSpread(view.cluster, map, isSelf);
    if (!spread || spread.field === 'containers') continue;
    yield* compare(view, { at: release, field: [field, spread.field].filter(Boolean).join('.') }, map, spread, replicas);
  }
  const server = recordOf(values['server']);
  const { enabled, replicas = 3 } = recordOf(server['ha']);
  const isVault = ['vault', 'openbao'].includes(chart.props.chart) && enabled === true && server['affinity'] === undefined;
  if (isVault) yield* compare(view, { at: release, field: 'server.ha.replicas' }, server, onePerNode, Number(replicas));
  const redis = recordOf(chart.props.chart === 'argo-cd' ? values['redis-ha'] : {});
  if (redis['enabled'] === true && redis['hardAntiAffinity'] !== false) {
    yield* compare(view, { at: release, field: 'redis-ha.replicas' }, redis, onePerNode, Number(redis['replicas'] ?? 3));
  }
}

function* compare(
  { cluster }: ClusterView,
  at: { readonly at: Place; readonly field: string | undefined },
  pod: Placement,
  { perNode, countsOld }: Spread,
  replicas: number,
  surge = 0,
): Generator<Finding> {
  const room = countNodes(cluster, pod) * perNode;
  const pods = replicas === 1 ? 'Its pod' : `Its ${replicas} pods`;
  const share = perNode === 1 ? 'may not share a node' : `may be ${perNode} on a node`;
  const place = { at: at.at, ...(at.field === undefined ? {} : { field: at.field }) };
  if (replicas > room) {
    const problem = `${pods} ${share}, and the nodes of ${cluster.name} that take them have room for ${room}.`;
    yield { ...place, problem, fix: `make it ${room} at most, or only prefer to spread them.` };
  } else if (replicas > 0 && surge > 0 && countsOld && replicas === room) {
    const problem = `${pods} ${share}, and a rollout starts another before it stops one, for which ${cluster.name} has no node left.`;
    yield { ...place, problem, fix: 'write strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}, or only prefer to spread them.' };
  }
}

/**
 * Pods that a Deployment starts before it may stop one.
 *
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment (v1.36)
 */
function countSurge(manifest: SeenObject['manifest'], replicas: number): number {
  const { type = 'RollingUpdate', rollingUpdate } = recordOf(valueAt(manifest, 'spec.strategy'));
  const { maxSurge = '25%', maxUnavailable = '25%' } = recordOf(rollingUpdate);
  if (manifest.kind !== 'Deployment' || type !== 'RollingUpdate') return 0;
  const unavailable = Math.floor(resolve(maxUnavailable, replicas));
  return unavailable > 0 ? 0 : Math.ceil(resolve(maxSurge, replicas));
}

function resolve(value: unknown, replicas: number): number {
  const [percent] = textsOf([value]);
  return percent?.endsWith('%') ? (Number.parseFloat(percent) * replicas) / 100 : Number(value);
}
