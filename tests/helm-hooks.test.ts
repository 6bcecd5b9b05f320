import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../charts/lib/kinds.js';
import { settleHooks } from '../synth/helm/hooks.js';
import { anInput } from './fixtures/helm.js';

type Annotations = Readonly<Record<string, string>>;

function anObject(annotations: Annotations, kind = 'Job', apiVersion = 'batch/v1'): KubernetesObject {
  return { apiVersion, kind, metadata: { name: 'init', labels: { a: 'b' }, annotations }, spec: {} };
}

function settle(manifest: KubernetesObject, engine: 'argocd' | 'flux' = 'argocd') {
  const { objects, problems } = settleHooks([{ manifest, template: 'web/templates/init.yaml' }], anInput({ engine }));
  return { manifest: objects[0]?.manifest, problems };
}

const hook = 'helm.sh/hook';
const argo = 'argocd.argoproj.io';

test('an object that is no hook stays the same', () => {
  const manifest = anObject({ 'helm.sh/resource-policy': 'keep' });
  for (const engine of ['argocd', 'flux'] as const) expect(settle(manifest, engine).manifest).toBe(manifest);
  const bare = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
  expect(settle(bare).manifest).toBe(bare);
});

test.each(['test', 'test-success', 'pre-delete', 'post-delete', 'pre-rollback', 'post-rollback', 'test,post-delete', 'no-such-event'])(
  'a %s hook goes, on both engines',
  (event) => {
    for (const engine of ['argocd', 'flux'] as const) {
      expect(settle(anObject({ [hook]: event }), engine)).toEqual({ manifest: undefined, problems: [] });
    }
  },
);

describe('on Argo CD', () => {
  test.each([
    ['pre-install', 'PreSync'],
    ['pre-upgrade', 'PreSync'],
    ['post-install', 'PostSync'],
    ['post-upgrade', 'PostSync'],
    ['pre-install,pre-upgrade', 'PreSync'],
    ['Pre-Install, post-upgrade', 'PreSync,PostSync'],
    ['post-install,pre-rollback,pre-delete', 'PostSync'],
  ])('%s runs in %s', (event, phase) => {
    expect(settle(anObject({ [hook]: event })).manifest?.metadata.annotations).toEqual({
      [`${argo}/hook`]: phase,
      [`${argo}/hook-delete-policy`]: 'BeforeHookCreation',
      [`${argo}/sync-wave`]: '0',
    });
  });

  test.each([
    ['before-hook-creation', 'BeforeHookCreation'],
    ['hook-succeeded, before-hook-creation', 'HookSucceeded,BeforeHookCreation'],
    ['hook-failed,hook-failed', 'HookFailed'],
    ['no-such-policy', 'BeforeHookCreation'],
  ])('the delete policy %s is %s', (policy, mapped) => {
    const { manifest } = settle(anObject({ [hook]: 'pre-install', 'helm.sh/hook-delete-policy': policy }));
    expect(manifest?.metadata.annotations?.[`${argo}/hook-delete-policy`]).toBe(mapped);
  });

  test.each([
    ['-5', '-5'],
    ['7', '7'],
    ['', '0'],
    ['soon', '0'],
  ])('the weight %j is wave %s', (weight, wave) => {
    const { manifest } = settle(anObject({ [hook]: 'pre-install', 'helm.sh/hook-weight': weight }));
    expect(manifest?.metadata.annotations?.[`${argo}/sync-wave`]).toBe(wave);
  });

  test('nothing of helm is left but what is not about hooks', () => {
    const annotations = {
      [hook]: 'pre-install',
      'helm.sh/hook-weight': '1',
      'helm.sh/hook-delete-policy': 'hook-succeeded',
      'helm.sh/hook-output-log-policy': 'hook-failed',
      'helm.sh/resource-policy': 'keep',
    };
    const left = Object.keys(settle(anObject(annotations)).manifest?.metadata.annotations ?? {}).filter((name) =>
      name.startsWith('helm.sh'),
    );
    expect(left).toEqual(['helm.sh/resource-policy']);
  });

  test('what a chart says to Argo CD itself wins over what it says to helm', () => {
    const annotations = {
      [hook]: 'post-install',
      'helm.sh/hook-weight': '3',
      'helm.sh/hook-delete-policy': 'hook-failed',
      [`${argo}/hook`]: 'Sync',
      [`${argo}/hook-delete-policy`]: 'HookSucceeded',
      [`${argo}/sync-wave`]: '9',
    };
    expect(settle(anObject(annotations)).manifest?.metadata.annotations).toEqual({
      [`${argo}/hook`]: 'Sync',
      [`${argo}/hook-delete-policy`]: 'HookSucceeded,HookFailed',
      [`${argo}/sync-wave`]: '9',
    });
  });

  test('what a hook Job needs runs in the same phase', () => {
    const account = settle(anObject({ [hook]: 'pre-install', 'helm.sh/hook-weight': '-1' }, 'ServiceAccount', 'v1')).manifest;
    expect(account?.metadata.annotations).toMatchObject({ [`${argo}/hook`]: 'PreSync', [`${argo}/sync-wave`]: '-1' });
  });
});

describe('on Flux', () => {
  test.each([
    ['ServiceAccount', 'v1'],
    ['ConfigMap', 'v1'],
    ['Secret', 'v1'],
    ['ClusterRoleBinding', 'rbac.authorization.k8s.io/v1'],
  ])('a %s is an object like any other', (kind, apiVersion) => {
    const { manifest, problems } = settle(
      anObject({ [hook]: 'pre-install', 'helm.sh/hook-weight': '1', mine: 'x' }, kind, apiVersion),
      'flux',
    );
    expect(problems).toEqual([]);
    expect(manifest?.metadata).toEqual({ name: 'init', labels: { a: 'b' }, annotations: { mine: 'x' } });
    expect(settle(anObject({ [hook]: 'pre-install' }, kind, apiVersion), 'flux').manifest?.metadata).not.toHaveProperty('annotations');
  });

  test.each([
    ['Job', 'batch/v1', hook, 'post-install'],
    ['Pod', 'v1', hook, 'pre-upgrade'],
    ['Job', 'batch/v1', `${argo}/hook`, 'PostSync'],
  ])('a %s is refused, with the reason', (kind, apiVersion, annotation, event) => {
    const { manifest, problems } = settle(anObject({ [annotation]: event }, kind, apiVersion), 'flux');
    expect(manifest).toBeUndefined();
    expect(problems).toMatchObject([{ rule: 'no-hook-on-flux', severity: 'error' }]);
    expect(problems[0]?.field).toContain(`web/templates/init.yaml: ${kind}`);
    expect(problems[0]?.problem).toContain(event);
  });
});

test.each(['argocd', 'flux'] as const)('a CustomResourceDefinition of helm 2 is an object like any other, on %s', (engine) => {
  const manifest = anObject({ [hook]: 'crd-install' }, 'CustomResourceDefinition', 'apiextensions.k8s.io/v1');
  expect(settle(manifest, engine).manifest?.metadata).toEqual({ name: 'init', labels: { a: 'b' } });
});

test('no input is changed', () => {
  const manifest = anObject({ [hook]: 'pre-install' });
  const before = structuredClone(manifest);
  settle(manifest);
  settle(manifest, 'flux');
  expect(manifest).toEqual(before);
});
