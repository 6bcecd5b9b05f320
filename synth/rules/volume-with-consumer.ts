import { valueAt } from '../../charts/lib/untyped.js';
import { type ClaimUser, classOf, findClaimUsers } from './lib/claims.js';
import { mayHidePods } from './lib/pod-owners.js';
import type { SeenObject } from './lib/view.js';
import type { Rule } from './rule.js';

/**
 * A PersistentVolumeClaim whose StorageClass waits for its first consumer is in the same stage of the same component as what mounts it, so that
 * both are applied in one wave.
 *
 * Why: earlier, the claim stays Pending and the wave never ends; later, the pod waits for a claim of a wave that waits for the pod.
 *
 * Source: https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode (v1.36),
 * https://github.com/argoproj/argo-cd/issues/12840
 */
export const volumeWithConsumer: Rule = {
  id: 'volume-with-consumer',
  *check(view) {
    const users = findClaimUsers(view);
    for (const claim of view.of('PersistentVolumeClaim')) {
      const { name, namespace = 'default' } = claim.manifest.metadata;
      const isWaiting = classOf(view, claim)?.manifest['volumeBindingMode'] === 'WaitForFirstConsumer';
      // A claim that names its volume waits for nobody.
      if (!isWaiting || valueAt(claim.manifest, 'spec.volumeName') !== undefined) continue;
      const own = users.get(`${namespace}/${name}`) ?? [];
      if (own.some(({ at }) => placeOf(at) === placeOf(claim))) continue;
      const [first] = own;
      const waits = 'Its volume is made only when a pod uses it';
      if (first) {
        yield {
          at: claim,
          problem: `${waits}, and ${first.at.path} in ${placeOf(first.at)} is in another wave than this claim in ${placeOf(claim)}.`,
          fix: `make the claim in ${placeOf(first.at)}.`,
        };
      } else if (claim.origin !== 'upstream' && !mayHidePods(view, namespace)) {
        const fix = 'name the claim in the pod that it is for, in the same stage, or remove it.';
        yield { at: claim, problem: `${waits}, and nothing in the namespace "${namespace}" does, so that it is never healthy.`, fix };
      }
    }
  },
};

function placeOf({ component, stage }: ClaimUser['at'] | SeenObject): string {
  return `${component}/${stage}`;
}
