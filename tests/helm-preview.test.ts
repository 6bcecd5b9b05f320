import type { App } from 'cdk8s';
import { expect, test } from 'vitest';
import { HelmRelease } from '../charts/lib/release.js';
import { assembleFleet } from '../clusters/lib/fleet.js';
import { planCluster } from '../clusters/lib/plan.js';
import type { DeliveryWorld } from '../synth/helm/deliver.js';
import type { ChartLock } from '../synth/helm/model.js';
import { previewChanges } from '../synth/helm/preview.js';
import { renderPlan } from '../synth/render.js';
import { aCluster } from './fixtures/a-cluster.js';
import { Made, schemas } from './fixtures/components.js';

/** A look at the objects of charts that the engine renders, when they change. The renderer is made up: one object, whose data are the values. */

const repositories = { https: 'https://charts.example.test', oci: 'oci://registry.example.test/charts' } as const;

interface Use {
  readonly version?: string;
  readonly values?: object;
  readonly repository?: keyof typeof repositories;
}

function planOf(engine: 'argocd' | 'flux', use: Use | undefined, name = 'made-up') {
  const components = (app: App) => {
    const made = new Made(app, 'one').fill('base');
    if (use === undefined) return;
    const { version = '1.0.0', values = { a: '1' }, repository = 'https' } = use;
    const provides = { namespaced: { '': ['ConfigMap'] }, podSecurity: 'restricted' } as const;
    new HelmRelease(made.release, 'one', { repository: repositories[repository], chart: 'x', version, values, provides });
  };
  const cluster = aCluster({ name, engine, components });
  return planCluster(cluster, assembleFleet([cluster]), schemas);
}

const lock = (...versions: string[]): ChartLock => ({
  helm: 'v3.19.0',
  charts: Object.values(repositories).flatMap((repository) =>
    versions.map((version) => ({ repository, chart: 'x', version, sha256: version })),
  ),
  manifests: [],
});

async function preview(
  engine: 'argocd' | 'flux',
  before: Use | undefined,
  after: Use | undefined,
  options: { lock?: ChartLock; oldLock?: ChartLock; hasHelm?: boolean } = {},
) {
  const names = ['first', 'second'];
  const committed = new Map(names.map((name) => [name, renderPlan(planOf(engine, before, name), () => []).tree]));
  const plans = names.map((name) => planOf(engine, after, name));
  const differences = plans.map((plan) => {
    const { tree } = renderPlan(plan, () => []);
    const old = committed.get(plan.cluster.name) ?? new Map();
    return {
      cluster: plan.cluster.name,
      missing: [...tree.keys()].filter((path) => !old.has(path)),
      changed: [...tree].filter(([path, text]) => old.has(path) && old.get(path) !== text).map(([path]) => path),
      extra: [...old.keys()].filter((path) => !tree.has(path)),
    };
  });
  const render: DeliveryWorld['render'] = async (requests) =>
    requests.map(({ chart }) =>
      options.hasHelm === false
        ? { absent: 'helm', command: 'npm run tools' }
        : {
            objects: [
              { manifest: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { ...chart?.values } }, template: 't' },
            ],
            problems: [],
          },
    );
  const readCommitted: DeliveryWorld['readCommitted'] = async (cluster, path) => {
    const text = committed.get(cluster)?.get(path);
    return text === undefined ? undefined : Buffer.from(text);
  };
  const world: DeliveryWorld = { lock: options.lock ?? lock('1.0.0', '2.0.0'), readCommitted, render };
  return previewChanges({ plans, differences, world, schemas, readOldLock: async () => options.oldLock });
}

test.each(['argocd', 'flux'] as const)('with %s, a changed value or version shows its objects, once for all clusters', async (engine) => {
  for (const repository of ['https', 'oci'] as const) {
    expect(await preview(engine, { repository }, { repository })).toEqual([]);
    expect(await preview(engine, { repository }, { repository, values: { a: '2' } })).toEqual([
      'one 1.0.0 in first, second:',
      '  ~ ConfigMap x: data.a',
    ]);
    expect(await preview(engine, { repository }, { repository, version: '2.0.0' })).toEqual([
      'one 1.0.0 -> 2.0.0 in first, second: no object changes',
    ]);
  }
  expect(await preview(engine, undefined, {})).toEqual(['one 1.0.0 in first, second:', '  + ConfigMap x']);
  expect(await preview(engine, {}, undefined)).toEqual(['one 1.0.0 in first, second:', '  - ConfigMap x']);
});

test('a chart of before is found in the lock of before', async () => {
  const after = { version: '2.0.0', values: { a: '2' } };
  expect(await preview('argocd', {}, after, { lock: lock('2.0.0'), oldLock: lock('1.0.0') })).toContain('  ~ ConfigMap x: data.a');
});

test.each([
  ['helm', { hasHelm: false }],
  ['the lock', { lock: lock() }],
  ['the chart of before', { lock: lock('2.0.0') }],
])('without %s, changed charts are counted', async (_, options) => {
  expect(await preview('argocd', {}, { version: '2.0.0' }, options)).toEqual([
    '2 changed charts not rendered: npm run tools, npm run vendor',
  ]);
});
