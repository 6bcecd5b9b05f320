import { recordOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import type { SeenObject } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * Removing an Application, an ApplicationSet or a Kustomization of Flux leaves what it applied, and none removes everything when its folder comes
 * out empty.
 *
 * Why: one deleted or renamed file, or one render that goes wrong, would take namespaces and their data along.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/ (v3.5.1), https://github.com/argoproj/argo-cd/issues/6046,
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Controlling-Resource-Modification/ (v3.5.1),
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#deletion-policy (v2.9)
 */
export const noCascade: Rule = {
  id: 'no-cascade',
  *check(view) {
    for (const at of view.of('Application.argoproj.io')) yield* checkApplication(at, at.manifest, '');
    for (const at of view.of('ApplicationSet.argoproj.io')) {
      yield* checkApplication(at, recordOf(valueAt(at.manifest, 'spec.template')), 'spec.template.');
      if (valueAt(at.manifest, 'spec.syncPolicy.preserveResourcesOnDeletion') === true) continue;
      const problem = 'Removing the ApplicationSet removes its Applications with everything that they applied.';
      yield { at, field: 'spec.syncPolicy.preserveResourcesOnDeletion', problem, fix: 'write preserveResourcesOnDeletion: true.' };
    }
    for (const at of view.of('Kustomization.kustomize.toolkit.fluxcd.io')) {
      const { prune, deletionPolicy } = recordOf(at.manifest['spec']);
      const isMirror = deletionPolicy === undefined || deletionPolicy === 'MirrorPrune';
      if (deletionPolicy === 'Orphan' || (isMirror && prune !== true)) continue;
      const problem = 'Removing the Kustomization removes everything that it applied.';
      yield { at, field: 'spec.deletionPolicy', problem, fix: 'write deletionPolicy: Orphan.' };
    }
    for (const { values, ...release } of view.releasesOf('argocd-apps')) {
      for (const [name, application] of Object.entries(recordOf(values['applications']))) {
        if (!hasCascade(recordOf(application)['finalizers'])) continue;
        const problem = `Removing the Application "${name}" removes everything that it applied.`;
        yield { at: { ...release, values }, field: `values.applications.${name}.finalizers`, problem, fix: 'leave the finalizer out.' };
      }
    }
  },
};

function* checkApplication(at: SeenObject, application: Readonly<Record<string, unknown>>, prefix: string): Generator<Finding> {
  if (hasCascade(valueAt(application, 'metadata.finalizers'))) {
    const problem = 'Removing the Application removes everything that it applied.';
    yield { at, field: `${prefix}metadata.finalizers`, problem, fix: 'leave the finalizer out.' };
  }
  if (valueAt(application, 'spec.syncPolicy.automated.allowEmpty') !== true) return;
  const problem = 'It may remove every one of its objects by itself, when its folder comes out empty.';
  yield { at, field: `${prefix}spec.syncPolicy.automated.allowEmpty`, problem, fix: 'leave allowEmpty out.' };
}

/** Also in the forms with /foreground and /background. */
function hasCascade(finalizers: unknown): boolean {
  return textsOf(finalizers).some((name) => name.startsWith('resources-finalizer.argocd.argoproj.io'));
}
