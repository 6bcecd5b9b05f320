import { piecesOf } from './pieces.js';

/** Whether text looks like drawn by chance: what people write has words in it. */

const shortest = 20;

/** Runs of what keys are written in. A hyphen or a slash joins words more often than it is part of a key; those runs are looked at by parts. */
const run = /[A-Za-z0-9+/_=-]{20,}/g;

/** What is public, and random all the same: digests, certificates, public keys. */
const publicForm = /^(?:sha(?:1|256|384|512)[-:]|ssh-|ecdsa-|AAAA[BCE]|MI[IGH]|age1|LS0tLS1CRUdJTi|h1:)/;

/** The part of a value that is no word, digest or public key; undefined when there is none. */
export function randomPartOf(value: string): string | undefined {
  if (value.length < shortest) return undefined;
  for (const { text } of piecesOf(value)) {
    for (const [part] of text.matchAll(run)) if (isRandom(part)) return part;
  }
  return undefined;
}

/**
 * One run of letters and digits: lower case, upper case and digits, changing between them as often as chance does. Names in camel case change once
 * a word; a digest in hexadecimal has one case only.
 */
export function isRandom(text: string): boolean {
  if (text.length < shortest || publicForm.test(text) || wordsIn(text) > 0.4) return false;
  const counts = { lower: 0, upper: 0, digit: 0, other: 0 };
  let changes = 0;
  let last = '';
  for (const character of text) {
    const kind = kindOf(character);
    counts[kind]++;
    if (kind !== last) changes++;
    last = kind;
  }
  const { lower, upper, digit, other } = counts;
  if (lower < 3 || upper < 3 || digit < 2 || other > text.length / 8) return false;
  return changes / text.length >= 0.4 && entropyOf(text) >= 3.6;
}

/** How much of it is versions of an API and runs of lower case, which are words: chance makes few of four. */
function wordsIn(text: string): number {
  return [...text.matchAll(/[vV]\d+(?:alpha|beta)\d+|[a-z]{4,}/g)].reduce((sum, [word]) => sum + word.length, 0) / text.length;
}

function kindOf(character: string): 'lower' | 'upper' | 'digit' | 'other' {
  if (character >= 'a' && character <= 'z') return 'lower';
  if (character >= 'A' && character <= 'Z') return 'upper';
  return character >= '0' && character <= '9' ? 'digit' : 'other';
}

/** Bits a character, by how often each occurs. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
