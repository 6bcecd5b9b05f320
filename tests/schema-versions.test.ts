import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../charts/lib/kinds.js';
import { checkObject } from '../synth/check-schemas.js';
import { loadSchemas } from '../synth/schema/load.js';

const schemas = loadSchemas(fileURLToPath(new URL('../imports/schemas', import.meta.url)));

function check(apiVersion: string, kind: string, rest: object = {}): string[] {
  const object: KubernetesObject = { apiVersion, kind, metadata: { name: 'a' }, ...rest };
  return checkObject(object, 'charts/a.ts', 'a/b', schemas).map(({ rule, severity, field, fix }) => `${severity} ${rule} ${field}: ${fix}`);
}

describe('a version', () => {
  test('that is served is right', () => {
    expect(check('cilium.io/v2', 'CiliumLoadBalancerIPPool', { spec: {} })).toEqual([]);
    expect(check('v1', 'ConfigMap')).toEqual([]);
  });

  test('that is deprecated is a warning which names the one to use', () => {
    expect(check('cilium.io/v2alpha1', 'CiliumLoadBalancerIPPool', { spec: {} })).toEqual([
      'warning deprecated-version a/b: write cilium.io/v2.',
    ]);
  });

  test('that is removed, or never was, is an error which names the one to use', () => {
    expect(check('policy/v1beta1', 'PodDisruptionBudget')).toEqual(['error served-version a/b: write "policy/v1".']);
    expect(check('batch/v1beta1', 'CronJob')).toEqual(['error served-version a/b: write "batch/v1".']);
    expect(check('v2', 'ConfigMap')).toEqual(['error served-version a/b: write "v1".']);
    expect(check('cilium.io/v3', 'CiliumLoadBalancerIPPool')).toEqual(['error served-version a/b: write "cilium.io/v2".']);
  });

  test('that is in the CRD, but not served, is an error', () => {
    expect(check('external-secrets.io/v1beta1', 'ExternalSecret')).toEqual(['error served-version a/b: write "external-secrets.io/v1".']);
  });

  test('of a kind that nobody knows is an error that says how to import it', () => {
    expect(check('example.com/v1', 'Thing')).toEqual(['error known-kind a/b: add the kind to cdk8s.yaml and run "npm run import".']);
    expect(check('apps/v1', 'ConfigMap')[0]).toMatch(/^error known-kind/);
  });

  test('of a built-in kind is deprecated when the API server says so', () => {
    const known = { ...schemas, find: (apiVersion: string, kind: string) => ({ ...entry, apiVersion, kind }) };
    const entry = { scope: 'Namespaced', served: true, storage: true, dialect: 'kubernetes', schema: { type: 'object' } } as const;
    const object = (kind: string) => ({ apiVersion: 'v1', kind, metadata: { name: 'a' } });
    const fixes = (kind: string) => checkObject(object(kind), 'charts/a.ts', '', known).map(({ fix }) => fix);
    expect(fixes('Endpoints')).toEqual(['write discovery.k8s.io/v1 EndpointSlice.']);
    expect(fixes('ComponentStatus')).toEqual(['do without it.']);
    expect(fixes('Secret')).toEqual([]);
  });
});
