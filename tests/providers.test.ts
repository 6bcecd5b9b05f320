import { expect, test } from 'vitest';
import { engineAnnotations } from '../charts/lib/annotations.js';
import { Made, planOf } from './fixtures/components.js';

const storageClass = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'made-up' } };
const crds = { 'made-up.test': ['Thing'] };

test('an object that passes the webhook of another component waits for it, whoever knows its kind', () => {
  const { dependencies, problems } = planOf((app) => {
    new Made(app, 'z').install({ webhooks: { 'storage.k8s.io': ['StorageClass'] } });
    new Made(app, 'a').put('resources', storageClass);
    new Made(app, 'b').install({ cluster: { 'storage.k8s.io': ['StorageClass'] } });
    new Made(app, 'c').fill('resources');
  });
  expect(problems).toEqual([]);
  const { edges } = dependencies.graph;
  expect(['a/resources', 'b/release', 'c/resources'].map((node) => edges.get(node))).toEqual([['z/release'], ['z/release'], []]);
});

test.each([
  ['kind', { crds }],
  ['class', { classes: { IngressClass: ['made-up'] } }],
  ['namespace', { namespaces: ['made-up'] }],
])('a %s that two components make is one problem that names both', (what, provides) => {
  const { problems } = planOf((app) => {
    new Made(app, 'a').install(provides);
    new Made(app, 'b').install(provides);
  });
  expect(problems.map(({ rule }) => rule)).toEqual(['one-provider']);
  expect(problems[0]?.problem).toContain(`Both a/release and b/release make the ${what}`);
});

test('something that nobody makes is one problem, however many objects of a component need it', () => {
  const { problems } = planOf((app) => {
    const made = new Made(app, 'a');
    for (const name of ['x', 'y', 'z']) made.put('resources', { apiVersion: 'cert-manager.io/v1', kind: 'Issuer', metadata: { name } });
  });
  expect(problems.map(({ rule }) => rule)).toEqual(['installed-kind']);
});

test('sync options that a component asks for stay beside those of the engine', () => {
  const annotations = { 'argocd.argoproj.io/sync-options': 'Replace=true,Prune=false' };
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'made-up', annotations } };
  expect(engineAnnotations(manifest, 'base', false)['argocd.argoproj.io/sync-options']).toBe('Replace=true,Prune=false,Delete=false');
});
