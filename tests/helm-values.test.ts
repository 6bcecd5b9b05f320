import { describe, expect, test } from 'vitest';
import { checkValues, findUnknownKeys } from '../synth/helm/values/check.js';
import { readValuesModel } from '../synth/helm/values/model.js';

const chart = { repository: 'https://charts.example.test', chart: 'thing', version: '1.2.3' };

function filesOf(texts: Record<string, string>): ReadonlyMap<string, Uint8Array> {
  return new Map(Object.entries(texts).map(([path, text]) => [path, new TextEncoder().encode(text)]));
}

/** Paths of the values that a chart of these files does not know. */
function unknownOf(texts: Record<string, string>, values: object): string[] {
  return findUnknownKeys(values, readValuesModel(filesOf(texts))).map(({ path }) => path);
}

/** The same for a chart that is a template and defaults. */
const unknownIn = (template: string, values: object, defaults = 'known: 1'): string[] =>
  unknownOf({ 'values.yaml': defaults, 'templates/a.yaml': template }, values);

describe('values.yaml', () => {
  test('closes an object with keys, and leaves an empty one open', () => {
    const defaults = 'closed: {a: 1, list: [{name: x}]}\nopen: {}\nblank: ""\nnone: null\nempty: []\n';
    const values = {
      closed: { a: 2, b: 3, list: [{ name: 'y' }, { nam: 'z' }] },
      open: { any: { key: 1 } },
      none: { any: 1 },
      empty: [{ any: 1 }],
      other: 1,
    };
    expect(unknownOf({ 'values.yaml': defaults }, values)).toEqual(['closed.b', 'closed.list[1].nam', 'other']);
  });

  test('takes null and what is not set for any known key', () => {
    expect(unknownOf({ 'values.yaml': 'a: {b: 1}' }, { a: null, c: undefined })).toEqual([]);
    expect(unknownOf({ 'values.yaml': 'a: {b: 1}' }, { c: null })).toEqual(['c']);
  });

  test('a default that is a template is read as one', () => {
    expect(unknownOf({ 'values.yaml': 'config: "{{ .Values.server.port }}"' }, { server: { port: 1, prot: 2 } })).toEqual(['server.prot']);
  });
});

describe('values.schema.json', () => {
  const known = (schema: object, values: object) => unknownOf({ 'values.schema.json': JSON.stringify(schema) }, values);

  test('follows references, in definitions and $defs, and any combination', () => {
    const schema = {
      definitions: { image: { type: 'object', properties: { tag: { type: 'string' } } } },
      $defs: { port: { properties: { number: { type: 'integer' } } }, 'a/b': { $anchor: 'named', properties: { c: {} } } },
      properties: {
        image: { $ref: '#/definitions/image' },
        port: { allOf: [{ $ref: '#/$defs/port' }, { properties: { name: { type: 'string' } } }] },
        either: { oneOf: [{ type: 'string' }, { anyOf: [{ properties: { x: {} } }] }] },
        escaped: { $ref: '#/$defs/a~1b' },
        anchor: { $ref: '#named' },
        far: { $ref: 'https://example.test/other.json' },
      },
      additionalProperties: false,
    };
    const values = {
      image: { tag: 'a', tga: 'b' },
      port: { number: 1, name: 'a', nmae: 'b' },
      either: { x: 1, y: 2 },
      escaped: { c: 1, d: 1 },
      anchor: { c: 1, d: 1 },
      far: { any: 1 },
    };
    expect(known(schema, values)).toEqual(['image.tga', 'port.nmae', 'either.y', 'escaped.d', 'anchor.d']);
  });

  test('opens additional and pattern properties, and what is below them is known', () => {
    const schema = {
      properties: {
        hosts: { additionalProperties: { properties: { port: {} } } },
        rules: { patternProperties: { '^x': { properties: { on: {} } } } },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        free: { type: 'object' },
      },
      // Charts say so of the whole, but read no key that they do not name.
      additionalProperties: true,
    };
    const values = { hosts: { a: { port: 1, prot: 1 } }, rules: { xa: { on: 1, no: 1 } }, labels: { a: 'b' }, free: { a: 1 }, other: 1 };
    expect(known(schema, values)).toEqual(['hosts.a.prot', 'rules.xa.no', 'other']);
  });

  test('a shape that holds itself is open from there on', () => {
    const schema = { $defs: { node: { properties: { next: { $ref: '#/$defs/node' } } } }, properties: { list: { $ref: '#/$defs/node' } } };
    expect(known(schema, { list: { next: { next: {} }, prev: 1 } })).toEqual(['list.prev']);
  });
});

