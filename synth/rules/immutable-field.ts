import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../../charts/lib/kinds.js';
import { recordOf, valueAt } from '../../charts/lib/untyped.js';
import { itemsOf, mentioning } from './lib/syncers.js';
import { claimsOf, findLosses } from './lib/volume-losses.js';
import type { Rule } from './rule.js';

/**
 * A field that the API server never changes stays what it is in the committed tree, or the object gets another name.
 *
 * Why: `field is immutable`, and the Application fails at each sync until somebody removes the object by hand.
 *
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/ (v1.36: ValidateDaemonSetUpdate and the like of pkg/apis of
 * https://github.com/kubernetes/kubernetes)
 */
export const immutableField: Rule = {
  id: 'immutable-field',
  severity: 'warning',
  *check(view) {
    for (const [kind, { fields, fix }] of Object.entries(immutable)) {
      for (const at of kind === 'ConfigMap' || kind === 'Secret' ? mentioning(view, 'immutable:', kind) : view.of(kind)) {
        if (isMadeAnew(at.manifest)) continue;
        const committed = view.committed(at);
        if (committed === undefined || committed === at.manifest) continue;
        // What a volume cannot follow is the business of kept-claim.
        const isLoss = kind === 'StatefulSet.apps' && losesVolume(committed, at.manifest);
        for (const field of fields) {
          if ((isLoss && field === 'spec.volumeClaimTemplates') || !isChanged(field, committed, at.manifest)) continue;
          const problem = `It differs from what is committed, and the API server never changes ${field} of a ${at.manifest.kind}.`;
          yield { at, field, problem, fix };
        }
      }
    }
  },
};

/** What the API server writes where nothing is said. */
const defaults: Readonly<Record<string, unknown>> = {
  preemptionPolicy: 'PreemptLowerPriority',
  reclaimPolicy: 'Delete',
  'spec.attachRequired': true,
  'spec.completionMode': 'NonIndexed',
  'spec.podManagementPolicy': 'OrderedReady',
  'spec.volumeLifecycleModes': ['Persistent'],
  type: 'Opaque',
  volumeBindingMode: 'Immediate',
};

function isChanged(field: string, committed: KubernetesObject, manifest: KubernetesObject): boolean {
  const read = (object: KubernetesObject) => valueAt(object, field) ?? defaults[field] ?? null;
  const [old, now] = [read(committed), read(manifest)];
  // Which address a Service gets is the cluster's, and stays, where nothing is said.
  if (field.startsWith('spec.clusterIP') && now === null) return false;
  const mayChange = (field === 'data' || field === 'immutable') && committed['immutable'] !== true;
  return !mayChange && !isDeepStrictEqual(JSON.parse(plain(old)), JSON.parse(plain(now)));
}

interface Immutable {
  readonly fields: readonly string[];
  readonly fix: string;
}

const rename = 'leave it as it is, or give the new one another name.';
const recreate = 'leave it as it is, or remove the object by hand while the change is merged; its pods stop until it is back.';
const orphan =
  'leave it as it is, or remove the StatefulSet by hand with "--cascade=orphan" while the change is merged; its pods and volumes stay.';
const rerun = 'give the Job another name, or let it say "Force=true,Replace=true" in argocd.argoproj.io/sync-options.';

const immutable: Readonly<Record<string, Immutable>> = {
  'ClusterRoleBinding.rbac.authorization.k8s.io': { fields: ['roleRef'], fix: rename },
  ConfigMap: { fields: ['data', 'immutable'], fix: rename },
  'CSIDriver.storage.k8s.io': { fields: ['spec.attachRequired', 'spec.volumeLifecycleModes'], fix: recreate },
  'DaemonSet.apps': { fields: ['spec.selector'], fix: recreate },
  'Deployment.apps': { fields: ['spec.selector'], fix: recreate },
  'IngressClass.networking.k8s.io': { fields: ['spec.controller'], fix: rename },
  'Job.batch': { fields: ['spec.template', 'spec.selector', 'spec.completionMode', 'spec.podFailurePolicy'], fix: rerun },
  'PriorityClass.scheduling.k8s.io': { fields: ['value', 'preemptionPolicy'], fix: rename },
  'RoleBinding.rbac.authorization.k8s.io': { fields: ['roleRef'], fix: rename },
  'RuntimeClass.node.k8s.io': { fields: ['handler'], fix: rename },
  Secret: { fields: ['type', 'data', 'immutable'], fix: rename },
  Service: { fields: ['spec.clusterIP'], fix: 'leave it as it is, or give the new Service another name.' },
  'StatefulSet.apps': {
    fields: ['spec.serviceName', 'spec.selector', 'spec.podManagementPolicy', 'spec.volumeClaimTemplates'],
    fix: orphan,
  },
  'StorageClass.storage.k8s.io': {
    fields: ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'],
    fix: 'leave it as it is, or give the new class another name: volumes that are there keep what they were made with.',
  },
};

/** Hooks are removed before each run, and the engine may be told to remove an object that it cannot change. */
function isMadeAnew({ metadata }: KubernetesObject): boolean {
  const annotations = recordOf(metadata.annotations);
  const options = itemsOf(annotations['argocd.argoproj.io/sync-options']);
  if (options.includes('Force=true') || annotations['kustomize.toolkit.fluxcd.io/force'] === 'enabled') return true;
  const policies = annotations['argocd.argoproj.io/hook-delete-policy'];
  return (
    annotations['argocd.argoproj.io/hook'] !== undefined && (policies === undefined || itemsOf(policies).includes('BeforeHookCreation'))
  );
}

function losesVolume(committed: KubernetesObject, now: KubernetesObject): boolean {
  const own = claimsOf('StatefulSet.apps', recordOf(now));
  return claimsOf('StatefulSet.apps', recordOf(committed)).some((old) =>
    own.some(({ name, claim }) => name === old.name && findLosses(old.claim, claim, '').length > 0),
  );
}

function plain(value: unknown): string {
  return JSON.stringify(value);
}
