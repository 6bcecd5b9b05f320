import { expect, test } from 'vitest';
import { assembleFleet } from '../clusters/lib/fleet.js';
import { planCluster } from '../clusters/lib/plan.js';
import { branchRevision } from '../synth/rules/branch-revision.js';
import { ClusterView } from '../synth/rules/lib/view.js';
import { aCluster } from './fixtures/a-cluster.js';
import { Made, schemas } from './fixtures/components.js';

/** What a parent installs in its child reads the child's folder. */

const repository = 'https://git.example.test/platform.git';

const findings = (template: string) => {
  const upper = aCluster({
    components: (app) => {
      new Made(app, 'helm').install({ crds: { 'addons.cluster.x-k8s.io': ['HelmChartProxy'] } });
      new Made(app, 'lower').put('resources', {
        apiVersion: 'addons.cluster.x-k8s.io/v1alpha1',
        kind: 'HelmChartProxy',
        metadata: { name: 'root' },
        spec: { clusterSelector: {}, repoURL: 'https://charts.example.test', chartName: 'argocd-apps', valuesTemplate: template },
      });
    },
  });
  const child = aCluster({ name: 'lower', branch: 'stable' });
  const fleet = { ...assembleFleet([upper]), childrenOf: () => [child] };
  const plan = planCluster(upper, assembleFleet([upper]), schemas);
  return [...(branchRevision.check?.(new ClusterView(plan, fleet)) ?? [])].map(({ field, fix }) => [field, fix]);
};
const root = (revision: string, path: string) =>
  `applications: {root: {source: {repoURL: "${repository}", targetRevision: "${revision}", path: "${path}"}, note: '{{ "{{" }} x }}'}}`;

test('values for a child follow the branch of the child and read its folder', () => {
  expect(findings(root('refs/heads/stable', 'dist/lower/argocd/apps'))).toEqual([]);
});

test('the branch and the folder of the parent are wrong in them', () => {
  expect(findings(root('refs/heads/main', 'dist/made-up/argocd/apps'))).toEqual([
    ['spec.valuesTemplate.applications.root.source.targetRevision', 'write "refs/heads/stable".'],
    ['spec.valuesTemplate.applications.root.source.path', 'write "dist/lower/argocd/apps".'],
  ]);
});

test('values that are no YAML tell nothing', () => {
  expect(findings(`${repository}: {{{{ [`)).toEqual([]);
});
