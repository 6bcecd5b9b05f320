import { Made } from '../fixtures/components.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';
import { putIntoEngine, setInEngine } from './lib/plan-changes.js';

const wave = 'metadata.annotations.argocd~argoproj~io/sync-wave';
const after: RuleFixtures['accepted'][string]['build'] = (app, made) => {
  const other = new Made(app, 'other').fill('base');
  made.base.after(other, 'base');
};

export const fixtures: RuleFixtures = {
  rejected: {
    'the wave of what is waited for': {
      build: after,
      change: setInEngine('argocd/apps/app.yaml', wave, '0'),
      says: 'It waits for "other", which is in wave 0, and is itself in wave 0.',
    },
    'no wave at all': { build: after, change: setInEngine('argocd/apps/app.yaml', wave, undefined), says: 'write a wave above 0' },
    'a component that root does not make': { change: putIntoEngine('argocd/apps/app.yaml', undefined), says: 'have no Application "app"' },
    'a Kustomization that waits for none': {
      facts: { engine: 'flux' },
      change: setInEngine('flux/root/app-base.yaml', 'spec.dependsOn', [{ name: 'other' }]),
      says: '"flux-system/app-base" depends on "flux-system/other"',
    },
    'Kustomizations that wait for each other': {
      facts: { engine: 'flux' },
      build: after,
      change: setInEngine('flux/root/other-base.yaml', 'spec.dependsOn', [{ name: 'app-base' }]),
      says: /wait for each other: flux-system\/\w+-base -> flux-system\/\w+-base -> /,
    },
  },
  accepted: {
    'a later wave': { build: after },
    'the same wave where neither waits': { build: (app) => new Made(app, 'other').fill('base') },
    'a Kustomization that waits': { facts: { engine: 'flux' }, build: after },
  },
};
