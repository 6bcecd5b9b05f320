import { stringify } from 'yaml';
import { identityOf } from '../../charts/lib/kinds.js';
import type { ClusterPlan } from '../../clusters/lib/plan.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';
import { setInEngine } from './lib/plan-changes.js';

const settings = (text: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {text: "${text}"}}`;

/** A file of upstream, under a name of its own. */
const deliver =
  (name: string, text = '') =>
  (plan: ClusterPlan): ClusterPlan => {
    const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'upstream', namespace: 'app' }, data: { text } };
    const file = { identity: identityOf(manifest), path: `manifests/app/base/${name}`, content: stringify(manifest) };
    const components = plan.components.map((component) => ({
      ...component,
      stages: component.stages.map((stage) => (component.name === 'app' && stage.stage === 'base' ? { ...stage, files: [file] } : stage)),
    }));
    return { ...plan, components, files: [file] };
  };

/** So that the project permits the kind. */
const manifests = '{apiVersion: v1, kind: ConfigMap, metadata: {name: own}}';

const source = { repoURL: 'https://git.example.test/platform.git', targetRevision: 'refs/heads/main' };

export const fixtures: RuleFixtures = {
  rejected: {
    'a kustomization among the manifests': {
      manifests,
      change: deliver('kustomization.yaml'),
      says: 'manifests/app/base/kustomization.yaml makes the engine',
    },
    'a chart among the manifests': { manifests, change: deliver('Chart.yaml'), says: 'Chart.yaml' },
    'a text that makes Argo CD skip the file': { manifests: settings('# +argocd:skip-file-rendering'), says: 'passes it over' },
    'more manifests than Argo CD reads': {
      manifests,
      change: deliver('config-map_upstream.yaml', 'x'.repeat(10_000_001)),
      says: '11 MB together',
    },
    'manifests that are read as a chart': {
      change: setInEngine('argocd/apps/app.yaml', 'spec.sources', [{ ...source, path: 'dist/made-up/manifests/app/base', helm: {} }]),
      says: 'spec.sources[0].helm',
    },
  },
  accepted: {
    'a file of upstream': { manifests, change: deliver('config-map_upstream.yaml') },
    'the name of a file in a text': { manifests: settings('kustomization.yaml') },
    'a chart among the manifests of Flux, which has no such tool': { facts: { engine: 'flux' }, manifests, change: deliver('Chart.yaml') },
  },
};
