import { parseImage, replacementOf, whyMoving } from './lib/images.js';
import { containersOf } from './lib/pods.js';
import { kindOf, membersOf } from './lib/syncers.js';
import type { Place } from './lib/view.js';
import { entriesBelow, pathOf } from './lib/walk.js';
import type { Finding, Rule } from './rule.js';

/**
 * Every image, of pods, custom resources and Helm values, has an exact tag or a digest, and comes from a registry that still is one.
 *
 * Why: two nodes run two programs under one name, a restart upgrades, and nothing in a review shows it. What a registry has removed cannot be
 * pulled on a new node.
 *
 * Source: https://kubernetes.io/docs/concepts/containers/images/#image-names (v1.36), https://github.com/bitnami/containers/issues/83267
 */
export const pinnedImage: Rule = {
  id: 'pinned-image',
  *check(view) {
    const told = new Set<string>();
    const pods = new Set(view.workloads.map(({ object }) => object.path));
    for (const workload of view.workloads) {
      for (const { container, field } of containersOf(workload)) {
        const image = String(container['image'] ?? '');
        // That an image is missing is the schema's word.
        const mistake = `${workload.object.path} ${image}`;
        if (image === '' || told.has(mistake)) continue;
        told.add(mistake);
        yield* checkImage(workload.object, `${field}.image`, image, workload.object.origin !== 'upstream');
      }
    }
    for (const { identity, text, read } of membersOf(view)) {
      if (text !== undefined || kindOf(identity).endsWith('.argoproj.io') || !identity.group.includes('.')) continue;
      const object = read();
      if (object.origin !== 'component' || pods.has(object.path)) continue;
      for (const entry of entriesBelow(object.manifest['spec'])) {
        const { key, value } = entry;
        if (/^(image|imageName)$/.test(key) && isImage(value)) yield* checkImage(object, pathOf(entry, 'spec'), value, true);
      }
    }
    for (const release of view.releases) {
      for (const entry of entriesBelow(release.values)) {
        const { key, value, owner } = entry;
        if (!/image(Name)?$|^tag$|^repository$/i.test(key)) continue;
        const path = pathOf(entry, 'values');
        if (/image(Name)?$/i.test(key) && isImage(value)) yield* checkImage(release, path, value, true);
        const { repository, registry, tag, digest } = owner;
        if (key === 'tag' && typeof value === 'string' && value !== '' && isUnset(digest)) {
          // A map with a tag is an image where it names one, or stands below a name that does.
          const why = 'repository' in owner || 'registry' in owner || /image[^.]*\.tag$/i.test(path) ? whyMoving(value, true) : undefined;
          if (why) yield { at: release, field: path, problem: `${why}.`, fix };
        }
        if (key === 'repository' && typeof repository === 'string') {
          const name = [registry, repository].filter((part) => typeof part === 'string' && part !== '').join('/');
          const instead = tag === undefined && registry === undefined && !/image/i.test(path) ? undefined : replacementOf(name);
          if (instead) yield { at: release, field: path, problem: `${name} is gone or gets no updates.`, fix: instead };
        }
      }
    }
  },
};

const fix = 'write the exact version of the image, or add its digest.';

function* checkImage(at: Place, field: string, name: string, isOurs: boolean): Generator<Finding> {
  const { repository, tag, digest } = parseImage(name);
  const instead = replacementOf(repository);
  const why = digest === undefined ? whyMoving(tag, isOurs) : undefined;
  if (instead) yield { at, field, problem: `${repository} is gone or gets no updates.`, fix: instead };
  else if (why) yield { at, field, problem: `${why}: ${name}.`, fix };
}

/** What looks like the whole name of one: other values of that key are names of templates and the like. */
function isImage(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z0-9.-]+(:\d+)?(\/[\w.-]+)+(:[\w.-]+)?(@sha256:[0-9a-f]+)?$/.test(value);
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
