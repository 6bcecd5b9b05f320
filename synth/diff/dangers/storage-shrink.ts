import { quantityOf } from '../../rules/lib/quantities.js';
import { claimsOf, findLosses } from '../../rules/lib/volume-losses.js';
import type { DangerCheck } from './check.js';
import { says } from './check.js';

const kinds = ['PersistentVolumeClaim', 'StatefulSet.apps', 'Cluster.postgresql.cnpg.io', 'DataVolume.cdi.kubevirt.io'];
const effect = 'No volume shrinks: it is refused, and the sync fails.';

/** A volume is asked to be smaller than it is, by an object or by Helm values. */
export const storageShrink: DangerCheck = {
  id: 'storage-shrink',
  *check({ kind, before, after, change }) {
    if (!before || !after) return;
    if (kinds.includes(kind)) {
      const now = claimsOf(kind, after.manifest);
      for (const { name, claim } of claimsOf(kind, before.manifest)) {
        const kept = now.find((other) => other.name === name);
        for (const { field, what } of kept ? findLosses(claim, kept.claim, kept.path) : []) {
          if (what.startsWith('size')) yield { field, problem: `Its ${what}.`, effect };
        }
      }
      return;
    }
    for (const { path, before: old, after: to } of change.fields) {
      const [most, size] = [quantityOf(old), quantityOf(to)];
      if (most === undefined || size === undefined || size >= most || !isVolumeSize(path)) continue;
      yield { field: path, problem: says(path, old, to), effect };
    }
  },
};

/** Sizes that charts and custom resources make volumes of. */
function isVolumeSize(path: string): boolean {
  return /(requests\.storage|(persistence|storage|volume|disk|pvc)\w*(\.\w+)*\.(size|diskSize)|persistence\w*(\.\w+)*\.size)$/i.test(path);
}
