import { recordOf } from '../../../charts/lib/untyped.js';
import { type DangerCheck, readBoth, says, titleOf } from './check.js';
import { fateOf } from './pruning.js';

const label = 'pod-security.kubernetes.io/enforce';

/**
 * The level of a Namespace that says none is `baseline`: Talos configures the API server so.
 *
 * Source: https://docs.siderolabs.com/kubernetes-guides/security/pod-security (v1.13)
 */
const levels = ['privileged', 'baseline', 'restricted'];

/** Settings of pods that open the node to them, by the value that does. */
const opening: readonly (readonly [field: RegExp, value: unknown])[] = [
  [/(^|\.)(hostNetwork|hostPID|hostIPC)$/, true],
  [/[sS]ecurityContext\.privileged$/, true],
  [/[sS]ecurityContext\.allowPrivilegeEscalation$/, true],
  [/[sS]ecurityContext\.runAsNonRoot$/, false],
];

/** Pods may do more to their node than before: the level of a Namespace, or the settings of a workload or of Helm values. */
export const podSecurityLowered: DangerCheck = {
  id: 'pod-security-lowered',
  *check(object) {
    if (!object.before || !object.after) return;
    if (object.kind === 'Namespace') {
      const [old, now] = readBoth(object, 'metadata.labels').map((labels) => String(recordOf(labels)[label] ?? 'baseline'));
      if (old === undefined || now === undefined || levels.indexOf(now) >= levels.indexOf(old)) return;
      const effect = `Pods that ${old} forbids start in it.`;
      yield { field: `metadata.labels["${label}"]`, problem: says(label, old, now), effect };
      return;
    }
    for (const { path, before, after } of object.change.fields) {
      if (!opening.some(([field, value]) => field.test(path) && after === value)) continue;
      yield { field: path, problem: says(path, before, after), effect: 'A pod that is broken into reaches further into its node.' };
    }
  },
};

const policies = ['NetworkPolicy.networking.k8s.io', 'CiliumNetworkPolicy.cilium.io', 'CiliumClusterwideNetworkPolicy.cilium.io'];

/** Traffic that a policy stopped passes. */
export const networkPolicyRemoved: DangerCheck = {
  id: 'network-policy-removed',
  *check(object, context) {
    if (!policies.includes(object.kind)) return;
    if (object.change.change === 'removed' && fateOf(object, context) === 'pruned') {
      const effect = 'Traffic that it stopped passes, unless another policy selects the same pods.';
      yield { problem: `${titleOf(object)} is removed.`, effect };
    }
    const [old, now] = readBoth(object, 'spec.policyTypes');
    const gone = Array.isArray(old) && Array.isArray(now) ? old.filter((type) => !now.includes(type)) : [];
    if (gone.length === 0) return;
    yield {
      field: 'spec.policyTypes',
      problem: `It no longer limits ${gone.join(' and ')}.`,
      effect: 'All such traffic of its pods passes.',
    };
  },
};
