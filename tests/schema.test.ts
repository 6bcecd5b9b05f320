import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FORMATS } from '../synth/schema/formats.js';
import { loadSchemas } from '../synth/schema/load.js';
import type { SchemaEntry, SchemaNode } from '../synth/schema/node.js';
import { compilePattern } from '../synth/schema/pattern.js';
import { validateObject, validateStructure } from '../synth/schema/validate.js';
import { compareVersions } from '../synth/schema/version-order.js';
import { compileWithAjv } from './schema/ajv-oracle.js';
import { CHANGES, change, type Manifest, placesOf, VALID } from './schema/objects.js';
import { exact, formats, keyed, keywords, patterns, refused } from './schema/tables.js';

const folder = fileURLToPath(new URL('../imports/schemas', import.meta.url));
const schemas = loadSchemas(folder);

/** The values of a table cell: a YAML list without its brackets. */
const list = (cell: string): unknown[] => parse(`[${cell}]`) as unknown[];

/** A schema, as YAML. */
const node = (text: string): SchemaNode => parse(text) as SchemaNode;

/** The errors of a value that is the field `v` of a custom resource. */
function check(schema: SchemaNode, v: unknown): string[] {
  const thing = { apiVersion: 'example.com/v1', kind: 'Thing', scope: 'Cluster', served: true, storage: true } as const;
  const entry: SchemaEntry = { ...thing, dialect: 'structural', schema: { type: 'object', properties: { v: schema } } };
  return validateObject({ v }, entry, schemas.resolve).map(({ path, message }) => `${path}: ${message}`);
}

function entryOf({ apiVersion, kind }: Manifest): SchemaEntry {
  const entry = schemas.find(apiVersion, kind);
  if (entry === undefined) throw new Error(`no schema for ${kind}`);
  return entry;
}

const validate = (object: Manifest) => validateObject(object, entryOf(object), schemas.resolve);

test.each(keywords)('keyword: %s', (_, schema, accepted, rejected) => {
  for (const value of list(accepted)) expect(check(node(schema), value), JSON.stringify(value)).toEqual([]);
  for (const value of list(rejected)) expect(check(node(schema), value), JSON.stringify(value)).not.toEqual([]);
});

test('a field without a value is as good as absent', () => {
  expect(check(node(exact), { name: 'a', port: undefined, more: undefined })).toEqual([]);
  expect(check(node(exact), { name: undefined })).toEqual(['v.name: It is required, but missing.']);
});

test.each(formats)('format: %s', (format, accepted, rejected) => {
  const type = format.startsWith('int') ? 'integer' : 'string';
  for (const value of list(accepted)) expect(check({ type, format }, value), String(value)).toEqual([]);
  for (const value of list(rejected)) expect(check({ type, format }, value), String(value)).not.toEqual([]);
});

test('every format in imports/ is checked, or is a remark to the API server too', () => {
  const remarks = ['double', 'idn-hostname', 'int32', 'int64', 'int-or-string', 'password'];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  const found = files.flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/"format": ?"([^"]*)"/g)].map(([, format]) => format),
  );
  expect(new Set(found).size).toBeGreaterThan(5);
  expect([...new Set(found)].filter((format = '') => !FORMATS.has(format) && !remarks.includes(format))).toEqual([]);
});

test('bytes of a built-in kind may be none, and have line breaks', () => {
  const secret = (a: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: { a } });
  for (const text of ['', 'YQ==', 'YQ==\n', 'YW\nJj']) expect(validate(secret(text)), text).toEqual([]);
  for (const text of ['YQ', 'a b=', '*']) expect(validate(secret(text)), text).toHaveLength(1);
});

test.each(patterns)('pattern in Go syntax: %s', (pattern, accepted, rejected) => {
  for (const value of list(accepted)) expect(compilePattern(pattern)(String(value)), String(value)).toBe(true);
  for (const value of list(rejected)) expect(compilePattern(pattern)(String(value)), String(value)).toBe(false);
});

test.each(refused)('pattern %s is refused, as by Go', (pattern) => {
  expect(() => compilePattern(pattern)).toThrow('error parsing regexp');
});

test('a pattern that explodes in a backtracking engine takes no time', () => {
  const start = performance.now();
  expect(compilePattern('^([-a-zA-Z0-9_]+[.]?)+$')(`${'a-long-name'.repeat(50)}:80`)).toBe(false);
  expect(performance.now() - start).toBeLessThan(500);
});

