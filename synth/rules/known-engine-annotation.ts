import { listOf, recordOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import { findUnknown } from './lib/engine-words.js';
import { membersOf, syncersOf } from './lib/syncers.js';
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
    for (const { annotations, read, text } of membersOf(view)) {
      for (const { field, ...told } of findAll(annotations(), 'metadata.annotations', text !== undefined))
        yield { at: read(), field, ...told };
    }
    for (const { object: at } of view.workloads) {
      const isForeign = at.origin === 'upstream';
      const templates = listOf(valueAt(at.manifest, 'spec.volumeClaimTemplates')).map((_, index) => `spec.volumeClaimTemplates.${index}`);
      for (const path of ['spec.template', 'spec.jobTemplate', ...templates]) {
        const annotations = recordOf(valueAt(at.manifest, `${path}.metadata.annotations`));
        for (const told of findAll(annotations, `${path}.metadata.annotations`, isForeign)) yield { at, ...told };
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

function* findAll(annotations: Readonly<Record<string, unknown>>, path: string, isForeign: boolean): Generator<Omit<Finding, 'at'>> {
  for (const [name, value] of Object.entries(annotations)) {
    const problem = findUnknown(name, String(value), isForeign);
    if (problem) yield { field: `${path}.${name}`, ...problem };
  }
}
