import type { RuleFixtures } from '../fixtures/rule-harness.js';
import { deliver, setInEngine } from './lib/plan-changes.js';

const settings = (text: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {text: "${text}"}}`;

/** A file of upstream, under a name of its own. */
const upstream = (name: string, text = '') =>
  deliver({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'upstream', namespace: 'app' }, data: { text } }, name);

/** So that the project permits the kind. */
const manifests = '{apiVersion: v1, kind: ConfigMap, metadata: {name: own}}';

const source = { repoURL: 'https://git.example.test/platform.git', targetRevision: 'refs/heads/main' };

export const fixtures: RuleFixtures = {
  rejected: {
    'a kustomization among the manifests': {
      manifests,
      change: upstream('kustomization.yaml'),
      says: 'manifests/app/base/kustomization.yaml makes the engine',
    },
    'a chart among the manifests': { manifests, change: upstream('Chart.yaml'), says: 'Chart.yaml' },
    'a text that makes Argo CD skip the file': { manifests: settings('# +argocd:skip-file-rendering'), says: 'passes it over' },
    'more manifests than Argo CD reads': {
      manifests,
      change: upstream('config-map_upstream.yaml', 'x'.repeat(10_000_001)),
      says: '11 MB together',
    },
    'manifests that are read as a chart': {
      change: setInEngine('argocd/apps/app.yaml', 'spec.sources', [{ ...source, path: 'dist/made-up/manifests/app/base', helm: {} }]),
      says: 'spec.sources[0].helm',
    },
  },
  accepted: {
    'a file of upstream': { manifests, change: upstream('config-map_upstream.yaml') },
    'the name of a file in a text': { manifests: settings('kustomization.yaml') },
    'a chart among the manifests of Flux, which has no such tool': { facts: { engine: 'flux' }, manifests, change: upstream('Chart.yaml') },
  },
};
