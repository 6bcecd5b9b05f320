import { nearest } from '../../../charts/lib/nearest.js';
import { itemsOf } from './syncers.js';

/** What is wrong with an annotation. */
interface Unknown {
  readonly problem: string;
  readonly fix: string;
}

const syncOptions = [
  'ApplyOutOfSyncOnly=true',
  'ApplyOutOfSyncOnly=false',
  'ClientSideApplyMigration=true',
  'ClientSideApplyMigration=false',
  'CreateNamespace=true',
  'Delete=false',
  'Delete=confirm',
  'FailOnSharedResource=true',
  'Force=true',
  'Prune=false',
  'Prune=confirm',
  'PruneLast=true',
  'PrunePropagationPolicy=background',
  'PrunePropagationPolicy=foreground',
  'PrunePropagationPolicy=orphan',
  'Replace=true',
  'Replace=false',
  'RespectIgnoreDifferences=true',
  'ServerSideApply=true',
  'ServerSideApply=false',
  'SkipDryRunOnMissingResource=true',
  'Validate=false',
];

/** They concern the whole Application, and are not read from an object. */
const ofApplication = new Set(syncOptions.filter((option) => /^(ApplyOut|Create|FailOn|PruneProp|Respect)/.test(option)));

const flags = ['true', 'false'];

/** Values by annotation; null where any text will do. */
const words: Readonly<Record<string, readonly string[] | null>> = {
  syncOptions,
  'argocd.argoproj.io/compare-options': ['IgnoreExtraneous', 'IncludeMutationWebhook=true', 'ServerSideDiff=true', 'ServerSideDiff=false'],
  'argocd.argoproj.io/hook': ['PreSync', 'Sync', 'PostSync', 'SyncFail', 'Skip', 'PreDelete', 'PostDelete'],
  'argocd.argoproj.io/hook-delete-policy': ['HookSucceeded', 'HookFailed', 'BeforeHookCreation'],
  'argocd.argoproj.io/ignore-default-links': flags,
  'argocd.argoproj.io/ignore-healthcheck': flags,
  'argocd.argoproj.io/ignore-resource-updates': flags,
  'argocd.argoproj.io/ignore-restart-policy': flags,
  'argocd.argoproj.io/managed-by-url': null,
  'argocd.argoproj.io/manifest-generate-paths': null,
  'argocd.argoproj.io/skip-reconcile': flags,
  'argocd.argoproj.io/sync-options': syncOptions.filter((option) => !ofApplication.has(option)),
  'argocd.argoproj.io/sync-wave': null,
  'kustomize.toolkit.fluxcd.io/force': ['enabled', 'disabled'],
  'kustomize.toolkit.fluxcd.io/prune': ['disabled', 'enabled'],
  'kustomize.toolkit.fluxcd.io/reconcile': ['disabled', 'enabled'],
  'kustomize.toolkit.fluxcd.io/ssa': ['Override', 'Merge', 'IfNotPresent', 'Ignore'],
  'kustomize.toolkit.fluxcd.io/substitute': ['disabled', 'enabled'],
  'helm.sh/hook': [
    'pre-install',
    'post-install',
    'pre-upgrade',
    'post-upgrade',
    'pre-rollback',
    'post-rollback',
    'pre-delete',
    'post-delete',
    'test',
  ],
  'helm.sh/hook-delete-policy': ['before-hook-creation', 'hook-succeeded', 'hook-failed'],
  'helm.sh/hook-output-log-policy': ['hook-succeeded', 'hook-failed'],
  'helm.sh/hook-weight': null,
  'helm.sh/resource-policy': ['keep'],
};

const engines = ['argocd.argoproj.io/', 'kustomize.toolkit.fluxcd.io/', 'helm.sh/'];

/**
 * What is wrong with an annotation of an engine, or undefined where nothing is or it is nobody's.
 *
 * @param name `syncOptions` for one of an Application's own.
 * @param isForeign of an object that upstream wrote, where helm's are upstream's business.
 */
export function findUnknown(name: string, value: string, isForeign = false): Unknown | undefined {
  if (name !== 'syncOptions' && !engines.some((prefix) => name.startsWith(prefix))) return undefined;
  if (isForeign && name.startsWith('helm.sh/')) return undefined;
  if (!Object.hasOwn(words, name))
    return { problem: `No engine reads ${name}, so that it does nothing.`, fix: suggest(name, Object.keys(words)) };
  if (name.endsWith('/sync-wave') || name.endsWith('/hook-weight')) return checkWave(name, value);
  const allowed = words[name];
  if (!allowed) return undefined;
  const items = itemsOf(value);
  // Flux takes its words in any case.
  const isFlux = name.startsWith('kustomize.toolkit.fluxcd.io/');
  const wrong =
    items.length === 0
      ? ''
      : items.find((item) => !allowed.includes(item) && !(isFlux && allowed.some((word) => word.toLowerCase() === item.toLowerCase())));
  if (wrong === undefined) return undefined;
  if (name.endsWith('/sync-options') && ofApplication.has(wrong)) {
    return { problem: `"${wrong}" is an option of a whole Application, which no object can have.`, fix: 'leave it out.' };
  }
  return { problem: `"${wrong}" is none of its values, so that it does nothing.`, fix: suggest(wrong, allowed) };
}

function checkWave(name: string, value: string): Unknown | undefined {
  if (/^[-+]?\d+$/.test(value) && Math.abs(Number(value)) < 2 ** 31) return undefined;
  const problem = `"${value}" is no whole number, so that its ${name.endsWith('wave') ? 'wave' : 'weight'} is 0.`;
  const rounded = Number.parseInt(value, 10);
  return { problem, fix: `write ${Number.isNaN(rounded) ? 'a whole number' : `"${rounded}"`}.` };
}

function suggest(word: string, candidates: readonly string[]): string {
  const close = nearest(word, candidates);
  return close === undefined ? `write one of ${candidates.filter((name) => name !== 'syncOptions').join(', ')}.` : `write ${close}.`;
}
