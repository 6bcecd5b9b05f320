import { textOf } from '../../charts/lib/untyped.js';
import type { Rule } from './rule.js';

/**
 * The ServiceAccount of a pod is made by something in its namespace.
 *
 * Why: the API server refuses each pod ("serviceaccount not found"), so that the Deployment is there and nothing runs.
 *
 * Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/ (v1.36)
 */
export const knownAccount: Rule = {
  id: 'known-account',
  *check(view) {
    for (const { object: at, pod, field, namespace } of view.workloads) {
      const name = textOf(pod['serviceAccountName']);
      // Kubernetes makes the first in every namespace; those of upstream come with upstream.
      if (name === undefined || name === 'default' || at.origin === 'upstream') continue;
      if (view.find('ServiceAccount', name, namespace) || view.mayHide('ServiceAccount', namespace)) continue;
      const known = view.of('ServiceAccount').filter(({ manifest }) => manifest.metadata.namespace === namespace);
      const choices = known.map(({ manifest }) => manifest.metadata.name).sort();
      yield {
        at,
        field: `${field}.serviceAccountName`,
        problem: `Nothing makes the ServiceAccount "${name}" in the namespace "${namespace}".`,
        fix: choices.length > 0 ? `name one of ${choices.join(', ')}, or make it.` : 'make it in the stage base of its component.',
      };
    }
  },
};
