import type { RuleFixtures } from '../fixtures/rule-harness.js';
import { deliver } from './lib/plan-changes.js';

const annotated = (annotation: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, annotations: {${annotation}}}}`;

const upstream = (hook: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'upstream', namespace: 'app', annotations: { 'helm.sh/hook': hook } },
});

export const fixtures: RuleFixtures = {
  rejected: {
    'a test of helm': { manifests: annotated('helm.sh/hook: test'), says: 'Argo CD never applies it' },
    'a deletion of helm': { manifests: annotated('helm.sh/hook: "pre-delete,post-delete"'), says: 'a hook for pre-delete and post-delete' },
    'an installation of helm in an object of ours': {
      manifests: annotated('helm.sh/hook: "pre-install,pre-upgrade"'),
      says: 'write argocd.argoproj.io/hook: PreSync.',
    },
    'a hook of Argo CD under Flux': {
      facts: { engine: 'flux' },
      manifests: annotated('argocd.argoproj.io/hook: PostSync'),
      says: 'Flux has none',
    },
    'a test of a chart that synth rendered': {
      manifests: annotated('a: b'),
      change: deliver(upstream('test-success')),
      says: 'a hook for test-success',
    },
  },
  accepted: {
    'an installation of a chart, which Argo CD takes for its own': {
      manifests: annotated('a: b'),
      change: deliver(upstream('post-install')),
    },
    'a hook of Argo CD': { manifests: annotated('argocd.argoproj.io/hook: PostSync') },
    'a hook of helm that Argo CD overrides': { manifests: annotated('helm.sh/hook: test, argocd.argoproj.io/hook: PostSync') },
  },
};
