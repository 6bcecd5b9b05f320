import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compileRule } from '../synth/schema/cel/rule.js';
import { checkRules } from '../synth/schema/check-rules.js';
import { loadSchemas } from '../synth/schema/load.js';
import { isObject, type SchemaEntry, type SchemaNode } from '../synth/schema/node.js';
import { validateObject } from '../synth/schema/validate.js';
import { cases, transitions } from './schema/cel-cases.js';
import { expressions } from './schema/cel-language.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'imports', 'schemas');
const schemas = loadSchemas(folder);
const single = (rule: string): string => rule.trim().replace(/\s+/g, ' ');
const list = (cell: string): unknown[] => parse(`[${cell}]`) as unknown[];

/** Every node with a rule, by the rule. */
function nodesOf(schema: unknown, found = new Map<string, SchemaNode[]>()): Map<string, SchemaNode[]> {
  if (Array.isArray(schema)) for (const item of schema) nodesOf(item, found);
  else if (isObject(schema)) {
    const rules = (schema as SchemaNode)['x-kubernetes-validations'];
    // Definitions of Kubernetes have a field of this name.
    for (const { rule } of Array.isArray(rules) ? rules : []) {
      found.set(single(rule), [...(found.get(single(rule)) ?? []), schema as SchemaNode]);
    }
    for (const child of Object.values(schema)) nodesOf(child, found);
  }
  return found;
}

/** The schemas of kinds that the fleet uses. */
function schemasInUse(): SchemaNode[] {
  const kinds = new Set<string>();
  for (const path of readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.yaml')) continue;
    const heads = readFileSync(join(root, 'dist', path), 'utf8').matchAll(/^apiVersion: (\S+)\nkind: (\S+)$/gm);
    for (const [, apiVersion = '', kind = ''] of heads) kinds.add(`${apiVersion} ${kind}`);
  }
  return [...kinds].flatMap((key) => {
    const [apiVersion = '', kind = ''] = key.split(' ');
    return schemas.find(apiVersion, kind)?.schema ?? [];
  });
}

const inUse = schemasInUse().reduce((found, schema) => nodesOf(schema, found), new Map<string, SchemaNode[]>());

/** The messages about one rule of a node. */
function ask(value: unknown, node: SchemaNode, rule: string): string[] {
  const known = (node['x-kubernetes-validations'] ?? []).filter((other) => single(other.rule) === rule);
  // Without the words of its author, so that the message names the rule.
  const only = known.map(({ message: _, ...rest }) => rest);
  const schema = { type: 'object', properties: { v: { ...node, 'x-kubernetes-validations': only } } };
  return checkRules({ v: value }, schema).flatMap(({ message }) => (message.includes(rule) ? [message] : []));
}

describe('the rules of kinds in use', () => {
  test('all have a case, and every case is about one of them', () => {
    expect(inUse.size).toBeGreaterThan(40);
    expect([...cases.map(([rule]) => rule), ...transitions].sort()).toEqual([...inUse.keys()].sort());
  });

  test.each(cases)('%s', (rule, accepted, rejected) => {
    for (const node of inUse.get(rule) ?? []) {
      for (const value of list(accepted)) expect(ask(value, node, rule), JSON.stringify(value)).toEqual([]);
      for (const value of list(rejected)) expect(ask(value, node, rule), JSON.stringify(value)).toHaveLength(1);
    }
  });

  test.each(transitions)('%s is for changes only', (rule) => {
    for (const node of inUse.get(rule) ?? []) expect(ask(node.type === 'object' ? {} : 1, node, rule)).toEqual([]);
  });
});

test('all rules of imports/ can be read, and none lies where it would not be asked', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  const all = files.flatMap((name) => [...nodesOf(JSON.parse(readFileSync(join(folder, name), 'utf8'))).keys()]);
  expect(new Set(all).size).toBeGreaterThan(50);
  for (const rule of all) expect(() => compileRule(rule), rule).not.toThrow();
  const hidden = (schema: unknown): unknown[] => {
    if (Array.isArray(schema)) return schema.flatMap(hidden);
    if (!isObject(schema)) return [];
    const forms = ['allOf', 'anyOf', 'oneOf', 'not'].flatMap((name) => [...nodesOf(schema[name]).keys()]);
    return [...forms, ...Object.values(schema).flatMap(hidden)];
  };
  for (const name of files) expect(hidden(JSON.parse(readFileSync(join(folder, name), 'utf8'))), name).toEqual([]);
});

/** The errors of a value that is the field `v` of a custom resource. */
function check(schema: SchemaNode, v: unknown): string[] {
  const thing = { apiVersion: 'example.com/v1', kind: 'Thing', scope: 'Cluster', served: true, storage: true } as const;
  const entry: SchemaEntry = { ...thing, dialect: 'structural', schema: { type: 'object', properties: { v: schema } } };
  const object = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'a' }, v };
  return validateObject(object, entry, schemas.resolve).map(({ path, message }) => `${path}: ${message}`);
}

