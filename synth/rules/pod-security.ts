import { upstreamOf } from '../../charts/lib/delivery.js';
import type { PodSecurityLevel } from '../../charts/lib/provides.js';
import { findViolations } from './lib/pod-security.js';
import type { ClusterView } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * Every pod fits the Pod Security level that its Namespace enforces: the pods that are rendered, and those of releases by the level in their
 * `provides`.
 *
 * Why: the API server accepts the Deployment and refuses each of its pods, so that the Application is Synced and nothing runs.
 *
 * Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/ (v1.36); the level of a Namespace without labels is baseline on
 * Talos, and kube-system is exempt: https://www.talos.dev/v1.13/kubernetes-guides/configuration/pod-security/
 */
export const podSecurity: Rule = {
  id: 'pod-security',
  *check(view) {
    for (const workload of view.workloads) {
      const level = levelOf(view, workload.namespace);
      const [first, ...others] = findViolations(workload).filter(({ needs }) => rank(needs) > rank(level));
      if (first === undefined) continue;
      const needs = [first, ...others].some((one) => one.needs === 'privileged') ? 'privileged' : 'baseline';
      const more = others.length > 0 ? ` So do ${others.length} other fields: ${others.map(({ field }) => field).join(', ')}.` : '';
      yield {
        at: workload.object,
        field: first.field,
        problem: `It ${first.what}, which the level "${level}" of the namespace "${workload.namespace}" forbids.${more}`,
        fix: `change the pod, or let the namespace enforce "${needs}".`,
      };
    }
    yield* checkReleases(view);
  },
};

function* checkReleases(view: ClusterView): Generator<Finding> {
  for (const { name, component, stages } of view.plan.components) {
    for (const stage of stages) {
      for (const upstream of upstreamOf(stage)) {
        // Its pods are seen, each by itself.
        if (stage.delivered.includes(upstream)) continue;
        const namespace = ('namespace' in upstream.props ? upstream.props.namespace : undefined) ?? component.namespaceName;
        const { podSecurity: needs } = upstream.props.provides;
        const level = levelOf(view, namespace);
        if (rank(needs) <= rank(level)) continue;
        yield {
          at: view.releases.find(({ release }) => release === upstream) ?? { component: name },
          field: 'provides.podSecurity',
          problem: `Its pods need the level "${needs}", and the namespace "${namespace}" enforces "${level}".`,
          fix: `let the namespace enforce "${needs}", or install it elsewhere.`,
        };
      }
    }
  }
}

function levelOf(view: ClusterView, namespace: string): PodSecurityLevel {
  if (namespace === 'kube-system') return 'privileged';
  // A Namespace that a release makes carries the labels of the release, which nobody sees here.
  const isForeign = view.find('Namespace', namespace) === undefined && namespace !== 'default';
  const level = isForeign ? 'privileged' : view.podSecurityOf(namespace);
  return level === 'privileged' || level === 'restricted' ? level : 'baseline';
}

function rank(level: PodSecurityLevel): number {
  return ['restricted', 'baseline', 'privileged'].indexOf(level);
}
