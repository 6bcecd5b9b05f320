import type { RuleFixtures } from '../fixtures/rule-harness.js';
import { setInEngine } from './lib/plan-changes.js';

const finalizers = ['resources-finalizer.argocd.argoproj.io'];
const settings = { chart: 'argocd-apps', values: { applications: { root: { finalizers } } } };

export const fixtures: RuleFixtures = {
  rejected: {
    'root with a finalizer': {
      change: setInEngine('argocd/root.yaml', 'metadata.finalizers', finalizers),
      says: 'dist/made-up/argocd/root.yaml',
    },
    'an Application with one of the other forms': {
      change: setInEngine('argocd/apps/app.yaml', 'metadata.finalizers', [`${finalizers}/background`]),
      says: 'leave the finalizer out',
    },
    'an Application that may remove everything': {
      change: setInEngine('argocd/apps/app.yaml', 'spec.syncPolicy.automated', { prune: true, allowEmpty: true }),
      says: 'spec.syncPolicy.automated.allowEmpty',
    },
    'a Kustomization that takes its objects along': {
      facts: { engine: 'flux' },
      change: setInEngine('flux/root/root.yaml', 'spec.deletionPolicy', undefined),
      says: 'write deletionPolicy: Orphan',
    },
    'a release whose root has a finalizer': { release: settings, says: 'values.applications.root.finalizers' },
  },
  accepted: {
    'a finalizer of another sort': { change: setInEngine('argocd/apps/app.yaml', 'metadata.finalizers', ['example.test/wait']) },
    'a Kustomization that prunes nothing': {
      facts: { engine: 'flux' },
      change: setInEngine('flux/root/root.yaml', 'spec', {
        interval: '1m',
        path: './dist/made-up/flux/root',
        prune: false,
        sourceRef: { kind: 'GitRepository', name: 'platform' },
      }),
    },
  },
};
