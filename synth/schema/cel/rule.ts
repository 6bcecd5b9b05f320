import { type ASTNode, Environment, EvaluationError, Optional, type ParseResult, TypeError as RuleTypeError } from '@marcbachmann/cel-js';
import { addFormat } from './library-format.js';
import { addLists } from './library-list.js';
import { addNetwork } from './library-network.js';
import { addQuantity } from './library-quantity.js';
import { addTexts, REPLACED } from './library-text.js';
import { longestOf } from './longest.js';
import { isSyntaxNode, widenHas } from './widen-has.js';

/** One CEL rule, ready to be asked. */
export interface CompiledRule {
  /** True when the rule compares with the stored object, which a new one has not. */
  readonly usesOldSelf: boolean;
  /**
   * @param self a value as toCel makes it.
   * @returns undefined when the rule holds; otherwise why not: '' when it is false, or what went wrong while it was evaluated.
   * @throws on a result that is no boolean, and on what is a bug.
   */
  readonly ask: (self: unknown) => string | undefined;
}

/**
 * Steps that one rule may take, as far as they can be told before: the limit of the API server, whose unit is no smaller than a step.
 * Source: https://github.com/kubernetes/kubernetes/blob/v1.36.4/staging/src/k8s.io/apiserver/pkg/apis/cel/config.go (PerCallLimit)
 */
const maxSteps = 1_000_000;

const LOOPS = new Set(['all', 'exists', 'exists_one', 'existsOne', 'map', 'filter']);

const rules = new Map<string, CompiledRule>();

let environment: Environment | undefined;

/** The language as the API server knows it, as far as rules of imports/ use it; made when the first rule is met. */
function openEnvironment(): Environment {
  if (environment !== undefined) return environment;
  environment = new Environment({ enableOptionalTypes: true }).registerVariable('self', 'dyn').registerVariable('oldSelf', 'dyn');
  for (const add of [addTexts, addLists, addNetwork, addQuantity, addFormat]) add(environment);
  return environment;
}

/**
 * A rule of `x-kubernetes-validations`; each text is read once.
 *
 * @throws when the text is no rule, or calls what is not known here: imports/ is then ahead of this folder.
 */
export function compileRule(text: string): CompiledRule {
  const known = rules.get(text);
  if (known !== undefined) return known;
  const compiled = compile(text);
  rules.set(text, compiled);
  return compiled;
}

function compile(text: string): CompiledRule {
  const parsed = parse(text);
  const { depth, usesOldSelf, splitsText } = survey(parsed.ast);
  const { valid, error } = parsed.check();
  if (!valid) throw new Error(`The rule ${text} cannot be read: ${error?.message}`);
  const takesLong = (self: unknown) => depth > 1 && longestOf(self, splitsText) ** depth > maxSteps;
  return { usesOldSelf, ask: (self) => (takesLong(self) ? 'it would take too long' : evaluate(text, parsed, self)) };
}

function parse(text: string): ParseResult {
  try {
    const parsed = openEnvironment().parse(text);
    const wide = widenHas(text, parsed.ast);
    return wide === text ? parsed : openEnvironment().parse(wide);
  } catch (error) {
    throw new Error(`The rule ${text} cannot be read: ${(error as Error).message}`);
  }
}

function evaluate(text: string, parsed: ParseResult, self: unknown): string | undefined {
  let result: unknown;
  try {
    // Rules with optionalOldSelf are asked too, and find none.
    result = parsed({ self, oldSelf: Optional.none() });
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof RuleTypeError) return error.message.split('\n')[0] ?? '';
    throw new Error(`The rule ${text} cannot be evaluated: ${(error as Error).message}`);
  }
  if (typeof result !== 'boolean') throw new Error(`The rule ${text} gives ${typeof result}, not true or false.`);
  return result ? undefined : '';
}

/** What must be known of a rule before it is asked. */
interface Survey {
  /** How deep loops are nested. */
  readonly depth: number;
  readonly usesOldSelf: boolean;
  /** Whether it makes lists of texts. */
  readonly splitsText: boolean;
}

/** Looks through a rule, and puts our own functions in place. */
function survey(root: ASTNode): Survey {
  const found = { depth: 0, usesOldSelf: false, splitsText: false };
  const visit = (part: unknown, loops: number): void => {
    if (Array.isArray(part)) {
      for (const item of part) visit(item, loops);
      return;
    }
    if (!isSyntaxNode(part)) return;
    const { op, args } = part;
    if (op === 'id' && args === 'oldSelf') found.usesOldSelf = true;
    if (op === 'rcall') visitCall(args as [string, unknown, unknown], loops);
    else visit(args, loops);
  };
  const visitCall = (call: [method: string, receiver: unknown, args: unknown], loops: number): void => {
    const [method, receiver, args] = call;
    if (method === 'split' || method === 'findAll') found.splitsText = true;
    call[0] = REPLACED.get(method) ?? method;
    const inside = LOOPS.has(method) ? loops + 1 : loops;
    found.depth = Math.max(found.depth, inside);
    // What a loop goes over is found once, before it.
    visit(receiver, loops);
    visit(args, inside);
  };
  visit(root, 0);
  return found;
}
