import { groupOf, type KubernetesObject } from '../charts/lib/kinds.js';
import type { Problem } from '../charts/lib/problem.js';
import { DEPRECATED_KINDS } from './schema/deprecated.js';
import type { Schemas } from './schema/load.js';
import type { SchemaEntry } from './schema/node.js';

/** What is wrong with the version of an object; the caller knows where it is. */
export type VersionProblem = Omit<Problem, 'file' | 'field'>;

/** For a kind or version that nobody can check: either the API server does not serve it, or imports/ lacks it. */
export function refuseUnknown({ apiVersion, kind }: KubernetesObject, schemas: Schemas): VersionProblem {
  const better = preferredOf(apiVersion, kind, schemas);
  if (better !== undefined) {
    const problem = `There is no ${kind} in ${apiVersion}: its group has it in ${better}.`;
    return { rule: 'served-version', severity: 'error', problem, fix: `write ${better}.` };
  }
  const problem = `imports/ has no schema of ${apiVersion} ${kind}, so that nothing can check it.`;
  return { rule: 'known-kind', severity: 'error', problem, fix: 'add the kind to cdk8s.yaml and run "npm run import".' };
}

/** A version that works, but of which the API server warns, because a later release may not have it. */
export function warnDeprecated({ apiVersion, kind, deprecated, served }: SchemaEntry, schemas: Schemas): VersionProblem[] {
  if (!served || (deprecated !== true && !DEPRECATED_KINDS.has(`${apiVersion}/${kind}`))) return [];
  const better = preferredOf(apiVersion, kind, schemas) ?? DEPRECATED_KINDS.get(`${apiVersion}/${kind}`);
  const problem = `${kind} of ${apiVersion} is deprecated; the API server still takes it, with a warning.`;
  return [{ rule: 'deprecated-version', severity: 'warning', problem, fix: better === undefined ? 'do without it.' : `write ${better}.` }];
}

/** Another version of the same kind that is served and not deprecated. */
function preferredOf(apiVersion: string, kind: string, schemas: Schemas): string | undefined {
  const group = groupOf(apiVersion);
  const good = schemas.versionsOf(group, kind).find(({ served, deprecated }) => served && !deprecated);
  const preferred = good && (group === '' ? good.version : `${group}/${good.version}`);
  return preferred === apiVersion ? undefined : preferred;
}
