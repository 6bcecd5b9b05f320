import { type App, Chart } from 'cdk8s';
import { expect, test } from 'vitest';
import { Gitea } from '../charts/gitea.js';
import { Problems } from '../charts/lib/problem.js';
import { MetricsServer } from '../charts/metrics-server.js';
import { Reloader } from '../charts/reloader.js';
import { SpinOperator } from '../charts/spin-operator.js';
import { assembleFleet } from '../clusters/lib/fleet.js';
import { listComponents } from '../clusters/lib/inventory.js';
import { planCluster } from '../clusters/lib/plan.js';
import { platform, replicatedStorage } from '../clusters/lib/stacks.js';
import { aCluster } from './fixtures/a-cluster.js';

const catalog = { scopeOf: () => 'Namespaced' as const };

function plan(components: (app: App) => void) {
  const cluster = aCluster({ components });
  return planCluster(cluster, assembleFleet([cluster]), catalog);
}

function problemsOf(components: (app: App) => void): string[] {
  try {
    plan(components);
  } catch (error) {
    if (error instanceof Problems) return error.problems.map(({ rule }) => rule);
    throw error;
  }
  return [];
}

test('the component list names releases, upstream manifests and secrets without rendering an object', () => {
  const cluster = aCluster({
    components: (app, c) => {
      const base = platform(app, c);
      new SpinOperator(app, 'spin-operator');
      const { storageClass } = replicatedStorage(app, c, base);
      new Gitea(app, 'gitea', { host: c.host('gitea'), ...base, storageClass, adminEmail: 'gitea@example.test' });
    },
  });
  const components = listComponents(cluster, assembleFleet([cluster]));
  expect(components.map(({ name }) => name)).toEqual([...components.map(({ name }) => name)].sort());
  expect(components.filter(({ bootstrap }) => bootstrap).map(({ name }) => name)).toEqual(['argo-cd', 'cilium']);
  const spin = components.find(({ name }) => name === 'spin-operator');
  expect(spin?.releases).toMatchObject([{ name: 'spin-operator', namespace: 'spin-operator', chart: 'spin-operator' }]);
  expect(spin?.manifests.map(({ sha256 }) => sha256?.length)).toEqual([64, 64]);
  expect(components.find(({ name }) => name === 'gitea')?.secrets).toMatchObject([
    { namespace: 'gitea', name: 'gitea-admin', stage: 'base' },
  ]);
});

test('a chart that is no Component is refused instead of dropped', () => {
  expect(problemsOf((app) => new Chart(app, 'plain'))).toEqual(['only-components']);
});

test.each(['root', 'projects', 'Upper', 'a'.repeat(51)])('%s is no name of a component', (name) => {
  expect(problemsOf((app) => new Reloader(app, name))).toEqual(['valid-component-name']);
});

test('two Applications of one name are refused', () => {
  const names = problemsOf((app) => {
    const { issuer } = platform(app, aCluster());
    new MetricsServer(app, 'argo-cd-exposure', { issuer });
  });
  expect(names).toContain('distinct-applications');
});
