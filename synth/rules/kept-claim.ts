import { findValueLosses } from './lib/committed-values.js';
import { claimsOf, findLosses } from './lib/volume-losses.js';
import type { Rule } from './rule.js';

/**
 * A claim that is committed keeps its class, access modes, volume and size, which may only grow; so do those of StatefulSets, databases, data
 * volumes and Helm values.
 *
 * Why: the API server refuses the change (`spec is immutable`, `field can not be less than status.capacity`), the sync fails for ever, and who
 * removes the claim to get on removes the data.
 *
 * Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims (v1.36),
 * https://cloudnative-pg.io/documentation/1.27/storage/#volume-expansion
 */
export const keptClaim: Rule = {
  id: 'kept-claim',
  *check(view) {
    for (const kind of kinds) {
      for (const at of view.of(kind)) {
        const own = claimsOf(kind, at.manifest);
        const committed = own.length > 0 ? view.committed(at) : undefined;
        if (committed === undefined || committed === at.manifest) continue;
        for (const old of claimsOf(kind, committed)) {
          const now = own.find(({ name }) => name === old.name);
          for (const { field, what } of now ? findLosses(old.claim, now.claim, now.path) : []) {
            yield { at, field, problem: `Its ${what}, which no volume that is there can follow.`, fix };
          }
        }
      }
    }
    for (const { at, field, what } of findValueLosses(view)) {
      yield { at, field, problem: `Its ${what}, which no volume that is there can follow.`, fix };
    }
  },
};

const kinds = ['PersistentVolumeClaim', 'StatefulSet.apps', 'Cluster.postgresql.cnpg.io', 'DataVolume.cdi.kubevirt.io'];

const fix = 'leave it as it is, or make a claim of another name beside it, copy the data, and remove this one afterwards.';
