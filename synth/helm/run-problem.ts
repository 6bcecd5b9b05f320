import type { Problem } from '../../charts/lib/problem.js';
import type { RenderInput } from './model.js';

/** The parts of a release that its problems name. */
export type ReleaseName = Pick<RenderInput, 'releaseName' | 'chart'>;

/** What to do about a release that cannot be committed, where nothing better is known. */
export const leaveToEngine = 'let the GitOps engine render the release';

/**
 * A problem of a release. It names no file, because the output of a release is kept for whoever asks for the same one.
 *
 * @param place where in the release: a template and an object, or ''.
 */
export function releaseProblem(
  { releaseName, chart }: ReleaseName,
  rule: string,
  place: string,
  problem: string,
  fix: string,
  severity: Problem['severity'] = 'error',
): Problem {
  const field = [`release ${releaseName} (${chart.chart} ${chart.version})`, place].filter(Boolean).join(': ');
  return { rule, severity, file: '', field, problem, fix };
}

/** The same problems, in the file that declares the release unless they name another one. */
export function inFile(problems: readonly Problem[], file: string): Problem[] {
  return problems.map((problem) => ({ ...problem, file: problem.file || file }));
}
