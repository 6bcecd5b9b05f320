import { expect, test } from 'vitest';
import { formatProblem } from '../charts/lib/problem.js';
import { judge } from './fixtures/rule-harness.js';

/** Versions of kinds that the components of the platform do not serve. */

const secret = (apiVersion: string) => `
apiVersion: ${apiVersion}
kind: ExternalSecret
metadata: {name: web}
spec: {secretStoreRef: {kind: ClusterSecretStore, name: store}, target: {name: web}, dataFrom: [{extract: {key: web}}]}
---`;

test.each([
  ['a version that is not served any more', 'v1beta1'],
  ['a version that never was', 'v2'],
])('%s is one error, which says what to write', (_, version) => {
  const { problems } = judge({ manifests: secret(`external-secrets.io/${version}`) }, []);
  expect(problems.map((problem) => problem.rule)).toEqual(['served-version']);
  const text = problems.map(formatProblem).join('\n');
  expect(text).toContain(`No ExternalSecret is served in external-secrets.io/${version}`);
  expect(text).toContain('Fix: write "external-secrets.io/v1".');
});

test('the version that is served is no error', () => {
  expect(judge({ manifests: secret('external-secrets.io/v1') }, []).problems).toEqual([]);
});

test('a kind that nobody knows has no version to write', () => {
  const [problem] = judge({ manifests: 'apiVersion: example.test/v1\nkind: Thing\nmetadata: {name: web}' }, []).problems;
  expect(problem).toMatchObject({ rule: 'known-kind', fix: 'add the kind to cdk8s.yaml and run "npm run import".' });
});
