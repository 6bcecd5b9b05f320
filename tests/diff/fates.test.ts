import { expect, test } from 'vitest';
import { compareEdit } from './labelled.js';

const claim = (annotations: string) =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n  annotations: {${annotations}}\n`;
const path = 'manifests/web/base/claim.yaml';
const application =
  'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec: {source: {path: dist/made-up/manifests/web/base}}\n';

/** What is said of a claim whose file goes. */
function effectOf(before: Readonly<Record<string, string>>): string | undefined {
  return compareEdit({ before, after: {} }).clusters[0]?.dangers[0]?.effect;
}

test('a claim that nothing keeps is removed', () => {
  expect(effectOf({ [path]: claim('') })).toMatch(/^The engine removes it/);
});

test('a claim that its annotation keeps stays, with either engine', () => {
  expect(effectOf({ [path]: claim('argocd.argoproj.io/sync-options: "Delete=false,Prune=false"') })).toMatch(/^It stays .* nobody/);
  expect(effectOf({ [path]: claim('kustomize.toolkit.fluxcd.io/prune: disabled') })).toMatch(/^It stays .* nobody/);
});

test('a claim whose Application goes stays, and one of another Application does not', () => {
  expect(effectOf({ [path]: claim(''), 'argocd/apps/web.yaml': application })).toMatch(/^It stays .* who synced it goes too/);
  const other = application.replace('manifests/web/', 'manifests/other/');
  expect(effectOf({ [path]: claim(''), 'argocd/apps/web.yaml': other })).toMatch(/^The engine removes it/);
});