const withRule = (schema: string, rule: string, more: object = {}): SchemaNode => ({
  ...(parse(schema) as SchemaNode),
  'x-kubernetes-validations': [{ rule, ...more }],
});

test.each(expressions)('expression: %s of %s', (rule, schema, accepted, rejected) => {
  const node = withRule(schema, rule);
  for (const value of list(accepted)) expect(check(node, value), JSON.stringify(value)).toEqual([]);
  for (const value of list(rejected)) expect(check(node, value), JSON.stringify(value)).not.toEqual([]);
});

describe('a broken rule', () => {
  test('is told with its text, or the words of its author, and the field', () => {
    const object = '{type: object, properties: {a: {type: integer}}}';
    expect(check(withRule(object, 'self.a > 1'), { a: 1 })).toEqual(['v: The rule self.a > 1 does not hold.']);
    expect(check(withRule(object, 'self.a >\n  1', { message: 'a is too small', fieldPath: '.a' }), { a: 1 })).toEqual([
      'v.a: a is too small.',
    ]);
  });

  test('is also one that fails while it is asked', () => {
    const object = '{type: object, properties: {a: {type: integer}}}';
    expect(check(withRule(object, 'self.a > 1'), {})).toEqual(['v: The rule self.a > 1 does not hold (No such key: a).']);
    expect(check(withRule('{x-kubernetes-int-or-string: true}', 'self > 1'), 'a')).toHaveLength(1);
    for (const rule of ['self.matches(self)', 'self.find(self) == ""', 'self.findAll(self).size() == 0']) {
      expect(check(withRule('{type: string}', rule), '('), rule).toHaveLength(1);
    }
  });

  test('waits until everything else is right', () => {
    const node = withRule('{type: object, required: [b], properties: {a: {type: integer}}}', 'self.a > 1');
    expect(check(node, { a: 1 })).toEqual(['v.b: It is required, but missing.']);
  });

  test('is found in lists, maps and defaults', () => {
    const item = withRule('{type: string}', "self != 'a'");
    expect(check({ type: 'array', items: item }, ['b', 'a'])).toHaveLength(1);
    expect(check({ type: 'object', additionalProperties: item }, { x: 'a' })).toEqual(["v.x: The rule self != 'a' does not hold."]);
    expect(check({ type: 'object', properties: { x: { ...item, default: 'a' } } }, {})).toHaveLength(1);
    expect(check({ type: 'object', properties: { x: { ...item, nullable: true } } }, { x: null })).toEqual([]);
  });

  test('about the stored object is asked only when it may be missing', () => {
    const rule = 'oldSelf.hasValue() && self == oldSelf.value()';
    expect(check(withRule('{type: integer}', 'self == oldSelf'), 1)).toEqual([]);
    expect(check(withRule('{type: integer}', rule), 1)).toEqual([]);
    expect(check(withRule('{type: integer}', rule, { optionalOldSelf: true }), 1)).toHaveLength(1);
  });

  test.each(['self >', 'self.nonsense()', 'nonsense(self)', 'self ==', 'other == 1'])('%s is an error of imports/', (rule) => {
    expect(() => check(withRule('{type: integer}', rule), 1)).toThrow(`The rule ${rule} cannot be read`);
  });

  test('that is neither true nor false is an error of imports/', () => {
    expect(() => check(withRule('{type: integer}', 'self + 1'), 1)).toThrow('The rule self + 1 gives bigint');
  });
});

test('no rule takes long, whatever the value', () => {
  const start = performance.now();
  const numbers = Array.from({ length: 2_000 }, (_, index) => index);
  const cubic = 'self.all(a, self.all(b, self.all(c, a + b + c >= 0)))';
  expect(check(withRule('{type: array, items: {type: integer}}', cubic), numbers)[0]).toContain('it would take too long');
  expect(check(withRule('{type: array, items: {type: integer}}', cubic), numbers.slice(0, 50))).toEqual([]);
  const chain = 'self.map(a, a + 1).filter(a, a > 0).all(a, a > 0)';
  expect(check(withRule('{type: array, items: {type: integer}}', chain), numbers)).toEqual([]);
  const letters = "self.split('').all(a, self.split('').all(b, a == b))";
  expect(check(withRule('{type: string}', letters), 'a'.repeat(10_000))[0]).toContain('it would take too long');
  expect(check(withRule('{type: string}', "self.matches('^([a-z]+[.]?)+$')"), `${'a'.repeat(5_000)}!`)).toHaveLength(1);
  expect(performance.now() - start).toBeLessThan(5_000);
});
