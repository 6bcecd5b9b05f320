import type { KubernetesObject } from '../../charts/lib/kinds.js';
import { Made } from '../fixtures/components.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const repository = 'https://git.example.test/platform.git';
const application = (source: string) => `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: more, namespace: app}
spec: {project: apps, destination: {server: https://kubernetes.default.svc, namespace: app}, ${source}}
---`;
const own = (revision: string, path = 'dist/made-up/manifests/more', url = repository) =>
  application(`source: {repoURL: "${url}", ${revision === '' ? '' : `targetRevision: ${revision}, `}path: ${path}}`);
const flux = (ref: string, path = './dist/made-up/manifests/more') => `
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: more}
spec: {interval: 1h, url: "ssh://git@git.example.test/platform", ref: {${ref}}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: more}
spec: {interval: 1h, prune: true, deletionPolicy: Orphan, path: ${path}, sourceRef: {kind: GitRepository, name: more}}
---`;
const inValues = (targetRevision: string): Fixture => ({
  build: (app) => {
    const source = { repoURL: repository, targetRevision, path: 'dist/made-up/argocd/apps' };
    new Made(app, 'argocd-apps').install({}, { values: { applications: { more: { source } } } });
  },
});
/** The Application of the platform itself, changed. */
const changeRoot =
  (changes: object): Fixture['change'] =>
  (plan) => {
    const root = plan.engine.get('argocd/root.yaml') as KubernetesObject;
    const spec = root['spec'] as { readonly source: object };
    const changed = { ...root, spec: { ...spec, source: { ...spec.source, ...changes } } };
    return { ...plan, engine: new Map([...plan.engine, ['argocd/root.yaml', changed]]) };
  };

/** The project of applications, with one source more. */
const permit =
  (url: string): Fixture['change'] =>
  (plan) => {
    const path = 'argocd/projects/apps.yaml';
    const project = plan.engine.get(path) as KubernetesObject;
    const spec = project['spec'] as { readonly sourceRepos: readonly string[] };
    return {
      ...plan,
      engine: new Map([...plan.engine, [path, { ...project, spec: { ...spec, sourceRepos: [...spec.sourceRepos, url] } }]]),
    };
  };

export const fixtures: RuleFixtures = {
  rejected: {
    'a branch by its short name': { manifests: own('main'), says: '"main" is a short name, which a tag may have too' },
    HEAD: { manifests: own('HEAD'), says: 'It follows whatever branch the server calls its default' },
    'no revision, which is HEAD': { manifests: own(''), says: 'spec.source.targetRevision' },
    'a tag': { manifests: own('v1.0.0'), says: 'It follows "v1.0.0", and made-up follows the branch "main"' },
    'the branch of another stage, of a repository by SSH': {
      manifests: own('refs/heads/dev', undefined, 'git@git.example.test:platform.git'),
      change: permit('git@git.example.test:platform.git'),
      says: 'write "refs/heads/main"',
    },
    'the folder of another cluster': {
      manifests: own('refs/heads/main', 'dist/dev/manifests/more'),
      says: 'write "dist/made-up/manifests/more"',
    },
    'a folder above its own': { manifests: own('refs/heads/main', 'dist'), says: 'made-up owns "dist/made-up" only' },
    'the second of several sources': {
      manifests: application(
        `sources: [{repoURL: https://charts.example.test, chart: web, targetRevision: 1.0.0}, {repoURL: "${repository}", targetRevision: main, ref: values}]`,
      ),
      says: 'spec.sources[1].targetRevision',
    },
    'root with a changed revision': { change: changeRoot({ targetRevision: 'main' }), says: 'dist/made-up/argocd/root.yaml' },
    'an Application in the values of a chart': { ...inValues('main'), says: 'values.applications.more.source.targetRevision' },
    'a tag with Flux': { manifests: flux('tag: main'), facts: { engine: 'flux' }, says: 'spec.ref.tag' },
    'the folder of another cluster with Flux': {
      manifests: flux('branch: main', './dist/made-up-2/manifests'),
      facts: { engine: 'flux' },
      says: 'It reads "./dist/made-up-2/manifests"',
    },
  },
  accepted: {
    'the full name of the branch': { manifests: own('refs/heads/main') },
    'another repository': {
      manifests: own('v1.0.0', 'deploy', 'https://git.example.test/other.git'),
      change: permit('https://git.example.test/other.git'),
    },
    'an Application in the values of a chart': inValues('refs/heads/main'),
    'a branch with Flux, which is never a tag': { manifests: flux('branch: main'), facts: { engine: 'flux' } },
  },
};
