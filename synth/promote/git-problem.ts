import type { Problem } from '../../charts/lib/problem.js';

/** An error that no construct made and that shows in no rendered file. @param parts `file` may be a ref @returns the whole problem. */
export function problemOfGit(parts: Pick<Problem, 'rule' | 'file' | 'problem' | 'fix'> & { readonly field?: string }): Problem {
  return { severity: 'error', field: '', ...parts };
}
