import { literal, readBracket, readCharEscape, readClassEscape } from './re2-class.js';
import { Cursor, type Re2 } from './re2-syntax.js';

/** What a group may switch: i ignores case, m lets ^ and $ match at lines, s lets the dot match a line break. */
interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

/** Go refuses counts above this. Source: https://pkg.go.dev/regexp/syntax (Go 1.25). */
const MAX_COUNT = 1000;

/**
 * Reads a pattern in Go (RE2) syntax, as the API server does.
 *
 * @throws PatternError for what Go refuses: look-around, back-references, possessive or doubled quantifiers.
 */
export function parseRe2(pattern: string): Re2 {
  const cursor = new Cursor(pattern);
  const tree = readEither(cursor, { i: false, m: false, s: false });
  if (!cursor.isAtEnd) throw cursor.error('a ) has no (');
  return tree;
}

function readEither(cursor: Cursor, outer: Flags): Re2 {
  const parts: Re2[] = [];
  let flags = outer;
  do {
    const sequence: Re2[] = [];
    while (!cursor.isAtEnd && cursor.peek() !== '|' && cursor.peek() !== ')') {
      const switched = readSwitch(cursor, flags);
      if (switched !== undefined) flags = switched;
      else sequence.push(readRepeat(cursor, readAtom(cursor, flags)));
    }
    parts.push({ op: 'sequence', parts: sequence });
  } while (cursor.take('|'));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { op: 'either', parts };
}

/** (?i) and so on: holds from here to the end of the group, alternatives included. */
function readSwitch(cursor: Cursor, flags: Flags): Flags | undefined {
  let length = 2;
  while (/^[imsU-]$/.test(cursor.peek(length))) length++;
  if (cursor.peek() !== '(' || cursor.peek(1) !== '?' || cursor.peek(length) !== ')' || length === 2) return undefined;
  cursor.take('(?');
  const switched = applyFlags(cursor, cursor.takeUntil(')'), flags);
  return switched;
}

function applyFlags(cursor: Cursor, text: string, flags: Flags): Flags {
  if (!/^[imsU]*(-[imsU]+)?$/.test(text)) throw cursor.error(`(?${text}) is not known`);
  const [on = '', off = ''] = text.split('-');
  const value = (flag: 'i' | 'm' | 's'): boolean => (on.includes(flag) || flags[flag]) && !off.includes(flag);
  return { i: value('i'), m: value('m'), s: value('s') };
}

function readAtom(cursor: Cursor, flags: Flags): Re2 {
  const char = cursor.next();
  switch (char) {
    case '(':
      return readGroup(cursor, flags);
    case '[':
      return { op: 'chars', test: readBracket(cursor, flags.i) };
    case '.':
      return { op: 'chars', test: flags.s ? () => true : (c) => c !== 10 };
    case '^':
      return { op: 'assert', assertion: flags.m ? 'line-start' : 'text-start' };
    case '$':
      return { op: 'assert', assertion: flags.m ? 'line-end' : 'text-end' };
    case '\\':
      return readEscape(cursor, flags);
    case '*':
    case '+':
    case '?':
      throw cursor.error(`${char} repeats nothing`);
    default:
      return { op: 'chars', test: literal(char.codePointAt(0) ?? 0, flags.i) };
  }
}

function readGroup(cursor: Cursor, flags: Flags): Re2 {
  let inner = flags;
  if (cursor.take('?')) {
    if (cursor.take('P<') || (cursor.peek() === '<' && cursor.peek(1) !== '=' && cursor.peek(1) !== '!' && cursor.take('<'))) {
      const name = cursor.takeUntil('>');
      if (!/^\w+$/.test(name)) throw cursor.error(`${name} is not the name of a group`);
    } else {
      let text = '';
      while (/^[imsU-]$/.test(cursor.peek())) text += cursor.next();
      if (!cursor.take(':')) throw cursor.error(`(?${text}${cursor.peek()} is not known`);
      inner = applyFlags(cursor, text, flags);
    }
  }
  const tree = readEither(cursor, inner);
  if (!cursor.take(')')) throw cursor.error('a ( has no )');
  return tree;
}

function readEscape(cursor: Cursor, flags: Flags): Re2 {
  if (cursor.take('A')) return { op: 'assert', assertion: 'text-start' };
  if (cursor.take('z')) return { op: 'assert', assertion: 'text-end' };
  if (cursor.take('b')) return { op: 'assert', assertion: 'word' };
  if (cursor.take('B')) return { op: 'assert', assertion: 'not-word' };
  if (cursor.take('Q')) {
    let text = '';
    while (!cursor.isAtEnd && !cursor.take('\\E')) text += cursor.next();
    const parts = [...text].map((char): Re2 => ({ op: 'chars', test: literal(char.codePointAt(0) ?? 0, flags.i) }));
    return { op: 'sequence', parts };
  }
  const test = readClassEscape(cursor, flags.i) ?? literal(readCharEscape(cursor), flags.i);
  return { op: 'chars', test };
}

function readRepeat(cursor: Cursor, part: Re2): Re2 {
  const counts = readCounts(cursor);
  if (counts === undefined) return part;
  // A lazy quantifier finds another match, never another verdict.
  cursor.take('?');
  if (readCounts(cursor) !== undefined) throw cursor.error('a quantifier follows a quantifier');
  return { op: 'repeat', part, min: counts[0], max: counts[1] };
}

function readCounts(cursor: Cursor): readonly [number, number] | undefined {
  if (cursor.take('*')) return [0, Number.POSITIVE_INFINITY];
  if (cursor.take('+')) return [1, Number.POSITIVE_INFINITY];
  if (cursor.take('?')) return [0, 1];
  let text = '';
  while (cursor.peek() === '{' && text.length < 12 && !text.endsWith('}') && cursor.peek(text.length) !== '') {
    text += cursor.peek(text.length);
  }
  const match = /^\{(\d+)(,(\d*))?\}$/.exec(text);
  // Anything else in braces is literal text, as in Go.
  if (match === null) return undefined;
  cursor.take(text);
  const min = Number(match[1]);
  const max = match[2] === undefined ? min : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
  if (min > MAX_COUNT || (max !== Number.POSITIVE_INFINITY && max > MAX_COUNT) || max < min) {
    throw cursor.error(`the count ${text} is not allowed`);
  }
  return [min, max];
}
