import { findBetterVersion } from '../charts/lib/kinds.js';
import type { Problem } from '../charts/lib/problem.js';
import { DEPRECATED_KINDS } from './schema/deprecated.js';
import type { Schemas } from './schema/load.js';
import type { SchemaEntry } from './schema/node.js';

/** What is wrong with the version of an object; the caller knows where it is. */
export type VersionProblem = Omit<Problem, 'file' | 'field'>;

/** A version that works, but of which the API server warns, because a later release may not have it. */
export function warnDeprecated({ apiVersion, kind, deprecated, served }: SchemaEntry, schemas: Schemas): VersionProblem[] {
  if (!served || (deprecated !== true && !DEPRECATED_KINDS.has(`${apiVersion}/${kind}`))) return [];
  const better = findBetterVersion(schemas, apiVersion, kind) ?? DEPRECATED_KINDS.get(`${apiVersion}/${kind}`);
  const problem = `${kind} of ${apiVersion} is deprecated; the API server still takes it, with a warning.`;
  return [{ rule: 'deprecated-version', severity: 'warning', problem, fix: better === undefined ? 'do without it.' : `write ${better}.` }];
}