test('patterns agree with JavaScript wherever both have the same syntax', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', 'a|b', '(?:ab|b)', '\\d', '^', '$', '\\b', '1');
  const count = fc.constantFrom('*', '+', '?', '{1,2}', '{2}', '*?');
  const tree = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.tuple(tie('any'), tie('any')).map(([a, b]) => a + b),
      fc.tuple(tie('any'), count).map(([a, times]) => `(${a})${times}`),
      fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a}|${b})`),
    ),
  })).any;
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' '), maxLength: 8 });
  const isSame = (pattern: string, text: string) => compilePattern(pattern)(text) === new RegExp(pattern, 's').test(text);
  fc.assert(fc.property(tree, word, isSame));
});

test('every pattern in imports/ can be checked', () => {
  const seen = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (key === 'pattern' && typeof child === 'string') seen.add(child);
      else if (key === 'patternProperties') for (const pattern of Object.keys(child)) seen.add(pattern);
      visit(child);
    }
  };
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  for (const file of files) visit(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  expect(seen.size).toBeGreaterThan(10);
  for (const pattern of seen) expect(() => compilePattern(pattern), pattern).not.toThrow();
});

describe('a message names the field, the value and the way out', () => {
  test('in an object', () => {
    const deployment = parse(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, annotations: {example.com/on: true}}
spec:
  replica: 1
  template:
    spec: {containers: [{name: a, imgae: b, resources: {limits: {memory: 512MB}}, ports: [{containerPort: "80"}]}]}
`) as Manifest;
    expect(validate(deployment).map(({ path, message, fix = '' }) => `${path}: ${message} ${fix}`)).toEqual([
      'metadata.annotations["example.com/on"]: true is a boolean, not a string. write "true".',
      'spec.selector: It is required, but missing. ',
      'spec.replica: There is no such field. Did you mean replicas? write replicas.',
      'spec.template.spec.containers[0].imgae: There is no such field. Did you mean image? write image.',
      'spec.template.spec.containers[0].resources.limits.memory: "512MB" is not a quantity such as 500m, 1.5 or 512Mi. ',
      'spec.template.spec.containers[0].ports[0].containerPort: "80" is a string, not an integer. write 80 without quotes.',
    ]);
  });

  const choice = '{type: object, properties: {a: {}, b: {}}, oneOf: [{required: [a]}, {required: [b]}]}';
  test.each([
    [choice, {}, 'v: It must have exactly one of: a; b.'],
    [choice, { a: 1, b: 1 }, 'v: It has a and b at the same time; only one is allowed.'],
    ['{anyOf: [{type: integer}, {type: string}]}', true, 'v: true is a boolean, not of type integer or string.'],
    ['{anyOf: [{type: integer}, {type: string, enum: [auto]}]}', 'x', 'v: "x" is not "auto".'],
    ['{type: string, enum: [Always, Never]}', 'always', 'v: "always" is none of "Always", "Never".'],
    [keyed, [{ port: 1 }, { port: 1 }], 'v: Items 0 and 1 are the same: port 1, proto "TCP".'],
    ['{type: string}', null, 'v: It is null, which is not allowed here.'],
    ['{type: object}', { a: 1 }, 'v.a: There is no such field. No field is allowed here.'],
  ])('of %s', (schema, value, expected) => {
    expect(check(node(schema), value)).toEqual([expected]);
  });

  test('for a version that is not served', () => {
    const [error] = validate({ apiVersion: 'snapshot.storage.k8s.io/v1beta1', kind: 'VolumeSnapshotClass' });
    expect(error?.message).toMatch(/^VolumeSnapshotClass of snapshot.storage.k8s.io\/v1beta1 is not served any more/);
  });
});

