import { describe, expect, test } from 'vitest';
import { toYaml, toYamlDocuments } from '../synth/yaml.js';
import { checkKey, checkRoundTrip, checkValue, traps } from './fixtures/yaml-values.js';

describe('YAML 1.1 and 1.2 read back', () => {
  test('every text that is known as a trap', () => {
    for (const text of traps) checkValue(text);
  });

  test('every trap as a name', () => {
    for (const text of traps) checkKey(text);
  });

  test('random values, names and documents', () => checkRoundTrip(100));
});

/** The YAML of one value. */
const write = (value: unknown) => toYaml({ v: value }).slice('v:'.length).trim();

test.each([
  ['whoami', 'whoami'],
  ['ghcr.io/example/whoami:v1.2.3', 'ghcr.io/example/whoami:v1.2.3'],
  ['https://192.0.2.10:6443', 'https://192.0.2.10:6443'],
  ['two words, [and] more', 'two words, [and] more'],
  ['100m', '100m'],
  ['512Mi', '512Mi'],
  ['4320h', '4320h'],
  ['', '""'],
  ['off', '"off"'],
  ['Yes', '"Yes"'],
  ['y', '"y"'],
  ['null', '"null"'],
  ['0o17', '"0o17"'],
  ['12:30:45', '"12:30:45"'],
  ['1_000', '"1_000"'],
  ['1e3', '"1e3"'],
  ['e1', '"e1"'],
  ['0x10', '"0x10"'],
  ['2026-11-20', '"2026-11-20"'],
  ['1.13', '"1.13"'],
  ['192.0.2.0/24', '"192.0.2.0/24"'],
  ['<<', '"<<"'],
  ['=', '"="'],
  ['~', '"~"'],
  ['a: b', '"a: b"'],
  ['a #b', '"a #b"'],
  ['tab\there', '"tab\\there"'],
  ['\u0085\u2028\ufeff\u007f\0', '"\\u0085\\u2028\\ufeff\\u007f\\u0000"'],
  ['two\nlines\n', '|\n  two\n  lines'],
  ['two\nlines', '|-\n  two\n  lines'],
  ['two\n  lines\n\n', '|+\n  two\n    lines'],
  [' two\nlines', '" two\\nlines"'],
  ['two \nlines', '"two \\nlines"'],
  [0, '0'],
  [-0, '-0.0'],
  [1e21, '1.0e+21'],
  [1.5e-7, '1.5e-7'],
  [5e-324, '5.0e-324'],
  [true, 'true'],
  [null, 'null'],
  [[], '[]'],
  [{}, '{}'],
  [{ gone: undefined }, '{}'],
  [['a', ['b', []], { c: 1, d: [2] }], '- a\n  -\n    - b\n    - []\n  - c: 1\n    d:\n      - 2'],
])('%j is written as %s', (value, written) => {
  expect(write(value)).toBe(written);
});

describe('the order of fields', () => {
  test('is identity, then code units, in every map', () => {
    const spec = { version: 1, b: 1, a: 1, B: 1, 10: 1, 9: 1, é: 1, namespace: 'n', name: 'a' };
    const written = toYaml({ spec, kind: 'K', data: 1, metadata: { z: 1, labels: 1, namespace: 'n', name: 'a' }, apiVersion: 'v1' });
    const keys = [...written.matchAll(/^ *(\S+?):/gm)].map(([, key]) => key);
    expect(keys.join(' ')).toBe('apiVersion kind metadata name namespace labels z data spec name namespace version "10" "9" B a b "é"');
  });

  test('does not depend on who came first, and nothing without a value is written', () => {
    const [a, b, c, apiVersion] = [1, { x: undefined, z: [undefined] }, undefined, 'v1'];
    const written = 'apiVersion: v1\na: 1\nb:\n  z:\n    - null\n';
    expect(toYaml({ a, b, c, apiVersion })).toBe(written);
    expect(toYaml({ apiVersion, c, b, a })).toBe(written);
  });

  test('of a list is kept', () => {
    expect(write(['b', 'a', 'c'])).toBe('- b\n  - a\n  - c');
  });
});

test('an empty document is an empty map', () => {
  expect(toYamlDocuments([{}, { a: 1 }, { b: undefined }])).toBe('{}\n---\na: 1\n---\n{}\n');
});

test.each([
  ['half of a surrogate pair', 'a\ud800'],
  ['the other half', '\udc00a'],
  ['half of a pair in several lines', 'a\n\ud800\n'],
  ['halves in the wrong order', '\udc00\ud800'],
  ['NaN', Number.NaN],
  ['infinity', Number.NEGATIVE_INFINITY],
  ['a big integer', 1n],
  ['a function', () => 1],
  ['a symbol', Symbol('a')],
  ['a date', new Date(0)],
  ['a map', new Map([['a', 1]])],
])('%s has no YAML form', (_, value) => {
  const places = [{ v: value }, { v: [value] }, { v: { w: value } }, { v: [[{ w: value }]] }];
  for (const place of places) expect(() => toYaml(place)).toThrow(/has no YAML form$/);
});

test('half of a surrogate pair is no name', () => {
  expect(() => toYaml({ 'a\ud800': 1 })).toThrow(TypeError);
});
