import type { CharTest, Cursor } from './re2-syntax.js';

/** Classes of one letter. In Go they are ASCII, unlike those of JavaScript. */
const PERL: Readonly<Record<string, CharTest>> = {
  d: (c) => c >= 48 && c <= 57,
  s: (c) => c === 9 || c === 10 || c === 12 || c === 13 || c === 32,
  w: (c) => isWord(c),
};

const between =
  (low: number, high: number): CharTest =>
  (c) =>
    c >= low && c <= high;

/** [[:name:]]. Source: https://pkg.go.dev/regexp/syntax (Go 1.25). */
const POSIX: Readonly<Record<string, CharTest>> = {
  alnum: (c) => isWord(c) && c !== 95,
  alpha: (c) => isWord(c) && c !== 95 && c > 57,
  ascii: between(0, 127),
  blank: (c) => c === 9 || c === 32,
  cntrl: (c) => c < 32 || c === 127,
  digit: between(48, 57),
  graph: between(33, 126),
  lower: between(97, 122),
  print: between(32, 126),
  punct: (c) => c >= 33 && c <= 126 && !(isWord(c) && c !== 95),
  space: (c) => (c >= 9 && c <= 13) || c === 32,
  upper: between(65, 90),
  word: (c) => isWord(c),
  xdigit: (c) => (c >= 48 && c <= 57) || (c >= 65 && c <= 70) || (c >= 97 && c <= 102),
};

/** Escapes of one character besides punctuation, which stands for itself. */
const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Letters, digits and the underscore of ASCII. */
export function isWord(c: number): boolean {
  return (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || c === 95 || (c >= 97 && c <= 122);
}

/** One literal code point; under `(?i)` every code point that folds to the same. */
export function literal(codePoint: number, ignoresCase: boolean): CharTest {
  return fold((c) => c === codePoint, ignoresCase);
}

/** Reads behind a backslash: a class (\d, \pL, ...) or undefined when it is no class. */
export function readClassEscape(cursor: Cursor, ignoresCase: boolean): CharTest | undefined {
  const char = cursor.peek();
  const perl = PERL[char.toLowerCase()];
  if (perl !== undefined && /^[dswDSW]$/.test(char)) {
    cursor.next();
    return negate(fold(perl, ignoresCase), char !== char.toLowerCase());
  }
  if (char !== 'p' && char !== 'P') return undefined;
  cursor.next();
  let name = cursor.next();
  if (name === '{') name = cursor.takeUntil('}');
  const isNegated = name.startsWith('^');
  return negate(fold(unicode(cursor, isNegated ? name.slice(1) : name), ignoresCase), isNegated !== (char === 'P'));
}

/** Reads behind a backslash: one code point. @throws PatternError for an escape that Go does not know. */
export function readCharEscape(cursor: Cursor): number {
  const char = cursor.next();
  const control = CONTROL[char];
  if (control !== undefined) return control;
  if (char === 'x') return readHex(cursor);
  if (/^[0-7]$/.test(char) && (char === '0' || /^[0-7]$/.test(cursor.peek()))) {
    let digits = char;
    while (digits.length < 3 && /^[0-7]$/.test(cursor.peek())) digits += cursor.next();
    return Number.parseInt(digits, 8);
  }
  const codePoint = char.codePointAt(0);
  if (codePoint === undefined || codePoint > 127 || (isWord(codePoint) && char !== '_')) throw cursor.error(`\\${char} is not known`);
  return codePoint;
}

/** Reads a bracket expression behind its opening bracket. */
export function readBracket(cursor: Cursor, ignoresCase: boolean): CharTest {
  const isNegated = cursor.take('^');
  const tests: CharTest[] = [];
  do {
    tests.push(readMember(cursor, ignoresCase));
  } while (!cursor.take(']'));
  return negate((c) => tests.some((test) => test(c)), isNegated);
}

function readMember(cursor: Cursor, ignoresCase: boolean): CharTest {
  // Without a closing :] the bracket is a literal, as in Go.
  if (cursor.peek() === '[' && cursor.peek(1) === ':' && cursor.has(':]')) {
    cursor.take('[:');
    const name = cursor.takeUntil(':]');
    const test = POSIX[name.replace('^', '')];
    if (test === undefined) throw cursor.error(`[:${name}:] is not known`);
    return negate(fold(test, ignoresCase), name.startsWith('^'));
  }
  if (cursor.peek() === '\\') {
    cursor.next();
    const test = readClassEscape(cursor, ignoresCase);
    if (test !== undefined) return test;
    return readRange(cursor, readCharEscape(cursor), ignoresCase);
  }
  return readRange(cursor, readChar(cursor), ignoresCase);
}

function readRange(cursor: Cursor, low: number, ignoresCase: boolean): CharTest {
  if (cursor.peek() !== '-' || cursor.peek(1) === ']' || cursor.peek(1) === '') return literal(low, ignoresCase);
  cursor.next();
  const high = cursor.take('\\') ? readCharEscape(cursor) : readChar(cursor);
  if (high < low) throw cursor.error('a range ends before it starts');
  return fold(between(low, high), ignoresCase);
}

function readChar(cursor: Cursor): number {
  const codePoint = cursor.next().codePointAt(0);
  if (codePoint === undefined) throw cursor.error('] is missing');
  return codePoint;
}

function readHex(cursor: Cursor): number {
  const digits = cursor.take('{') ? cursor.takeUntil('}') : cursor.next() + cursor.next();
  const value = /^[0-9A-Fa-f]+$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  if (!(value <= 0x10ffff)) throw cursor.error(`\\x${digits} is not a code point`);
  return value;
}

function unicode(cursor: Cursor, name: string): CharTest {
  if (name === 'Any') return () => true;
  // JavaScript names general categories alone and scripts with a prefix; Go has one name space for both.
  for (const property of [name, `Script=${name}`]) {
    try {
      const expression = new RegExp(`^\\p{${property}}$`, 'u');
      return (c) => expression.test(String.fromCodePoint(c));
    } catch {}
  }
  throw cursor.error(`\\p{${name}} is not known`);
}

function fold(test: CharTest, ignoresCase: boolean): CharTest {
  return ignoresCase ? (c) => test(c) || variants(c).some(test) : test;
}

/** What differs from a character in case only. The long s and the Kelvin sign fold to s and k, as in Go. */
function variants(c: number): number[] {
  const text = String.fromCodePoint(c);
  const forms = [text.toLowerCase(), text.toUpperCase()];
  if (/^[sSſ]$/.test(text)) forms.push('s', 'S', 'ſ');
  if (/^[kK\u212a]$/.test(text)) forms.push('k', 'K', '\u212a');
  return forms.filter((form) => [...form].length === 1).map((form) => form.codePointAt(0) ?? c);
}

function negate(test: CharTest, isNegated: boolean): CharTest {
  return isNegated ? (c) => !test(c) : test;
}
