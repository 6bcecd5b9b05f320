/**
 * Secret material in text and objects, found by its form, by the name that it stands under, and by its randomness. Pure. What is printed of a
 * secret is decided here, and is never the secret.
 */

/** Secret material that was found, as people may read it. */
export interface Finding {
  /** What it is. @example 'token of GitHub' */
  readonly kind: string;
  /** Field path in an object, or 'line 3' in text. @example 'spec.values.admin.password' */
  readonly place: string;
  /** First two characters and length, so that its owner knows it again. @example '"gh...", 40 characters' */
  readonly hint: string;
}

/** Secret material in a text. Stays inside of this folder and the checks that hide it; nothing prints one. */
export interface Match {
  readonly kind: string;
  /** Offset of the value in the text. */
  readonly index: number;
  /** The secret itself. */
  readonly value: string;
}

/** Secret material at a place, with its value, for whoever must hide it in other text. */
export interface Found extends Finding {
  readonly value: string;
}

/** Shorter ones show nothing of themselves: two characters would be a good part of them. */
const shownFrom = 8;

/** What may be shown of a secret. */
export function hintOf(value: string): string {
  const length = `${value.length} ${value.length === 1 ? 'character' : 'characters'}`;
  return value.length < shownFrom ? length : `"${[...value].slice(0, 2).join('').replaceAll(/\s/g, ' ')}...", ${length}`;
}

/** Without the value. */
export function findingOf({ kind, place, hint }: Finding): Finding {
  return { kind, place, hint };
}

/** @example 'line 3' */
export function lineOf(text: string, index: number): string {
  return `line ${lineNumberOf(text, index)}`;
}

/** From 1. */
export function lineNumberOf(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
