import { findAssignments, mayAssign } from './assignments.js';
import { type Finding, findingOf, hintOf, lineOf, type Match } from './finding.js';
import { forms } from './forms.js';
import { piecesOf } from './pieces.js';

/** No form is shorter. */
const shortest = 12;

/** Long enough to hide a key, and short enough that most of them hold words. */
const base64 = /(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/]{24,}|[A-Za-z0-9_-]{24,})={0,2}(?![A-Za-z0-9+/_-])/g;
const unusual = /[^\w\-. :,/\n=()"'{}[\]]|\w{16}/;
/** What a run that is shorter, because a hyphen or a slash breaks it, may follow as a secret. */
const speaking =
  /curl|redis-cli|sshpass|chpasswd|basic|bearer|xox|xapp|key|:\/\/|gl[a-z]+-|aiza|gocspx|ya29|hv[bsr]\.|sk-|sg\.|dp\.|hmac|secret|----|dckr|ops_|atatt|sntry|hooks|:aa|v1\.0/i;
const printable = /^[\t\n\r\x20-\x7e]+$/;

const anyNeedle = new RegExp(forms.map(({ needle }) => needle.source).join('|'), 'i');

/** Secrets in text, by their form: keys, tokens and hashes that are what they are wherever they stand. Names `line n`, never a value. */
export function findSecretsInText(text: string): Finding[] {
  return toFindings(text, matchForms(text));
}

/** The same, and what stands below the name of a credential in YAML, JSON, INI, TOML, a shell, or whatever else assigns. */
export function findNamedSecretsInText(text: string): Finding[] {
  return toFindings(text, matchText(text));
}

/** Values by their lines. */
export function toFindings(text: string, matches: readonly Match[]): Finding[] {
  return matches.map(({ kind, index, value }) => findingOf({ kind, place: lineOf(text, index), hint: hintOf(value) }));
}

/** By form and by name; one match a place. */
export function matchText(text: string): Match[] {
  return matchPieces(text, matchPiece);
}

function matchPiece(text: string): Match[] {
  const byForm = matchFormsOf(text);
  if (!mayAssign(text)) return byForm;
  const overlaps = ({ index, value }: Match) =>
    byForm.some((form) => index < form.index + form.value.length && form.index < index + value.length);
  return [...byForm, ...findAssignments(text).filter((match) => !overlaps(match))].sort((a, b) => a.index - b.index);
}

/** By form, and by the form of what base64 hides. */
export function matchForms(text: string): Match[] {
  return matchPieces(text, matchFormsOf);
}

/** What two pieces share is found twice, and told once. */
function matchPieces(text: string, match: (piece: string) => Match[]): Match[] {
  const [first, ...others] = piecesOf(text);
  if (others.length === 0) return match(text);
  const found = [first, ...others].flatMap((piece) =>
    piece ? match(piece.text).map((one) => ({ ...one, index: one.index + piece.offset })) : [],
  );
  return [...new Map(found.map((one) => [`${one.index} ${one.value}`, one])).values()];
}

function matchFormsOf(text: string): Match[] {
  if (text.length < shortest || isPlainWords(text)) return [];
  const plain = matchPlain(text);
  const isKnown = (at: number) => plain.some(({ index, value }) => at >= index && at < index + value.length);
  const hidden = text.length < 24 ? [] : matchBase64(text).filter(({ index }) => !isKnown(index));
  return [...plain, ...hidden].sort((a, b) => a.index - b.index);
}

/** Most text of a cluster: no run that is long enough for a key. */
export function isPlainWords(text: string): boolean {
  return !unusual.test(text) && !speaking.test(text);
}

function matchPlain(text: string): Match[] {
  if (!anyNeedle.test(text)) return [];
  const matches: Match[] = [];
  for (const { kind, pattern, needle, accept } of forms) {
    if (!needle.test(text)) continue;
    for (const match of text.matchAll(pattern)) {
      // The first group of the PEM form is its label.
      const value = kind.includes('PEM') ? match[0] : (match[1] ?? match[0]);
      const index = match.index + match[0].lastIndexOf(value);
      const isInside = matches.some((other) => index < other.index + other.value.length && other.index < index + value.length);
      if (!isInside && (accept === undefined || accept(value))) matches.push({ kind, index, value });
    }
  }
  return matches;
}

function matchBase64(text: string): Match[] {
  const matches: Match[] = [];
  for (const match of text.matchAll(base64)) {
    const [value] = match;
    if (!/[A-Z]/.test(value) || !/[a-z]/.test(value)) continue;
    const decoded = Buffer.from(value, 'base64').toString('latin1');
    if (!printable.test(decoded)) continue;
    const [first] = [...matchPlain(decoded), ...(mayAssign(decoded) ? findAssignments(decoded) : [])];
    if (first) matches.push({ kind: `${first.kind}, in base64`, index: match.index, value });
  }
  return matches;
}
