import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { invalidClusters } from './fixtures/invalid-clusters.js';
import type { RuleFixtures } from './fixtures/rule-harness.js';

/**
 * The faults that everybody who ran such a platform has met, and the fixture that shows that each of them is found. The fixtures themselves are
 * judged by tests/invalid-clusters.test.ts and tests/rules.test.ts: exactly one error, of this id.
 */
const faults: Readonly<Record<string, readonly [id: string, fixture: string]>> = {
  'a pool that contains a node': ['pool-clear-of-hosts', 'a pool that contains a node'],
  'the VIP inside a pool': ['pool-clear-of-hosts', 'the VIP inside a pool'],
  'a pool outside the announced subnet': ['pool-inside-network', 'a pool outside the announced subnet'],
  'a CIDR with host bits': ['valid-node-cidr', 'an unaligned CIDR'],
  'addresses that two clusters on one VLAN share': ['one-network', 'a pool of another cluster in one VLAN'],
  'a fixed address that two Services ask for': ['fixed-address', 'one address twice'],
  'a host outside the domain': ['host-in-domain', 'a host of another domain'],
  'two Ingresses on one host and path': ['distinct-hosts', 'two Ingresses of one host'],
  'an issuer that is not there': ['known-issuer', 'a name with a typo'],
  'an ACME issuer on a private domain': ['public-domain', 'an ACME issuer on a private domain'],
  'a Middleware that is not there': ['known-middleware', 'a Middleware with a typo'],
  'a StorageClass that nobody provides': ['known-class', 'a StorageClass that nobody provides'],
  'two default StorageClasses': ['one-default-class', 'two default classes of volumes, one by the old annotation'],
  'Piraeus without the DRBD extension': ['needed-extensions', 'Piraeus without the DRBD extension'],
  'more replicas than storage nodes': ['replicas-fit', 'replicas above storage nodes'],
  'a privileged pod in a baseline namespace': ['pod-security', 'a privileged pod in a baseline namespace'],
  'a custom resource whose definition nobody installs': ['installed-kind', 'a custom resource whose definition nobody installs'],
  'a wave cycle': ['no-dependency-cycle', 'a wave cycle'],
  'a ServiceMonitor that selects nothing': [
    'scraped-target',
    'a monitor that selects the labels of the pods instead of those of the Service',
  ],
  'a reference to a Secret that nobody fills': ['filled-secret', 'a variable from a Secret that nobody makes'],
  'a bootstrap secret cycle': ['secret-cycle', 'a bootstrap secret cycle: a secret of the storage that the store is on'],
  'even control planes': ['odd-control-planes', 'even control planes'],
  'even control planes of a child': ['provider-contract', 'even control planes'],
  'a provider contract mismatch': ['provider-contract', 'a provider contract mismatch: the core does not understand the new one'],
  'an unsupported Talos': ['supported-talos', 'a Talos release that nobody can configure'],
  'an unsupported Kubernetes': ['supported-kubernetes', 'a Kubernetes release that Talos does not support'],
  'an unsupported Cilium': ['supported-versions', 'an unsupported pair of Cilium and Kubernetes'],
  'a pool of v2alpha1 on Cilium 1.20': ['served-version', 'a pool of v2alpha1 with Cilium 1.20'],
  'a branch and a tag of one name': ['branch-without-tag', 'a tag that is called like the branch'],
  'a short targetRevision': ['branch-revision', 'a branch by its short name'],
  'the beginning of a version of a chart': ['pinned-chart', 'the beginning of a version'],
};

const ids = readdirSync(fileURLToPath(new URL('rules', import.meta.url)), { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ name }) => name.slice(0, -3));
const byRule = new Map<string, RuleFixtures>(
  await Promise.all(
    ids.map(async (id): Promise<[string, RuleFixtures]> => {
      const module = (await import(`./rules/${id}.ts`)) as { readonly fixtures: RuleFixtures };
      return [id, module.fixtures];
    }),
  ),
);

test.each(Object.entries(faults))('%s is found', (_, [id, fixture]) => {
  const owned = Object.entries(invalidClusters).some(([name, { rule }]) => name === fixture && rule === id);
  expect(owned || Object.hasOwn(byRule.get(id)?.rejected ?? {}, fixture)).toBe(true);
});

test('there are many clusters that are refused and many that are taken', () => {
  const all = [...byRule.values()];
  const count = (key: keyof RuleFixtures) => all.reduce((sum, fixtures) => sum + Object.keys(fixtures[key]).length, 0);
  const [rejected, accepted] = [count('rejected') + Object.keys(invalidClusters).length, count('accepted')];
  console.log(`${rejected} clusters with one fault each, ${accepted} without any`);
  expect(rejected).toBeGreaterThanOrEqual(400);
  expect(accepted).toBeGreaterThanOrEqual(200);
});
