import type { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { compilePattern } from '../pattern.js';
import { refuse } from './refuse.js';

/** Methods of the evaluator that differ from those of the API server, and what replaces them. */
export const REPLACED: ReadonlyMap<string, string> = new Map([
  ['matches', 'matchesGo'],
  ['lowerAscii', 'lowerAsciiGo'],
  ['upperAscii', 'upperAsciiGo'],
]);

/** Functions of texts. Source: https://kubernetes.io/docs/reference/using-api/cel/#cel-options-language-features-and-libraries (v1.36) */
export function addTexts(environment: Environment): void {
  environment
    .registerFunction('string.matchesGo(string): bool', matches)
    .registerFunction('matches(string, string): bool', matches)
    .registerFunction('string.lowerAsciiGo(): string', (text: string) => text.replace(/[A-Z]+/g, (part) => part.toLowerCase()))
    .registerFunction('string.upperAsciiGo(): string', (text: string) => text.replace(/[a-z]+/g, (part) => part.toUpperCase()))
    .registerFunction('string.find(string): string', (text: string, pattern: string) => findAll(text, pattern, 1)[0] ?? '')
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => findAll(text, pattern, -1))
    .registerFunction('string.findAll(string, int): list<string>', (text: string, pattern: string, limit: bigint) =>
      findAll(text, pattern, Number(limit)),
    )
    .registerFunction('string.charAt(int): string', charAt)
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) => text.replaceAll(from, () => to))
    .registerFunction('string.replace(string, string, int): string', replaceFirst);
}

function matches(text: string, pattern: string): boolean {
  try {
    return compilePattern(pattern)(text);
  } catch {
    return refuse(`"${pattern}" is not a pattern`);
  }
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return refuse(`"${pattern}" is not a pattern`);
  }
}

function findAll(text: string, pattern: string, limit: number): string[] {
  const matcher = compile(pattern).matcher(text);
  const found: string[] = [];
  while (found.length !== limit && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}

function charAt(text: string, index: bigint): string {
  const at = Number(index);
  return at < 0 || at > text.length ? refuse(`${index} is outside of the text`) : text.charAt(at);
}

function replaceFirst(text: string, from: string, to: string, count: bigint): string {
  if (count < 0n) return text.replaceAll(from, () => to);
  let result = text;
  let start = 0;
  for (let done = 0n; done < count; done++) {
    const at = result.indexOf(from, start);
    if (at < 0) break;
    result = `${result.slice(0, at)}${to}${result.slice(at + from.length)}`;
    start = at + to.length + (from === '' ? 1 : 0);
  }
  return result;
}
