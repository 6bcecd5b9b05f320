import { isDeepStrictEqual } from 'node:util';
import { parseImage, whyMoving } from '../../rules/lib/images.js';
import { entriesBelow, pathOf } from '../../rules/lib/walk.js';
import { type DangerCheck, readBoth, says, show } from './check.js';

/** A Service that is there selects other pods. */
export const selectorChange: DangerCheck = {
  id: 'selector-change',
  *check(object) {
    if (object.kind !== 'Service' || !object.before || !object.after) return;
    const [old, now] = readBoth(object, 'spec.selector');
    if (isDeepStrictEqual(old, now)) return;
    yield {
      field: 'spec.selector',
      problem: says('spec.selector', old, now),
      effect: 'Whoever calls the Service gets other pods at once, or none, until pods with these labels are ready.',
    };
  },
};

/** What ran stops, on purpose or not. */
export const replicasToZero: DangerCheck = {
  id: 'replicas-to-zero',
  *check({ change, before, after }) {
    if (!before || !after) return;
    for (const { path, before: old, after: now } of change.fields) {
      if (now !== 0 || old === 0 || !/(^|\.)(replicas|replicaCount|instances)$/.test(path)) continue;
      yield { field: path, problem: says(path, old, now), effect: 'Nothing of it runs any more.' };
    }
  },
};

/** An image is named by a tag that moves, which it was not before. */
export const movingImage: DangerCheck = {
  id: 'moving-image',
  *check({ before, after, change }) {
    if (!after || change.group === 'talos.dev') return;
    // Most changes name no image, and a walk through the object is most of the check.
    if (before && !change.fields.some(({ path, after: now }) => typeof now === 'object' || /image|tag/i.test(path))) return;
    const known = new Set(entriesBelow(before?.manifest).map(({ key, value }) => `${key}\0${String(value)}`));
    for (const entry of entriesBelow(after.manifest)) {
      const { key, value } = entry;
      if (typeof value !== 'string' || known.has(`${key}\0${value}`)) continue;
      const why = whyNamed(key, value, pathOf(entry));
      if (why === undefined) continue;
      const effect = 'Which code runs depends on the day on which a node pulls it, and no revert brings the old one back.';
      yield { field: pathOf(entry), problem: `${show(value)}: ${why}.`, effect };
    }
  },
};

function whyNamed(key: string, value: string, path: string): string | undefined {
  if (key === 'image' && /[cC]ontainers\[\d+\]\.image$/.test(path)) {
    const { tag, digest } = parseImage(value);
    return digest === undefined ? whyMoving(tag, true) : undefined;
  }
  return key === 'tag' && /image/i.test(path) && !value.includes('@') ? whyMoving(value, false) : undefined;
}
