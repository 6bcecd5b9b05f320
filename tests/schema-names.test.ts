import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadSchemas } from '../synth/schema/load.js';
import { validateObject } from '../synth/schema/validate.js';

const schemas = loadSchemas(fileURLToPath(new URL('../imports/schemas', import.meta.url)));

type Manifest = { readonly apiVersion: string; readonly kind: string; readonly metadata?: object; readonly [field: string]: unknown };

function check(object: Manifest): string[] {
  const entry = schemas.find(object.apiVersion, object.kind);
  if (entry === undefined) throw new Error(`no schema of ${object.kind}`);
  return validateObject(object, entry, schemas.resolve).map(({ path, message }) => `${path}: ${message}`);
}

const configMap = (metadata: object): Manifest => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', ...metadata } });
const bundle = (metadata: object): Manifest => ({
  apiVersion: 'trust.cert-manager.io/v1alpha1',
  kind: 'Bundle',
  metadata: { name: 'a', ...metadata },
  spec: { sources: [{ useDefaultCAs: true }] },
});

const path = 'a.b, A, a:b, a_b, 1a';

/** What a kind needs to be right but for its name; names that it takes; names that it does not, as an API server of v1.36.4 says. */
const names: readonly (readonly [kind: string, rest: string, accepted: string, rejected: string])[] = [
  ['v1 Namespace', '', 'a, 1a, a-b', 'a.b, A, a_b, -a, a-, a/b'],
  ['v1 Service', 'spec: {ports: [{port: 80}]}', 'a, 1a', `a.b, A, a_b, ${'a'.repeat(64)}`],
  ['v1 ConfigMap', '', `a.b, 1a, ${'a'.repeat(253)}`, `A, a_b, a/b, a..b, .a, ${'a'.repeat(254)}`],
  ['batch/v1 Job', 'spec: {template: {spec: {containers: []}}}', `a.b, ${'a'.repeat(63)}`, `A, ${'a'.repeat(64)}`],
  [
    'batch/v1 CronJob',
    'spec: {schedule: "* * * * *", jobTemplate: {spec: {template: {spec: {containers: []}}}}}',
    `a.b, ${'a'.repeat(52)}`,
    `A, ${'a'.repeat(53)}`,
  ],
  ['policy/v1 PodDisruptionBudget', '', path, 'a/b, a%b, ".", ".."'],
  ['rbac.authorization.k8s.io/v1 ClusterRole', 'rules: []', path, 'a/b, a%b'],
  ['networking.k8s.io/v1 IngressClass', '', 'a.b', 'A, a:b'],
  ['apps/v1 StatefulSet', 'spec: {serviceName: a, selector: {}, template: {}}', 'a, 1a', 'a.b, A'],
  [
    'apiregistration.k8s.io/v1 APIService',
    'spec: {group: example.com, version: v1, groupPriorityMinimum: 1, versionPriority: 1}',
    'v1.example.com',
    'v2.example.com',
  ],
  ['trust.cert-manager.io/v1alpha1 Bundle', 'spec: {sources: [{useDefaultCAs: true}]}', 'a.b, 1a', 'A, a:b, a_b'],
];

describe('the name of a', () => {
  const list = (cell: string) => parse(`[${cell}]`) as unknown[];
  test.each(names)('%s', (kindOf, rest, accepted, rejected) => {
    const [apiVersion = '', kind = ''] = kindOf.split(' ');
    const at = (name: unknown) => check({ apiVersion, kind, ...(parse(rest) as object), metadata: { name: String(name) } });
    for (const name of list(accepted)) expect(at(name), String(name)).toEqual([]);
    for (const name of list(rejected)) expect(at(name)[0], String(name)).toMatch(/^metadata\.name: /);
  });

  test('kind is required', () => {
    expect(check({ apiVersion: 'v1', kind: 'ConfigMap', metadata: {} })).toEqual(['metadata.name: It is required, but missing.']);
  });
});

