import { listOf, recordOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import { findUnknown, isOfEngine } from './lib/engine-words.js';
import { membersOf, syncersOf } from './lib/syncers.js';
import type { SeenObject } from './lib/view.js';
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
    for (const { annotations, read } of membersOf(view)) {
      yield* checkAnnotations(read, annotations(), 'metadata.annotations');
    }
    for (const { object } of view.workloads) {
      for (const path of ['spec.template', 'spec.jobTemplate']) {
        const field = `${path}.metadata.annotations`;
        yield* checkAnnotations(() => object, recordOf(valueAt(object.manifest, field)), field);
      }
      for (const [index, template] of listOf(valueAt(object.manifest, 'spec.volumeClaimTemplates')).entries()) {
        const field = `spec.volumeClaimTemplates[${index}].metadata.annotations`;
        yield* checkAnnotations(() => object, recordOf(valueAt(template, 'metadata.annotations')), field);
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

function* checkAnnotations(read: () => SeenObject, annotations: Readonly<Record<string, unknown>>, field: string): Generator<Finding> {
  for (const [name, value] of Object.entries(annotations)) {
    if (!isOfEngine(name)) continue;
    const at = read();
    const problem = findUnknown(name, String(value), at.origin === 'upstream');
    if (problem) yield { at, field: `${field}.${name}`, ...problem };
  }
}
