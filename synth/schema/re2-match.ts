import { isWord } from './re2-class.js';
import { parseRe2 } from './re2-parse.js';
import type { Assertion, CharTest, Re2 } from './re2-syntax.js';

/** Tells whether a pattern matches anywhere in a text. */
export type Matcher = (text: string) => boolean;

/** One step of a compiled pattern; `to` are places in the program. */
type Step =
  | { readonly op: 'chars'; readonly test: CharTest }
  | { readonly op: 'assert'; readonly assertion: Assertion }
  | { readonly op: 'split'; readonly to: number[] }
  | { readonly op: 'match' };

/** Bound on compiled steps: nested counts multiply. Go allows patterns of about this size. */
const MAX_STEPS = 100_000;

/** Answers kept for each pattern: names and labels repeat a lot within a fleet. */
const MAX_ANSWERS = 5_000;

const matchers = new Map<string, Matcher>();

/**
 * A matcher with exactly the meaning that the API server gives a pattern (Go RE2), in time linear in the text: several upstream
 * patterns, as `^([-a-zA-Z0-9_]+[.]?)+$`, take exponential time in a backtracking engine, and some are no JavaScript at all.
 * Compiled once for each pattern.
 *
 * @throws PatternError when Go would refuse the pattern.
 */
export function compilePattern(pattern: string): Matcher {
  const known = matchers.get(pattern);
  if (known !== undefined) return known;
  const program: Step[] = [];
  emit(parseRe2(pattern), program);
  program.push({ op: 'match' });
  const answers = new Map<string, boolean>();
  const matcher = (text: string): boolean => {
    let answer = answers.get(text);
    if (answer === undefined) {
      if (answers.size >= MAX_ANSWERS) answers.clear();
      answer = run(program, text);
      answers.set(text, answer);
    }
    return answer;
  };
  matchers.set(pattern, matcher);
  return matcher;
}

/** Appends the steps of a tree; they fall through to whatever is appended next. */
function emit(tree: Re2, program: Step[]): void {
  if (program.length > MAX_STEPS) throw new Error('A pattern repeats so much that it cannot be compiled.');
  switch (tree.op) {
    case 'sequence':
      for (const part of tree.parts) emit(part, program);
      break;
    case 'either': {
      const starts: number[] = [];
      const ends: number[][] = [];
      program.push({ op: 'split', to: starts });
      for (const part of tree.parts) {
        starts.push(program.length);
        emit(part, program);
        const end: number[] = [];
        program.push({ op: 'split', to: end });
        ends.push(end);
      }
      for (const end of ends) end.push(program.length);
      break;
    }
    case 'repeat':
      emitRepeat(tree.part, tree.min, tree.max, program);
      break;
    default:
      program.push(tree);
  }
}

function emitRepeat(part: Re2, min: number, max: number, program: Step[]): void {
  for (let count = 0; count < min; count++) emit(part, program);
  const exits: number[][] = [];
  if (max === Number.POSITIVE_INFINITY) {
    const start = program.length;
    const exit: number[] = [start + 1];
    program.push({ op: 'split', to: exit });
    emit(part, program);
    program.push({ op: 'split', to: [start] });
    exits.push(exit);
  } else {
    for (let count = min; count < max; count++) {
      const exit: number[] = [program.length + 1];
      program.push({ op: 'split', to: exit });
      emit(part, program);
      exits.push(exit);
    }
  }
  for (const exit of exits) exit.push(program.length);
}

/** Follows every way through the program at once; each place is visited at most once for each character. */
function run(program: readonly Step[], text: string): boolean {
  const chars = Array.from(text, (char) => char.codePointAt(0) ?? 0);
  const seen = new Int32Array(program.length).fill(-1);
  let current: number[] = [];
  for (let at = 0; at <= chars.length; at++) {
    // A pattern may start anywhere, so position 0 of the program joins at every character.
    const places: number[] = [];
    const stack = [...current, 0];
    for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
      const step = program[place];
      if (step === undefined || seen[place] === at) continue;
      seen[place] = at;
      if (step.op === 'match') return true;
      if (step.op === 'split') stack.push(...step.to);
      else if (step.op === 'chars') places.push(place);
      else if (holds(step.assertion, chars, at)) stack.push(place + 1);
    }
    const char = chars[at];
    if (char === undefined) return false;
    current = places
      .filter((place) => {
        const step = program[place];
        return step?.op === 'chars' && step.test(char);
      })
      .map((place) => place + 1);
  }
  return false;
}

function holds(assertion: Assertion, chars: readonly number[], at: number): boolean {
  const before = chars[at - 1];
  const after = chars[at];
  const isBoundary = (before !== undefined && isWord(before)) !== (after !== undefined && isWord(after));
  switch (assertion) {
    case 'text-start':
      return before === undefined;
    case 'text-end':
      return after === undefined;
    case 'line-start':
      return before === undefined || before === 10;
    case 'line-end':
      return after === undefined || after === 10;
    case 'word':
      return isBoundary;
    case 'not-word':
      return !isBoundary;
  }
}
