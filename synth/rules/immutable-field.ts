import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../../charts/lib/kinds.js';
import { recordOf, valueAt } from '../../charts/lib/untyped.js';
import { immutableDefaults, immutableFields, isMadeAnew } from './lib/immutable-fields.js';
import { mentioning } from './lib/syncers.js';
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
    for (const kind of new Set([...Object.keys(immutableFields), ...Object.keys(more)])) {
      const fields = [...(immutableFields[kind] ?? []), ...(more[kind] ?? [])];
      const fix = fixes[kind] ?? rename;
      for (const at of kind === 'ConfigMap' || kind === 'Secret' ? mentioning(view, 'immutable:', kind) : view.of(kind)) {
        if (isMadeAnew(at.manifest.metadata.annotations)) continue;
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

function isChanged(field: string, committed: KubernetesObject, manifest: KubernetesObject): boolean {
  const read = (object: KubernetesObject) => valueAt(object, field) ?? immutableDefaults[field] ?? null;
  const [old, now] = [read(committed), read(manifest)];
  // Which address a Service gets is the cluster's, and stays, where nothing is said.
  if (field.startsWith('spec.clusterIP') && now === null) return false;
  const mayChange = (field === 'data' || field === 'immutable') && committed['immutable'] !== true;
  return !mayChange && !isDeepStrictEqual(JSON.parse(plain(old)), JSON.parse(plain(now)));
}

const rename = 'leave it as it is, or give the new one another name.';
const recreate = 'leave it as it is, or remove the object by hand while the change is merged; its pods stop until it is back.';
const orphan =
  'leave it as it is, or remove the StatefulSet by hand with "--cascade=orphan" while the change is merged; its pods and volumes stay.';
const rerun = 'give the Job another name, or let it say "Force=true,Replace=true" in argocd.argoproj.io/sync-options.';

/** Fields beside those that every comparison of two trees knows. */
const more: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ['data', 'immutable'],
  Secret: ['data', 'immutable'],
  'StatefulSet.apps': ['spec.volumeClaimTemplates'],
};

/** What to do instead, where another name is not the best. */
const fixes: Readonly<Record<string, string>> = {
  'CSIDriver.storage.k8s.io': recreate,
  'DaemonSet.apps': recreate,
  'Deployment.apps': recreate,
  'Job.batch': rerun,
  Service: 'leave it as it is, or give the new Service another name.',
  'StatefulSet.apps': orphan,
  'StorageClass.storage.k8s.io':
    'leave it as it is, or give the new class another name: volumes that are there keep what they were made with.',
};

function losesVolume(committed: KubernetesObject, now: KubernetesObject): boolean {
  const own = claimsOf('StatefulSet.apps', recordOf(now));
  return claimsOf('StatefulSet.apps', recordOf(committed)).some((old) =>
    own.some(({ name, claim }) => name === old.name && findLosses(old.claim, claim, '').length > 0),
  );
}

function plain(value: unknown): string {
  return JSON.stringify(value);
}
