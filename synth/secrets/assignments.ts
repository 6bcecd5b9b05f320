import type { Match } from './finding.js';
import { isReference, isStrong, looksLikeName } from './literals.js';
import { classifyName, type NameClass } from './names.js';
import { isRandom } from './random.js';

/**
 * Credentials that stand below their name in text of any syntax: YAML, JSON, INI, TOML, XML, variables of a shell, arguments of a program. Nothing is
 * parsed: what is in a ConfigMap need not be well-formed to leak.
 */

/** In every name that classifyName knows. Names are grown from it to both sides, so that long lines cost no more than short ones. */
const core =
  /pass|secret|token|psk|pwd|pw\b|(?:api|access|private|client|auth|master|encrypt\w*|sign\w*|hmac|shared|account|storage|session|license|jwt|cookie|crypt|aes|rsa|deploy|service|join|setup|registration|wireguard)[-_. ]?keys?|connection[-_.]?string/gi;

const isNamePart = (character: string | undefined): boolean => character !== undefined && /[\w.-]/.test(character);

/** Value as group 1 (in quotes), 2 (in quotes), 3 (a call), 4 (a block of YAML) or 5 (bare). */
const value =
  String.raw`(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|([A-Za-z_][\w.]*\([^()\n]*\))|[|>][+-]?\d?[ \t]*\n\s*(\S[^\n]*)|(\$?\$(?:__\w+)?\{[^\n}]*\}+[^\s,;]*|\{\{[^\n]*?\}\}[^\s,;]*|\$\([^\n)]*\)[^\s,;]*|<[^<>\n]*>|![A-Za-z][^\n]*|[^\s,;"'{}[\]<>|&()\\` +
  '`' +
  String.raw`][^\s,;"'{}()<>\\` +
  '`' +
  `]*))`;
const assigned = new RegExp(String.raw`\\?["']?\]?[ \t]{0,40}(?::=|=>|[:=](?![=~]))[ \t]{0,40}(?:!!str )?\\?${value}`, 'y');
const escaped = /\\"[ \t]{0,40}:[ \t]{0,40}\\"((?:[^"\\\n]|\\[^"])*)\\"/y;
const element = /(?:\s[^<>\n]*)?>([^<>\n]+)<\//y;
const argument = /["']?,?[ \t\n]{1,40}["']?([^\s"',;-][^\s"',;]*)/y;
const pair = new RegExp(String.raw`["']?[ \t]*,?\s{1,80}(?:-[ \t]+)?["']?value["']?[ \t]*[:=][ \t]*${value}`, 'y');
const comment = /^\s*(?:#|\/\/|;|--(?!\w))/;

export interface AssignmentOptions {
  /** Source code: a name without quotes around its value is a variable, and words are no credentials. @default false */
  readonly isCode?: boolean;
}

/** True when the text may hold a name of a credential: cheap. */
export function mayAssign(text: string): boolean {
  core.lastIndex = 0;
  return core.test(text);
}

/** Credentials by the names that they stand under. */
export function findAssignments(text: string, { isCode = false }: AssignmentOptions = {}): Match[] {
  const matches: Match[] = [];
  core.lastIndex = 0;
  for (let found = core.exec(text); found !== null; found = core.exec(text)) {
    let start = found.index;
    let end = core.lastIndex;
    while (start > 0 && end - start < 100 && isNamePart(text[start - 1])) start--;
    while (end - start < 100 && isNamePart(text[end])) end++;
    core.lastIndex = end;
    const name = text.slice(start, end);
    const named = classifyName(name.replace(/^-+/, ''));
    if (named === 'plain') continue;
    const match = valueAfter(text, start, end, isCode);
    if (match === undefined || !isCredential(match.value, named)) continue;
    if (isCode && (!match.isQuoted || !isStrong(match.value) || looksLikeName(match.value))) continue;
    if (!isCode && !isPlausible(text, start, match)) continue;
    matches.push({ kind: kindOf(name), index: match.index, value: match.value });
    core.lastIndex = match.index + match.value.length;
  }
  return matches;
}

/** What a value below such a name is called. The name is no secret: it is made of letters and a word of the list. */
export function kindOf(name: string): string {
  return `plain text below the name ${name.replace(/^-+/, '').slice(0, 60)}`;
}

/** Whether a value below a name of this class is a secret. */
export function isCredential(text: string, named: NameClass): boolean {
  if (named === 'plain' || isReference(text)) return false;
  return named === 'secret' || !looksLikeName(text);
}

interface Assigned {
  readonly index: number;
  readonly value: string;
  readonly isQuoted: boolean;
}

function valueAfter(text: string, start: number, end: number, isCode: boolean): Assigned | undefined {
  const direct = matchAt(assigned, text, end) ?? matchAt(escaped, text, end);
  if (direct || isCode) return direct;
  if (text[start - 1] === '<') return matchAt(element, text, end);
  return (text.startsWith('--', start) ? matchAt(argument, text, end) : undefined) ?? matchAt(pair, text, end);
}

function matchAt(pattern: RegExp, text: string, at: number): Assigned | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  const group = match?.slice(1).findIndex((part) => part !== undefined) ?? -1;
  const found = match?.[group + 1];
  if (!match || found === undefined) return undefined;
  return { index: match.index + match[0].lastIndexOf(found), value: found, isQuoted: group < 2 };
}

/** Prose has names and colons too: `# token: what the program logs in with`. */
function isPlausible(text: string, start: number, { index, value: found, isQuoted }: Assigned): boolean {
  const isHard = isStrong(found) || isRandom(found);
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  if (comment.test(line)) return isHard;
  if (isQuoted || isHard) return true;
  // A field of a program: `local token = obj.status.token`.
  if (/^[A-Za-z_]+(?:\.[A-Za-z_]+)+$/.test(found)) return false;
  const after = text[index + found.length] === ' ' ? text.slice(index + found.length + 1, index + found.length + 12) : '';
  return !/^[A-Za-z]+\b(?![=:])/.test(after) || (/\bpass/i.test(text.slice(start, index)) === true && !/[a-z]\s*$/i.test(line));
}
