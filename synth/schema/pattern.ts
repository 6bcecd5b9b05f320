import { RE2JS } from 're2js';

/** Tells whether a pattern matches anywhere in a text. */
export type Matcher = (text: string) => boolean;

/** Answers kept for each pattern: names and labels repeat a lot within a fleet. */
const maxAnswers = 5_000;

const matchers = new Map<string, Matcher>();

/**
 * A matcher with the meaning that the API server gives a pattern (Go RE2), in time linear in the text: several upstream patterns, as
 * `^([-a-zA-Z0-9_]+[.]?)+$`, take exponential time in a backtracking engine, and some are no JavaScript at all. Compiled once a pattern.
 *
 * @throws {Error} when Go would refuse the pattern.
 */
export function compilePattern(pattern: string): Matcher {
  const known = matchers.get(pattern);
  if (known !== undefined) return known;
  const compiled = RE2JS.compile(pattern);
  const answers = new Map<string, boolean>();
  const matcher = (text: string): boolean => {
    let answer = answers.get(text);
    if (answer === undefined) {
      if (answers.size >= maxAnswers) answers.clear();
      answer = compiled.matcher(text).find();
      answers.set(text, answer);
    }
    return answer;
  };
  matchers.set(pattern, matcher);
  return matcher;
}
