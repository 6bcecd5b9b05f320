import type { Problem } from '../../charts/lib/problem.js';

/** A problem of a file that its caller knows. */
export type TalosProblem = Omit<Problem, 'severity' | 'file'>;

/** What a person calls a document. @example 'VLANConfig eth0.7' */
export function titleOf({ kind, name }: Record<string, unknown>): string {
  return [kind, name].filter((part) => typeof part === 'string').join(' ');
}
