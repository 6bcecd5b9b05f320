import { listOf, recordOf, textsOf, valueAt } from '../../../charts/lib/untyped.js';
import { itemsOf } from '../../rules/lib/syncers.js';
import type { ComparedObject } from '../compare.js';
import type { DangerContext } from './check.js';

/** What happens to an object whose file goes. */
export type Fate = 'pruned' | 'kept' | 'orphaned';

/**
 * `kept`: an annotation of its own keeps it. `orphaned`: who syncs its folder goes too, and leaves its objects. `pruned`: it is removed.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#no-prune-resources (v3.5),
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#prune (v1)
 */
export function fateOf({ before, change }: ComparedObject, { all }: Pick<DangerContext, 'all'>): Fate {
  const annotations = recordOf(valueAt(before?.manifest, 'metadata.annotations'));
  if (isKept(annotations)) return 'kept';
  const isLeft = all.some((other) => other.change.change === 'removed' && leavesObjects(other) && foldersOf(other).some(holds));
  return isLeft ? 'orphaned' : 'pruned';

  function holds(folder: string): boolean {
    return change.path.startsWith(`${folder}/`);
  }
}

/** Whether annotations keep an object from being removed by either engine. */
export function isKept(annotations: Readonly<Record<string, unknown>>): boolean {
  const isDisabled = annotations['kustomize.toolkit.fluxcd.io/prune'] === 'disabled';
  return isDisabled || itemsOf(annotations['argocd.argoproj.io/sync-options']).includes('Prune=false');
}

/** Without a finalizer an Application goes alone; a Kustomization of Flux takes its objects with it unless it is told not to. */
export function leavesObjects({ kind, before }: ComparedObject): boolean {
  if (kind === 'Application.argoproj.io') {
    const finalizers = textsOf(valueAt(before?.manifest, 'metadata.finalizers'));
    return !finalizers.some((name) => name.startsWith('resources-finalizer.argocd.argoproj.io'));
  }
  if (kind !== 'Kustomization.kustomize.toolkit.fluxcd.io') return false;
  const { prune, deletionPolicy } = recordOf(before?.manifest['spec']);
  return deletionPolicy === 'Orphan' || prune === false;
}

/** Folders that an Application or a Kustomization syncs, below dist/<cluster>/. */
function foldersOf({ before }: ComparedObject): readonly string[] {
  const spec = recordOf(before?.manifest['spec']);
  const paths = [spec['path'], recordOf(spec['source'])['path'], ...listOf(spec['sources']).map(({ path }) => path)];
  return textsOf(paths).map((path) => path.replace(/^(\.?\/)?dist\/[^/]+\//, '').replace(/\/$/, ''));
}
