import { listOf, recordOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import { findUnknown } from './lib/engine-words.js';
import { type Member, membersOf, syncersOf } from './lib/syncers.js';
import type { ClusterView, SeenObject } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * Annotations of Argo CD, Flux and helm, sync options of Applications too, are ones that these read, with a value that they understand.
 *
 * Why: whatever else is written there is ignored without a word: the object is pruned after all, the wave is 0, the hook never runs.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/annotations-and-labels/ (v3.5.1), gitops-engine/pkg/sync/common/types.go of
 * https://github.com/argoproj/argo-cd (v3.5.1), https://fluxcd.io/flux/components/kustomize/kustomizations/ (v2.9),
 * https://helm.sh/docs/topics/charts_hooks/ (v3)
 */
export const knownEngineAnnotation: Rule = {
  id: 'known-engine-annotation',
  *check(view) {
    const members = membersOf(view);
    for (const object of readMentioning(view, members)) {
      yield* checkAnnotations(object, recordOf(object.manifest.metadata.annotations), 'metadata.annotations');
      for (const path of ['spec.template', 'spec.jobTemplate']) {
        yield* checkAnnotations(object, recordOf(valueAt(object.manifest, `${path}.metadata.annotations`)), `${path}.metadata.annotations`);
      }
      const templates = listOf(valueAt(object.manifest, 'spec.volumeClaimTemplates'));
      for (const [index, template] of templates.entries()) {
        const field = `spec.volumeClaimTemplates[${index}].metadata.annotations`;
        yield* checkAnnotations(object, recordOf(valueAt(template, 'metadata.annotations')), field);
      }
    }
    for (const { object, spec } of syncersOf(view)) {
      for (const [index, option] of textsOf(valueAt(spec, 'syncPolicy.syncOptions')).entries()) {
        const problem = findUnknown('syncOptions', option);
        if (problem) yield { at: object, field: `spec.syncPolicy.syncOptions[${index}]`, ...problem };
      }
    }
  },
};

/** Files of upstream that name no engine are not parsed. */
function* readMentioning(view: ClusterView, members: readonly Member[]): Generator<SeenObject> {
  const contents = new Map(view.plan.files.map(({ path, content }) => [path, content]));
  for (const member of members) {
    const content = contents.get(member.file);
    if (content !== undefined && !['argoproj.io/', 'fluxcd.io/', 'helm.sh/'].some((word) => content.includes(word))) continue;
    const object = member.read();
    if (object) yield object;
  }
}

function* checkAnnotations(at: SeenObject, annotations: Readonly<Record<string, unknown>>, field: string): Generator<Finding> {
  for (const [name, value] of Object.entries(annotations)) {
    const problem = findUnknown(name, String(value), at.origin === 'upstream');
    if (problem) yield { at, field: `${field}.${name}`, ...problem };
  }
}
