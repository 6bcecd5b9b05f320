import type { Problem } from '../../charts/lib/problem.js';
import { findAssignments, mayAssign } from './assignments.js';
import { isAge, refusedFile } from './file-names.js';
import { hintOf, lineNumberOf } from './finding.js';
import { parseDocuments } from './known-places.js';
import { collectSecrets } from './object.js';
import { matchForms, matchText } from './text.js';

/** A file as it would be committed. */
export interface StagedFile {
  /** From the top of the repository, with / between folders. */
  readonly path: string;
  /** Undefined for what is too large to look into. */
  readonly content: Buffer | undefined;
}

/** What was found in staged files, and what was not looked into or let pass. */
export interface StagedResult {
  readonly problems: readonly Problem[];
  /** Lines to print: they are for a person to judge. @example 'let pass: tests/a.test.ts line 3: token of GitHub (made up: ...)' */
  readonly passed: readonly string[];
}

/** On a line of a test, what follows is why the secret on it is none. @example '// made-up secret: shows that tokens are refused' */
const marker = /made-up secret: *(\S.{5,})/;

/** Everything secret in files that are about to be committed. Pure. */
export function checkStaged(files: readonly StagedFile[]): StagedResult {
  const problems: Problem[] = [];
  const passed: string[] = [];
  for (const { path, content } of files) {
    const text = content === undefined ? undefined : decode(content);
    const refused = refusedFile(path, text);
    if (refused !== undefined) {
      problems.push(problemOf(path, '', `It is ${refused}.`));
      continue;
    }
    if (text === undefined) {
      passed.push(`not looked into: ${path} (${content === undefined ? 'too large' : 'not text'})`);
      continue;
    }
    if (isAge(text)) continue;
    for (const { kind, place, hint, line } of findIn(path, text)) {
      const reason = line !== undefined && path.startsWith('tests/') ? marker.exec(text.split('\n')[line - 1] ?? '')?.[1] : undefined;
      if (reason !== undefined) passed.push(`let pass: ${path} ${place}: ${kind} (made up: ${reason.trim()})`);
      else problems.push(problemOf(path, place, `It holds a secret: ${kind} (${hint}).`));
    }
  }
  return { problems, passed };
}

interface StagedFinding {
  readonly kind: string;
  readonly place: string;
  readonly hint: string;
  /** Where one line is the whole place. */
  readonly line?: number;
}

/** In source code, by form and by name in quotes; in YAML and JSON, as objects; in other text, by form and by name. */
function findIn(path: string, text: string): StagedFinding[] {
  if (/\.(?:ya?ml|json|conf|cfg|config|txt)$|\/[^.]*$|^[^.]*$/.test(path)) {
    const found = findInDocuments(path, text);
    if (found !== undefined) return found;
  }
  const matches = /\.(?:[cm]?[jt]sx?|go|py|rs|java|lua|md|mdx|html|css)$/.test(path) ? matchCode(path, text) : matchText(text);
  return matches.map(({ kind, index, value }) => {
    const line = lineNumberOf(text, index);
    return { kind, place: `line ${line}`, hint: hintOf(value), line };
  });
}

function matchCode(path: string, text: string) {
  const byForm = matchForms(text);
  // Prose about credentials is what documentation is.
  if (/\.mdx?$/.test(path)) return byForm;
  return [...byForm, ...findAssignments(text, { isCode: true }).filter(({ index }) => !byForm.some((form) => form.index === index))];
}

/** By their fields, and in comments, which are in no object. Undefined where the text is no YAML. */
function findInDocuments(path: string, text: string): StagedFinding[] | undefined {
  const documents = parseDocuments(text).filter((document) => typeof document === 'object' && document !== null);
  if (documents.length === 0 || (!/\.(?:ya?ml|json)$/.test(path) && !mayBeObject(text))) return undefined;
  const found = documents.flatMap((document) => collectSecrets(document));
  const values = found.map(({ value }) => value);
  // Forms in the text too: a value over several lines, a comment.
  const beside = [...matchForms(text), ...matchText(commentsOf(text))].filter(
    ({ value }) => !values.some((other) => overlap(other, value)),
  );
  return [
    ...found.map(({ kind, place, hint }) => ({ kind, place, hint })),
    ...beside.map(({ kind, index, value }) => ({ kind, place: `line ${lineNumberOf(text, index)}`, hint: hintOf(value) })),
  ];
}

/** Configuration without an ending, like that of kubectl, is YAML if it is a map of some size. */
function mayBeObject(text: string): boolean {
  return mayAssign(text) && /^(?:apiVersion|kind|context|contexts|cluster|clusters|version|\{)/m.test(text);
}

/** Comments at their own offsets, everything else blank. */
function commentsOf(text: string): string {
  return text.replaceAll(/^([^\n#]*)(#?[^\n]*)$/gm, (_, before: string, comment: string) => ' '.repeat(before.length) + comment);
}

function overlap(a: string, b: string): boolean {
  return a.includes(b.trim()) || b.replaceAll(/\s/g, '').includes(a.replaceAll(/\s/g, ''));
}

/** Undefined for what is no text. PowerShell writes UTF-16. */
function decode(content: Buffer): string | undefined {
  if (content[0] === 0xff && content[1] === 0xfe) return content.toString('utf16le', 2);
  if (content[0] === 0xfe && content[1] === 0xff)
    return Buffer.from(content.subarray(2, content.length - (content.length % 2)))
      .swap16()
      .toString('utf16le');
  return content.subarray(0, 8000).includes(0) && !content.subarray(0, 100).toString('latin1').startsWith('age-encryption.org/')
    ? undefined
    : content.toString('utf8').replace(/^\uFEFF/, '');
}

function problemOf(file: string, field: string, problem: string): Problem {
  const fix = `take it out ("git restore --staged -- ${file}"), and replace the secret if it was ever pushed; encrypt what must be kept (age, SOPS).`;
  return { rule: 'no-secret-material', severity: 'error', file, field, problem, fix };
}
