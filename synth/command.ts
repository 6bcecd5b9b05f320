import type { LoadCluster } from '../clusters/lib/discover.js';

/** What a command may touch of the world, so that tests can give it another one. */
export interface Io {
  /** Absolute path of the checkout. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** @default - loads the TypeScript file */
  readonly loadCluster?: LoadCluster;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Whether a person watches. Progress is shown only then. */
  readonly isTerminal: boolean;
  /** Replaces the one line that says what is going on; '' takes it away. */
  readonly printProgress: (text: string) => void;
}

export interface Command {
  /** One line for the help text. */
  readonly summary: string;
  /** What comes after its name, for the help text. @default '[cluster...]' */
  readonly usage?: string;
  /** Options that it takes, each with a value. @example ['--from'] @default - none */
  readonly options?: readonly string[];
  /** Options without a value. @example ['--render'] @default - none */
  readonly flags?: readonly string[];
  /** Lines of the help text below the summary. */
  readonly help: readonly string[];
  /** What is left as it was when it found problems. @default 'nothing was written.' */
  readonly afterProblems?: string;
  /** @param options values by option, those without one are true @returns the exit code. @throws {Problems} what is wrong with the input. */
  run(names: readonly string[], io: Io, options?: Readonly<Record<string, string>>): Promise<number>;
}

/** The command was called wrongly: exit code 64. */
export class BadUsage extends Error {}

/** Exit codes of every command. Source: sysexits.h for 64 (EX_USAGE) and 70 (EX_SOFTWARE). */
export const exitCodes = { done: 0, problems: 1, badUsage: 64, bug: 70 } as const;