/** Metadata, and the field that is wrong with it; '' where nothing is. */
const metadata: readonly (readonly [metadata: string, field: string])[] = [
  ['namespace: a-1', ''],
  ['namespace: a.b', 'metadata.namespace'],
  ['labels: {app.kubernetes.io/name: a_b.C, a: ""}', ''],
  [`labels: {a.b/${'a'.repeat(63)}: a}`, ''],
  [`labels: {a.b/${'a'.repeat(64)}: a}`, 'metadata.labels'],
  ['labels: {A.b/c: a}', 'metadata.labels'],
  ['labels: {a/b/c: a}', 'metadata.labels'],
  ['labels: {/a: a}', 'metadata.labels'],
  ['labels: {a/: a}', 'metadata.labels'],
  ['labels: {a: .a}', 'metadata.labels.a'],
  ['labels: {a: a b}', 'metadata.labels.a'],
  [`labels: {a: ${'a'.repeat(64)}}`, 'metadata.labels.a'],
  ['annotations: {A.b/C: any text at all}', ''],
  ['annotations: {a b: c}', 'metadata.annotations'],
  [`annotations: {a: ${'x'.repeat(262_143)}}`, ''],
  [`annotations: {a: ${'é'.repeat(131_072)}}`, 'metadata.annotations'],
  ['finalizers: [orphan, example.com/a]', ''],
  ['finalizers: [Example.com/a]', 'metadata.finalizers[0]'],
];

test.each(metadata)('metadata of %s', (text, field) => {
  for (const object of [configMap, bundle]) {
    const errors = check(object(parse(text) as object));
    expect(
      errors.map((error) => error.split(': ')[0]),
      errors.join(),
    ).toEqual(field === '' ? [] : [field]);
  }
});

test('a finalizer of a built-in kind says whose it is', () => {
  expect(check(configMap({ finalizers: ['mine'] }))).toHaveLength(1);
  expect(check(bundle({ finalizers: ['mine'] }))).toEqual([]);
});

/** A part of a Deployment, and the field that is wrong with it. */
const parts: readonly (readonly [spec: string, field: string])[] = [
  ['{selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}, name: A_}}}', ''],
  ['{selector: {matchLabels: {a: b c}}, template: {}}', 'spec.selector.matchLabels.a'],
  ['{selector: {}, template: {metadata: {labels: {a b: c}}}}', 'spec.template.metadata.labels'],
  ['{selector: {}, template: {spec: {containers: [], nodeSelector: {a: b c}}}}', 'spec.template.spec.nodeSelector.a'],
  ['{selector: {matchExpressions: [{key: a, operator: In, values: [b]}, {key: a, operator: Exists}]}, template: {}}', ''],
  ['{selector: {matchExpressions: [{key: a b, operator: Exists}]}, template: {}}', 'spec.selector.matchExpressions[0].key'],
  ['{selector: {matchExpressions: [{key: a, operator: In}]}, template: {}}', 'spec.selector.matchExpressions[0].values'],
  [
    '{selector: {matchExpressions: [{key: a, operator: In, values: [b, c d]}]}, template: {}}',
    'spec.selector.matchExpressions[0].values[1]',
  ],
  ['{selector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}, template: {}}', 'spec.selector.matchExpressions[0].values'],
  ['{selector: {matchExpressions: [{key: a, operator: Is}]}, template: {}}', 'spec.selector.matchExpressions[0].operator'],
];

test.each(parts)('a Deployment of %s', (spec, field) => {
  const errors = check({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec: parse(spec) });
  expect(
    errors.map((error) => error.split(': ')[0]),
    errors.join(),
  ).toEqual(field === '' ? [] : [field]);
});

test('the selector of a Service is made of labels', () => {
  const service = (selector: object) => check({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { selector } });
  expect(service({ 'example.com/a': 'b' })).toEqual([]);
  expect(service({ 'a b': 'c' })).toHaveLength(1);
});
