import { Made } from '../fixtures/components.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';
import { setInEngine } from './lib/plan-changes.js';

const manifests = '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}';
const project = 'argocd/projects/apps.yaml';
const here = 'https://kubernetes.default.svc';

export const fixtures: RuleFixtures = {
  rejected: {
    'a project that does not exist': {
      change: setInEngine('argocd/apps/app.yaml', 'spec.project', 'app'),
      says: 'There is no AppProject "app"',
    },
    'a kind that is not listed': {
      manifests,
      change: setInEngine(project, 'spec.namespaceResourceWhitelist', [{ group: 'apps', kind: 'Deployment' }]),
      says: 'does not permit the kind /ConfigMap',
    },
    'a kind of the whole cluster where none is listed': {
      manifests,
      change: setInEngine(project, 'spec.clusterResourceWhitelist', undefined),
      says: 'does not permit the kind /Namespace',
    },
    'a kind that a list forbids': {
      manifests,
      change: setInEngine(project, 'spec.namespaceResourceBlacklist', [{ group: '', kind: 'Config*' }]),
      says: 'does not permit the kind /ConfigMap',
    },
    'a namespace that is not listed': {
      manifests,
      change: setInEngine(project, 'spec.destinations', [{ namespace: 'other', server: here }]),
      says: 'does not permit the namespace "app"',
    },
    'a repository of charts that is not listed': {
      release: {},
      change: setInEngine(project, 'spec.sourceRepos', ['https://git.example.test/platform.git']),
      says: 'does not permit the source https://charts.example.test',
    },
    'a kind that only a release applies': {
      release: { provides: { podSecurity: 'restricted', cluster: { 'rbac.authorization.k8s.io': ['ClusterRole'] } } },
      change: setInEngine(project, 'spec.clusterResourceWhitelist', [{ group: '', kind: 'Namespace' }]),
      says: 'the kind rbac.authorization.k8s.io/ClusterRole',
    },
    'a kind that two Applications need': {
      manifests,
      build: (app) => new Made(app, 'other').fill('base'),
      change: setInEngine(project, 'spec.namespaceResourceWhitelist', [{ group: 'apps', kind: 'Deployment' }]),
      says: 'dist/made-up/argocd/apps/app.yaml',
    },
    'an account of Flux that does not exist': {
      facts: { engine: 'flux' },
      manifests,
      change: setInEngine('flux/root/app-base.yaml', 'spec.serviceAccountName', 'deployer'),
      says: 'There is no ServiceAccount "deployer" in flux-system',
    },
  },
  accepted: {
    'Flux with its own account': { facts: { engine: 'flux' }, manifests },
    'what is rendered and declared': { manifests, release: {} },
    'a project that permits everything': {
      manifests,
      build: (app) => new Made(app, 'other').fill('base'),
      change: setInEngine(project, 'spec', {
        sourceRepos: ['*'],
        destinations: [{ namespace: '*', server: '*' }],
        clusterResourceWhitelist: [{ group: '*', kind: '*' }],
      }),
    },
    'a pattern that fits': {
      manifests,
      change: setInEngine(project, 'spec.destinations', [
        { namespace: 'ap?', server: here },
        { namespace: '!other', server: here },
      ]),
    },
  },
};
