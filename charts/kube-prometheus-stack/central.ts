import { problemOf } from '../lib/collect.js';
import { type Problem, Problems } from '../lib/problem.js';
import { select } from './promql.js';
import type { Alert } from './rules.js';

/** Alerts of the chart that say "there is none": at the centre, one cluster of all would be enough to keep them quiet. */
export const replacedAtTheCentre = ['KubeAPIDown', 'KubeControllerManagerDown', 'KubeSchedulerDown'] as const;

/** Without these, other alerts see nothing. Names of jobs as the chart gives them. */
const neededJobs = ['apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-state-metrics', 'kubelet', 'node-exporter'] as const;

/**
 * What only the centre can know of the clusters that send to it.
 *
 * @param clusters names of those that should.
 */
export function centralAlerts(clusters: readonly string[]): Alert[] {
  return [...(clusters.length > 0 ? [silentClusters(clusters)] : []), missingMetrics];
}

/** By name, since nothing is left of a silent cluster that could name it. */
function silentClusters(clusters: readonly string[]): Alert {
  return {
    name: 'ClusterSilent',
    severity: 'critical',
    for: '10m',
    expr: clusters.map((name) => `absent(${select('up', `cluster="${name}"`)})`).join('\nor '),
    summary: 'Cluster {{ $labels.cluster }} sends no metrics',
    description:
      'No sample of {{ $labels.cluster }} arrived for a quarter of an hour, so that no other alert of it can fire. Look at the agent there, then at the way here.',
  };
}

const missingMetrics: Alert = {
  name: 'MetricsMissing',
  severity: 'critical',
  for: '15m',
  expr: `(
  ${neededJobs.map((job) => `label_replace(count by (cluster) (up), "job", "${job}", "", "")`).join('\n  or ')}
)
unless on (cluster, job) (up == 1)`,
  summary: '{{ $labels.cluster }} has no metrics of {{ $labels.job }}',
  description:
    'Nothing of this kind answers in {{ $labels.cluster }}, or nobody asks it: kubectl get --namespace monitoring servicemonitors.',
};

/** @throws Problems when a name cannot be one, is there twice, or is that of the centre itself. */
export function checkClusters(id: string, own: string, clusters: readonly string[]): void {
  const report = (problem: string, fix: string): Problem => problemOf(id, 'clusters', 'valid-agent-clusters', problem, fix);
  const problems = clusters.flatMap((name, index) => {
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) return [report(`"${name}" is no name of a cluster.`, 'write a-z, 0-9 and - only.')];
    if (name === own) return [report(`"${name}" is the centre itself, which has no agent.`, 'leave it out.')];
    return clusters.indexOf(name) < index ? [report(`"${name}" is there twice.`, 'leave one out.')] : [];
  });
  if (problems.length > 0) throw new Problems(problems);
}
