import { EvaluationError } from '@marcbachmann/cel-js';

/** Ends the evaluation of a rule: a value that a function cannot take, which the API server counts as a broken rule. */
export function refuse(message: string): never {
  throw new EvaluationError(message);
}
