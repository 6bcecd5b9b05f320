import { listOf, recordOf, textOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import { selects } from './lib/pods.js';
import type { ClusterView } from './lib/view.js';
import type { Rule } from './rule.js';

/**
 * A webhook that must answer before pods or other built-in objects are made lets the namespaces pass that the cluster and its GitOps engine live
 * in, and its own, or has more than one replica.
 *
 * Why: its one pod is gone, and nothing can be made any more: not the pod itself, not DNS, not the engine that would put it right.
 *
 * Source: https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/ (v1.36)
 */
export const admissionIndependent: Rule = {
  id: 'admission-independent',
  severity: 'warning',
  *check(view) {
    const group = 'admissionregistration.k8s.io';
    for (const at of view.of(`MutatingWebhookConfiguration.${group}`, `ValidatingWebhookConfiguration.${group}`)) {
      for (const [index, webhook] of listOf(at.manifest['webhooks']).entries()) {
        if ((webhook['failurePolicy'] ?? 'Fail') !== 'Fail' || !catchesBuiltin(webhook) || isNarrow(webhook)) continue;
        const service = recordOf(recordOf(webhook['clientConfig'])['service']);
        const own = textOf(service['namespace']) ?? '';
        const caught = ['kube-system', view.cluster.engine === 'flux' ? 'flux-system' : 'argocd', own].filter((namespace) =>
          catches(view, webhook, namespace),
        );
        if (caught.length === 0 || !isSingle(view, own, String(service['name']))) continue;
        yield {
          at,
          field: `webhooks[${index}].namespaceSelector`,
          problem: `The only pod of ${own}/${service['name']} must answer before anything is made in ${[...new Set(caught)].join(', ')}.`,
          fix: 'leave these namespaces out by kubernetes.io/metadata.name, run two replicas, or write failurePolicy: Ignore.',
        };
      }
    }
  },
};

const builtin: ReadonlySet<string> = new Set(['*', '', 'apps', 'batch', 'networking.k8s.io', 'coordination.k8s.io']);

/** What a namespace needs to start again is among what the webhook is asked about. */
function catchesBuiltin(webhook: Readonly<Record<string, unknown>>): boolean {
  return listOf(webhook['rules']).some(
    (rule) =>
      textsOf(rule['apiGroups']).some((name) => builtin.has(name)) &&
      rule['scope'] !== 'Cluster' &&
      ['*', 'CREATE', 'UPDATE'].some((operation) => textsOf(rule['operations']).includes(operation)),
  );
}

/** It asks only about objects that want to be asked about, or decides by an expression, which says nothing here. */
function isNarrow(webhook: Readonly<Record<string, unknown>>): boolean {
  return listOf(webhook['matchConditions']).length > 0 || !selects(webhook['objectSelector'], {});
}

function catches(view: ClusterView, webhook: Readonly<Record<string, unknown>>, namespace: string): boolean {
  const labels = recordOf(view.find('Namespace', namespace)?.manifest.metadata.labels);
  return namespace !== '' && selects(webhook['namespaceSelector'], { ...labels, 'kubernetes.io/metadata.name': namespace });
}

/** True where the pods behind a Service are seen, and are one. */
function isSingle(view: ClusterView, namespace: string, name: string): boolean {
  const selector = valueAt(view.find('Service', name, namespace)?.manifest, 'spec.selector');
  if (selector === undefined) return false;
  const behind = view.workloads.filter(
    (workload) => workload.namespace === namespace && selects({ matchLabels: selector }, workload.labels),
  );
  return behind.length === 1 && behind[0]?.replicas !== undefined && behind[0].replicas < 2;
}
