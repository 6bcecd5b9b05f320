import { expect, test } from 'vitest';
import { compareObjects, describeChanges } from '../synth/helm/compare.js';

const object = (name: string, fields: object = {}, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', labels },
  ...fields,
});

test('objects are compared by identity, and fields as deep as they have one shape', () => {
  const before = [object('gone'), object('same'), object('changed', { data: { a: '1', list: [{ b: 1 }, { b: 2 }] } })];
  const after = [object('changed', { data: { a: '1', list: [{ b: 1 }, { b: 3 }], c: 'new' } }), object('same'), object('new')];
  const changes = compareObjects(before, after);
  expect(changes.added.map(({ name }) => name)).toEqual(['new']);
  expect(changes.removed.map(({ name }) => name)).toEqual(['gone']);
  expect(changes.changed.map(({ identity, fields }) => [identity.name, fields])).toEqual([['changed', ['data.c', 'data.list[1].b']]]);
});

test('lines name what goes first, and fold what changes in every object alike', () => {
  const labels = { 'helm.sh/chart': 'x-1', 'app.kubernetes.io/version': '1' };
  const newer = { 'helm.sh/chart': 'x-2', 'app.kubernetes.io/version': '2' };
  const before = [object('a', {}, labels), object('b', { data: { k: '1', l: '1', m: '1', n: '1' } }, labels), object('gone')];
  const after = [object('a', {}, newer), object('b', { data: { k: '2', l: '2', m: '2', n: '2' } }, newer), object('new')];
  expect(describeChanges(compareObjects(before, after))).toEqual([
    '- ConfigMap n/gone',
    '+ ConfigMap n/new',
    '~ ConfigMap n/b: data.k, data.l, data.m and 1 more',
    '1 object changes in version labels and checksums only',
  ]);
  expect(describeChanges(compareObjects(before, before))).toEqual([]);
});