/** What it is, the template, values of which `no` or `no...` is what nobody reads, and the paths that are found. */
const templates: readonly (readonly [string, string, object, readonly string[]])[] = [
  ['a commented-out key', '{{ .Values.known }}{{ if .Values.extra.enabled }}x{{ end }}', { extra: { enabled: true, no: 1 } }, ['extra.no']],
  ['the root in a block', '{{ with .Values.a }}{{ $.Values.b }}{{ .c }}{{ end }}', { a: { c: 1, b: 1 }, b: 1, c: 1 }, ['a.b', 'c']],
  [
    'with and else with',
    '{{ with .Values.a }}{{ .x }}{{ else with .Values.b }}{{ .y }}{{ end }}',
    { a: { x: 1, y: 1 }, b: { y: 1 } },
    ['a.y'],
  ],
  ['a range over items', '{{ range .Values.hosts }}{{ .name }}{{ end }}', { hosts: [{ name: 'a' }, { no: 1 }] }, ['hosts[1].no']],
  ['a range over keys', '{{ range $k, $v := .Values.m }}{{ $k }}{{ $v.x }}{{ end }}', { m: { any: { x: 1, no: 1 } } }, ['m.any.no']],
  ['index', '{{ index .Values "a-b" "c" }}{{ (index .Values "d").e }}', { 'a-b': { c: 1, no: 1 }, d: { e: 1 } }, ['a-b.no']],
  [
    'dig, get, hasKey, pluck',
    '{{ dig "a" "b" 1 .Values }}{{ get .Values.c "d" }}{{ if hasKey .Values.e "f" }}{{ end }}{{ first (pluck "g" .Values.h) }}',
    { a: { b: 1, no: 1 }, c: { d: 1, no: 1 }, e: { f: 1, no: 1 }, h: { g: 1, no: 1 } },
    ['a.no', 'c.no', 'e.no', 'h.no'],
  ],
  ['a whole value', '{{- toYaml .Values.a | nindent 2 }}{{ tpl (toYaml .Values.b) . }}', { a: { any: { key: 1 } }, b: { any: 1 } }, []],
  [
    'a whole value below known keys',
    '{{ with .Values.a }}{{ .b }}{{ toYaml .c }}{{ end }}',
    { a: { b: 1, c: { any: 1 }, no: 1 } },
    ['a.no'],
  ],
  ['only a checksum', '{{ toYaml .Values.a | sha256sum }}{{ .Values.a.b }}', { a: { b: 1, no: 1 } }, ['a.no']],
  ['a copy through YAML', '{{ $v := toYaml .Values.a | fromYaml }}{{ $v.b }}', { a: { b: 1, no: 1 } }, ['a.no']],
  [
    'variables of one name in two blocks',
    '{{ range $k, $v := .Values.a }}{{ $v.x }}{{ end }}{{ range $k, $v := .Values.b }}{{ $v.y }}{{ end }}',
    { a: { any: { x: 1, y: 1 } }, b: { any: { y: 1 } } },
    ['a.any.y'],
  ],
  [
    'a variable that a branch assigns',
    '{{ $v := .Values.a }}{{ if .Values.known }}{{ $v = .Values.b }}{{ end }}{{ $v.x }}',
    { a: { x: 1, no: 1 }, b: { x: 1, no: 1 } },
    ['a.no', 'b.no'],
  ],
  ['a value that is the dot of somebody', '{{ range .Values.a }}{{ tpl $.Values.known . }}{{ end }}', { a: [{ any: { key: 1 } }] }, []],
  ['a merge', '{{ $m := mergeOverwrite (deepCopy .Values.a) .Values.b }}{{ $m.x }}', { a: { x: 1, no: 1 }, b: { x: 1 } }, ['a.no']],
  [
    'a named template',
    '{{ define "t" }}{{ .x }}{{ end }}{{ include "t" .Values.a | nindent 2 }}{{ template "t" .Values.b }}',
    { a: { x: 1, no: 1 }, b: { x: 1, no: 1 } },
    ['a.no', 'b.no'],
  ],
  [
    'a dictionary',
    '{{ define "t" }}{{ .ctx.Values.a }}{{ .c.x }}{{ end }}{{ include "t" (dict "ctx" $ "c" .Values.b) }}',
    { a: 1, b: { x: 1, no: 1 } },
    ['b.no'],
  ],
  [
    'a list as a record',
    '{{ define "t" }}{{ (index . 0).x }}{{ (index . 1).y }}{{ end }}{{ include "t" (list .Values.a .Values.b) }}',
    { a: { x: 1, y: 1 }, b: { y: 1 } },
    ['a.y'],
  ],
  ['a key that only fails', '{{ if .Values.gone.x }}{{ fail "use known" }}{{ end }}', { gone: { x: 1 } }, ['gone']],
  [
    'braces in a text, comments and raw text',
    '{{/* .Values.no1 */}}{{ printf "}}" }}{{ `{{ .Values.no2 }}` }}{{ .Values.a }}',
    { a: 1, no1: 1, no2: 1 },
    ['no1', 'no2'],
  ],
  [
    'a template that walks over any shape',
    '{{ define "w" }}{{ range $k, $v := . }}{{ include "w" $v }}{{ end }}{{ end }}{{ include "w" .Values.a }}',
    { a: { b: { c: { d: { e: 1 } } } } },
    [],
  ],
];

