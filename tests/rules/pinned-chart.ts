import type { RuleFixtures } from '../fixtures/rule-harness.js';

const proxy = (version: string) => `
apiVersion: addons.cluster.x-k8s.io/v1alpha1
kind: HelmChartProxy
metadata: {name: web}
spec:
  chartName: web
  repoURL: https://charts.example.test
  ${version}
  clusterSelector: {matchLabels: {a: b}}`;

export const fixtures: RuleFixtures = {
  rejected: {
    'a range': { release: { version: '^1.2.0' }, says: '"^1.2.0" is no exact version' },
    'the beginning of a version': { release: { version: '1.2' }, says: 'app/release/app version' },
    'any version': { release: { version: '*' }, says: '"*" is no exact version' },
    'a version with a placeholder': { release: { version: '1.2.x' }, says: '"1.2.x"' },
    'a repository that is closed': {
      release: { repository: 'oci://registry-1.docker.io/bitnamicharts' },
      says: 'use the chart of the project itself',
    },
    'a chart of Cluster API without a version': { manifests: proxy(''), says: 'It takes the newest version of the chart "web".' },
  },
  accepted: {
    'an exact version': { release: { version: 'v1.2.3-rc.1+build.5' } },
    'an exact version of a chart of Cluster API': { manifests: proxy('version: 1.2.3') },
  },
};
