import { isDeepStrictEqual } from 'node:util';
import { textsOf, valueAt } from '../../../charts/lib/untyped.js';
import { itemsOf } from '../../rules/lib/syncers.js';
import { annotationsOf, type DangerCheck, readBoth, says } from './check.js';
import { isKept } from './pruning.js';

const syncers = ['Application.argoproj.io', 'Kustomization.kustomize.toolkit.fluxcd.io', 'GitRepository.source.toolkit.fluxcd.io'];

/** Settings that say what an engine removes, and from where it reads. */
const settings = [
  'spec.syncPolicy.automated.prune',
  'spec.syncPolicy.automated.allowEmpty',
  'spec.prune',
  'spec.deletionPolicy',
  'spec.suspend',
];

/** Where the root of a cluster reads: another place is another cluster's objects, or none. */
const rootSettings = ['spec.source.path', 'spec.source.repoURL', 'spec.source.targetRevision', 'spec.path', 'spec.ref', 'spec.url'];

/** What keeps an object from being removed is taken away, or the engine is told to remove more. */
export const unprotected: DangerCheck = {
  id: 'unprotected',
  *check(object) {
    const { before, after, kind, change } = object;
    if (!before || !after) return;
    const [old, now] = annotationsOf(object);
    if (isKept(old) && !isKept(now)) {
      const problem = 'The annotation that keeps it from being pruned is gone.';
      yield { field: 'metadata.annotations', problem, effect: 'When its file goes, the engine removes it.' };
    } else if (hasOption(old, 'Delete=false') && !hasOption(now, 'Delete=false')) {
      const problem = 'The annotation "Delete=false" is gone.';
      yield { field: 'metadata.annotations', problem, effect: 'When its Application is removed with its objects, it goes too.' };
    }
    if (old['helm.sh/resource-policy'] === 'keep' && now['helm.sh/resource-policy'] !== 'keep') {
      const problem = 'The annotation "helm.sh/resource-policy: keep" is gone.';
      yield { field: 'metadata.annotations', problem, effect: 'When the chart no longer has it, it is removed.' };
    }
    const [held, holds] = [before, after].map(({ manifest }) => [...textsOf(valueAt(manifest, 'metadata.finalizers'))].sort());
    if (!isDeepStrictEqual(held, holds)) {
      const isCascade = syncers.includes(kind);
      const effect = isCascade
        ? 'With the finalizer of the engine, removing it removes everything that it synced; without, all of it stays.'
        : 'It may go before what depends on it is cleaned up.';
      if (isCascade || (held?.length ?? 0) > (holds?.length ?? 0))
        yield { field: 'metadata.finalizers', problem: says('metadata.finalizers', held, holds), effect };
    }
    if (syncers.includes(kind)) {
      const isRoot =
        change.path === 'argocd/root.yaml' || change.path.startsWith('flux/root/root.') || change.path === 'flux/root/platform.yaml';
      for (const field of [...settings, ...(isRoot ? rootSettings : [])]) {
        const [was, is] = readBoth(object, field);
        if (isDeepStrictEqual(was, is)) continue;
        const effect = rootSettings.includes(field)
          ? 'The whole cluster is read from another place.'
          : 'The engine removes by itself, or keeps, other objects than before.';
        yield { field, problem: says(field, was, is), effect };
      }
    }
    for (const { path, before: was, after: is } of change.fields) {
      if (was !== true || is === true || !/\bvalues(Object)?\..*\bcrds\.keep$/.test(path)) continue;
      yield {
        field: path,
        problem: says(path, was, is),
        effect: 'When the chart goes, its definitions go, and every object of their kinds.',
      };
    }
  },
};

function hasOption(annotations: Readonly<Record<string, unknown>>, option: string): boolean {
  return itemsOf(annotations['argocd.argoproj.io/sync-options']).includes(option);
}
