import type { RuleFixtures } from '../fixtures/rule-harness.js';
import { setInEngine, setInObjects } from './lib/plan-changes.js';

const annotated = (annotation: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, annotations: {${annotation}}}}`;

export const fixtures: RuleFixtures = {
  rejected: {
    'an annotation that Argo CD does not have': {
      manifests: annotated('argocd.argoproj.io/health-options: IgnoreAll'),
      says: 'No engine reads argocd.argoproj.io/health-options',
    },
    'an option that Argo CD does not have': {
      manifests: annotated('argocd.argoproj.io/sync-options: "Prune=false,SkipHealthCheck=true"'),
      says: '"SkipHealthCheck=true" is none of its values',
    },
    'an option in other letters': { manifests: annotated('argocd.argoproj.io/sync-options: prune=false'), says: 'Fix: write Prune=false.' },
    'an option of a whole Application on an object': {
      manifests: annotated('argocd.argoproj.io/sync-options: CreateNamespace=true'),
      says: 'an option of a whole Application',
    },
    'a wave that is no number': {
      manifests: annotated('a: b'),
      change: setInObjects('ConfigMap', 'metadata.annotations.argocd~argoproj~io/sync-wave', 'first'),
      says: '"first" is no whole number',
    },
    'a hook in no phase': { manifests: annotated('argocd.argoproj.io/hook: Presync'), says: 'Fix: write PreSync.' },
    'a resource policy that helm does not have': { manifests: annotated('helm.sh/resource-policy: retain'), says: '"retain"' },
    'a value that Flux does not take for no': {
      facts: { engine: 'flux' },
      manifests: annotated('kustomize.toolkit.fluxcd.io/prune: "false"'),
      says: 'kustomize.toolkit.fluxcd.io/prune',
    },
    'an option of an Application that does not exist': {
      manifests: annotated('a: b'),
      change: setInEngine('argocd/apps/app.yaml', 'spec.syncPolicy.syncOptions', ['ServerSideApply']),
      says: 'Fix: write ServerSideApply=true.',
    },
  },
  accepted: {
    'options with spaces': { manifests: annotated('argocd.argoproj.io/sync-options: "Prune=confirm, Delete=confirm"') },
    'a hook of Argo CD': { manifests: annotated('argocd.argoproj.io/hook: "PreSync,PostSync"') },
    'a word of Flux in other letters': { facts: { engine: 'flux' }, manifests: annotated('kustomize.toolkit.fluxcd.io/ssa: ifnotpresent') },
    'annotations of others': { manifests: annotated('example.test/hook: anything, notifications.argoproj.io/subscribe.x.y: "z"') },
  },
};
