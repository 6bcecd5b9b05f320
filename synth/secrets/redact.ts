import { hintOf, type Match } from './finding.js';
import { matchText } from './text.js';

/** Text for a log, with every secret in it replaced by what may be shown of it. Errors quote what they refuse. */
export function redactSecrets(text: string): string {
  return replaceMatches(text, matchText(text));
}

/** Messages cut long values, so that only the beginning of one may be there. */
const beginning = 6;

/** Replaces known values wherever they stand, whole or cut. */
export function hideValues(text: string, values: Iterable<string>): string {
  let hidden = text;
  // JSON is how messages quote, so that line breaks and quotes look different there.
  for (const value of values) hidden = hideForms(hidden, [value, JSON.stringify(value).slice(1, -1)], `<hidden: ${hintOf(value)}>`);
  return hidden;
}

function hideForms(text: string, forms: readonly string[], hint: string): string {
  const starts = forms.map((form) => form.slice(0, beginning)).filter((start) => start !== '');
  const next = (from: number) => Math.min(...starts.map((start) => text.indexOf(start, from)).filter((at) => at !== -1));
  let result = '';
  let end = 0;
  for (let at = next(0); Number.isFinite(at); at = next(end)) {
    result += text.slice(end, at) + hint;
    end = at + Math.max(...forms.map((form) => commonLength(form, text, at)));
  }
  return result + text.slice(end);
}

/** How much of a value stands at a place. */
function commonLength(value: string, text: string, at: number): number {
  let length = 0;
  while (length < value.length && text[at + length] === value[length]) length++;
  return length;
}

function replaceMatches(text: string, matches: readonly Match[]): string {
  let result = '';
  let end = 0;
  for (const { index, value } of matches) {
    if (index < end) continue;
    result += `${text.slice(end, index)}<hidden: ${hintOf(value)}>`;
    end = index + value.length;
  }
  return result + text.slice(end);
}