test('templates are read wherever they are, files of others and notes are not', () => {
  const files = {
    'values.yaml': 'known: 1',
    'templates/crds/a.yaml': '{{ .Values.crds }}',
    'templates/tests/a.yaml': '{{ .Values.test }}',
    'config/a.json': '{{ .Values.config }}',
    'templates/NOTES.txt': '{{ .Values.gone }}',
    'ci/test-values.yaml': '{{ .Values.ci }}',
    'README.md': '{{ .Values.read }}',
  };
  expect(unknownOf(files, { crds: 1, test: 1, config: 1, gone: 1, ci: 1, read: 1 })).toEqual(['gone', 'ci', 'read']);
});

test.each(templates)('a template knows: %s', (_, template, values, expected) => {
  expect(unknownIn(template, values)).toEqual([...expected]);
});

describe('subcharts', () => {
  const files = {
    'Chart.yaml': `
name: thing
dependencies:
- {name: database, alias: db, condition: db.enabled, tags: [storage]}
- {name: absent}`,
    'values.yaml': 'db: {size: 1}',
    'templates/a.yaml': '{{ .Values.global.domain }}',
    'charts/database/Chart.yaml': 'name: database',
    'charts/database/values.yaml': 'port: 1\nglobal: {registry: ""}',
    'charts/database/templates/a.yaml': '{{ .Values.user.name }}{{ .Values.global.zone }}',
    'charts/extra/Chart.yaml': 'name: extra',
    'charts/extra/values.schema.json': '{"properties": {"on": {"type": "boolean"}}}',
  };

  test('take values below their alias or name, and share global', () => {
    const values = {
      db: { enabled: true, size: 1, port: 2, user: { name: 'a', nmae: 'b' }, prot: 1 },
      database: { port: 1 },
      extra: { on: true, off: true },
      global: { domain: 'a', registry: 'b', zone: 'c', zoen: 'd' },
      tags: { storage: true, other: true },
    };
    expect(unknownOf(files, values)).toEqual(['db.user.nmae', 'db.prot', 'database', 'extra.off', 'global.zoen', 'tags.other']);
  });

  test('one that the archive lacks may take anything', () => {
    expect(unknownOf(files, { absent: { any: { key: 1 } } })).toEqual([]);
  });
});

test('an unknown key is a problem that names component, release, path, version and what was meant', () => {
  const model = readValuesModel(filesOf({ 'values.yaml': 'cgroup: {autoMount: {enabled: true}}\nlabels: {"a.b": 1}' }));
  const release = {
    file: 'charts/thing.ts',
    name: 'things',
    chart,
    values: { cgroup: { automount: {} }, labels: { zzzzzz: 1 }, 'x.y': 1 },
  };
  const [first, ...rest] = checkValues(release, model);
  expect(first).toEqual({
    rule: 'known-value',
    severity: 'error',
    file: 'charts/thing.ts',
    field: 'release things, values cgroup.automount',
    problem: 'thing 1.2.3 knows no value cgroup.automount, so it would do nothing.',
    fix: 'write cgroup.autoMount.',
  });
  expect(rest.map(({ field }) => field)).toEqual(['release things, values labels.zzzzzz', 'release things, values ["x.y"]']);
  expect(rest[0]?.fix).toBe('delete it, or use a value that thing 1.2.3 has.');
});