describe('the loaded schemas', () => {
  test('know kinds, scopes and versions, built in or not', () => {
    expect(schemas.scopeOf('v1', 'Namespace')).toBe('Cluster');
    expect(schemas.scopeOf('apps/v1', 'Deployment')).toBe('Namespaced');
    expect(schemas.scopeOf('piraeus.io/v1', 'LinstorCluster')).toBe('Cluster');
    for (const apiVersion of ['apps/v2', '../apps/v1', 'a/b/c', 'cilium.io']) {
      expect(schemas.find(apiVersion, 'Deployment')).toBeUndefined();
    }
    expect(schemas.find('v1', 'constructor')).toBeUndefined();
    expect(schemas.versionsOf('', 'Secret').map(({ version }) => version)).toEqual(['v1']);
    expect(schemas.versionsOf('cilium.io', 'CiliumLoadBalancerIPPool')).toEqual([
      { version: 'v2', served: true, storage: true, deprecated: false },
      { version: 'v2alpha1', served: true, storage: false, deprecated: true },
    ]);
    expect(schemas.versionsOf('example.com', 'Thing')).toEqual([]);
  });

  test('order versions as Kubernetes does', () => {
    const ranked = ['v10', 'v2', 'v1', 'v11beta2', 'v3beta1', 'v12alpha1', 'v11alpha2', 'foo1', 'foo10'];
    expect([...ranked].reverse().sort(compareVersions)).toEqual(ranked);
  });

  test('check a Talos document by its kind, and the machine configuration without one', () => {
    const errors = (object: object, kind?: string) => {
      const entry = schemas.findTalos('v1alpha1', kind);
      return entry === undefined ? 'no schema' : validateObject(object, entry, schemas.resolve).map(({ path }) => path);
    };
    const hostname = { apiVersion: 'v1alpha1', kind: 'HostnameConfig' };
    expect(errors({ ...hostname, auto: 'off', hostname: 'a' }, 'HostnameConfig')).toEqual([]);
    expect(errors({ ...hostname, auto: 'no', host: 'a' }, 'HostnameConfig')).toEqual(['auto', 'host']);
    expect(errors({ version: 'v1alpha1', machine: { type: 'worker', sysctls: { a: '1' } } })).toEqual([]);
    expect(errors({ machine: { sysctls: { a: 1 } }, machines: {} })).toEqual(['machine.sysctls.a', 'machines']);
    expect(errors({}, 'Nope')).toBe('no schema');
  });

  test('close the metadata of custom resources too', () => {
    const pool = { apiVersion: 'cilium.io/v2', kind: 'CiliumLoadBalancerIPPool', spec: {} };
    const paths = (metadata?: unknown) => validate({ ...pool, metadata } as Manifest).map(({ path }) => path);
    // Generators write an empty time, which is no mistake.
    expect(paths({ name: 'a', creationTimestamp: null })).toEqual([]);
    expect(paths({ name: 'a', lables: {} })).toEqual(['metadata.lables']);
    expect(paths('a')).toEqual(['metadata']);
    expect(paths()).toEqual(['metadata']);
  });
});

test('a thousand objects take little time', () => {
  const objects = Array.from({ length: 250 }, () => VALID).flat();
  const start = performance.now();
  expect(objects.flatMap(validate)).toEqual([]);
  expect(performance.now() - start).toBeLessThan(1000);
});

describe('our verdict is the verdict of ajv', () => {
  const { definitions } = parseKubernetes();
  const values = fc.oneof(
    fc.constantFrom(null, '', 'a', 'TCP', '1', '1Gi', '25%', 'UPPER case', true, false, 0, -1, 65, 1.5, 2 ** 31, 1e19),
    fc.constantFrom<unknown>([], {}, [1], ['a'], ['a', 'a'], [{}], { a: 'b' }, { name: 'a' }, { name: 'a', key: 'b' }),
  );

  test.each(VALID.map((object) => [object.kind, object] as const))('for a %s with one change', (_, object) => {
    const isValid = compileWithAjv(entryOf(object), definitions);
    expect([validate(object), isValid(object)]).toEqual([[], true]);
    let refusals = 0;
    const place = fc.constantFrom(...placesOf(object));
    const property = fc.property(place, fc.constantFrom(...CHANGES), values, (at, kind, value) => {
      const changed = change(object, at, kind, value);
      const errors = validateStructure({ ...changed, apiVersion: object.apiVersion, kind: object.kind }, entryOf(object), schemas.resolve);
      if (errors.length > 0) refusals++;
      const verdict = isValid({ ...changed, apiVersion: object.apiVersion, kind: object.kind });
      expect(errors.length === 0, JSON.stringify(errors)).toBe(verdict);
    });
    fc.assert(property, { numRuns: fc.readConfigureGlobal()?.numRuns ?? 300 });
    expect(refusals).toBeGreaterThan(10);
  });
});

function parseKubernetes() {
  return JSON.parse(readFileSync(join(folder, 'kubernetes.json'), 'utf8')) as { definitions: Record<string, SchemaNode> };
}
