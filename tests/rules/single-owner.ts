import type { KubernetesObject } from '../../charts/lib/kinds.js';
import { Made } from '../fixtures/components.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';
import { putIntoEngine, setInEngine } from './lib/plan-changes.js';

const settings = '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}';

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.test}
spec:
  group: example.test
  names: {kind: Thing, plural: things}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]`;

const storageClass = `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: csi.example.test`;

const namespaced = { namespace: { name: 'second', podSecurity: 'restricted' } } as const;

export const fixtures: RuleFixtures = {
  rejected: {
    'two Applications that read one folder': {
      manifests: settings,
      change: (plan) => {
        const application = plan.engine.get('argocd/apps/app.yaml') as KubernetesObject;
        const other = { ...application, metadata: { ...application.metadata, name: 'other' } };
        return putIntoEngine('argocd/apps/other.yaml', other)(plan);
      },
      says: 'Namespace app is applied by app and by other',
    },
    'an object whose Application reads another folder': {
      manifests: settings,
      change: setInEngine('argocd/apps/app.yaml', 'spec.sources', [
        { repoURL: 'https://git.example.test/platform.git', targetRevision: 'refs/heads/main', path: 'dist/made-up/manifests/apps' },
      ]),
      says: 'nobody applies it',
    },
    'a Namespace that a release makes too': {
      release: { provides: { podSecurity: 'restricted', namespaces: ['app'] } },
      says: 'Namespace app is made twice',
    },
    'a definition that a release brings too': {
      manifests: definition,
      stage: 'base',
      release: { provides: { podSecurity: 'restricted', crds: { 'example.test': ['Thing'] } } },
      says: 'CustomResourceDefinition things.example.test is made twice',
    },
    'a class of a release of the same component': {
      manifests: storageClass,
      release: { provides: { podSecurity: 'restricted', classes: { StorageClass: ['fast'] } } },
      says: 'StorageClass fast is made twice',
    },
    'a chart that two components install under one name': {
      build: (app) => {
        new Made(app, 'first', { namespace: 'kube-system' }).install({}, { chart: 'web' });
        const second = new Made(app, 'second', { namespace: 'kube-system' });
        second.install({}, { chart: 'web' });
        Object.defineProperty(second.release.node.tryFindChild('second'), 'releaseName', { value: 'first' });
      },
      says: 'both install the chart "web" as "first"',
    },
  },
  accepted: {
    'one folder for each Application': { manifests: settings, build: (app) => new Made(app, 'other', namespaced) },
    'a chart under two names': {
      build: (app) => {
        new Made(app, 'first').install({}, { chart: 'web' });
        new Made(app, 'second').install({}, { chart: 'web' });
      },
    },
    'a Kustomization for each stage': { facts: { engine: 'flux' }, manifests: settings },
    'a definition of another kind than the release brings': {
      manifests: definition,
      release: { provides: { podSecurity: 'restricted', crds: { 'example.test': ['Other'] } } },
    },
  },
};
