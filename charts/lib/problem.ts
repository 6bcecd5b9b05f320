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
  /**
   * Path of the construct that made what is wrong. A command that fails looks up where it is called, and names that line instead of `file`.
   *
   * @default - no construct did
   */
  readonly construct?: string;
  /** The rendered file that shows it, below the folder of its cluster. @example 'manifests/whoami/resources/deployment_whoami.yaml' @default - none */
  readonly dist?: string;
  /** Clusters in which it shows. @default - `file` says it, or there is only one */
  readonly clusters?: readonly string[];
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
export function formatProblem({ rule, severity, file, field, problem, fix, dist, clusters = [] }: Problem): string {
  const mark = severity === 'error' ? '✖' : '⚠';
  const where = clusters.length > 1 ? `in ${clusters.join(', ')}` : '';
  const indented = problem.split('\n').map((line) => `    ${line}`);
  const shown = dist === undefined ? [] : [`    Rendered as dist/${clusters[0] ?? '*'}/${dist}.`];
  return [`${mark} ${[file, field, where].filter(Boolean).join(' ')}`, ...indented, ...shown, `    Fix: ${fix}  [${rule}]`].join('\n');
}
