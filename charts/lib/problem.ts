/**
 * A mistake in the input, as a value: checks collect problems, a command throws them once, at its end, all together.
 * Read by every layer; printed only by the command line.
 */
export interface Problem {
  /** Permanent id of the rule that was broken, kebab-case, so that a search for it keeps working. */
  readonly rule: string;
  /** `warning` is for what is valid but suspicious: it is printed and never fails a run. */
  readonly severity: 'error' | 'warning';
  /** The file that the reader must open, relative to the checkout. @example 'clusters/lab.ts' */
  readonly file: string;
  /** Where in that file. @example 'network.nodeCidr' */
  readonly field: string;
  /** What was found, with the value, and why it is wrong. Full sentences; each line break is kept. */
  readonly problem: string;
  /** What to do, as one imperative sentence without the word Fix; with the corrected value if it can be computed. */
  readonly fix: string;
}

/** Thrown once with everything that is wrong. The command line prints it without a stack and exits with 1. */
export class Problems extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'Problems';
  }
}

/**
 * The text form of a problem, four spaces of indent, the rule id last:
 *
 *     ✖ clusters/prod.ts network.nodeCidr
 *         "192.168.111.162/24" has host bits set, so it names a host, not a network.
 *         Fix: write "192.168.111.0/24".  [valid-node-cidr]
 */
export function formatProblem({ rule, severity, file, field, problem, fix }: Problem): string {
  const mark = severity === 'error' ? '✖' : '⚠';
  const indented = problem.split('\n').map((line) => `    ${line}`);
  return [`${mark} ${[file, field].filter(Boolean).join(' ')}`, ...indented, `    Fix: ${fix}  [${rule}]`].join('\n');
}
