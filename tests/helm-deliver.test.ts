import { createHash } from 'node:crypto';
import type { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import type { Provides } from '../charts/lib/provides.js';
import { HelmRelease, type HelmReleaseProps, ReleaseManifest } from '../charts/lib/release.js';
import { assembleFleet } from '../clusters/lib/fleet.js';
import { collectCluster, planCollected } from '../clusters/lib/plan.js';
import { checkSchemas } from '../synth/check-schemas.js';
import { type DeliveryWorld, deliverReleases, type Rendering } from '../synth/helm/deliver.js';
import type { ChartLock, RenderedObject } from '../synth/helm/model.js';
import { readRecord, recordPath, writeRecord } from '../synth/helm/record.js';
import { renderPlan, type Tree } from '../synth/render.js';
import { aCluster } from './fixtures/a-cluster.js';
import { Made, schemas } from './fixtures/components.js';
import type { Any } from './fixtures/rendered.js';

/** Releases that synth renders itself: what is kept, what is rendered again, and what is wrong. The renderer is made up. */

const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const repository = 'https://charts.example.test';
const url = 'https://example.test/v1/upstream.yaml';
const lock: ChartLock = {
  helm: 'v3.19.0',
  charts: [{ repository, chart: 'made-up', version: '1.2.3', sha256: sha('archive') }],
  manifests: [{ url, sha256: sha('manifest') }],
};

const configMap = (name: string, extra: object = {}): RenderedObject => ({
  manifest: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'one' }, data: { name }, ...extra },
  template: 'made-up/templates/config.yaml',
});

const provides = { namespaced: { '': ['ConfigMap'] }, podSecurity: 'restricted' } as const;

/** Of a Thing, whose size has this type. */
function definition(type: string): RenderedObject {
  const schema = { type: 'object', properties: { spec: { type: 'object', properties: { size: { type } } } } };
  const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }];
  const spec = { group: 'made-up.test', scope: 'Namespaced', names: { kind: 'Thing', plural: 'things' }, versions };
  const metadata = { name: 'things.made-up.test' };
  const manifest = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata, spec };
  return { manifest, template: 'crds/thing.yaml' };
}

const thing = (size: unknown): RenderedObject => ({
  manifest: { apiVersion: 'made-up.test/v1', kind: 'Thing', metadata: { name: 'x', namespace: 'one' }, spec: { size } },
  template: 't',
});

interface Setting {
  readonly values?: object;
  readonly engine?: 'argocd' | 'flux';
  readonly delivery?: 'engine' | 'dist';
  readonly deliveries?: Readonly<Record<string, 'engine' | 'dist'>>;
  readonly release?: Partial<HelmReleaseProps<object>>;
  readonly other?: Partial<HelmReleaseProps<object>>;
}

function clusterOf({ values = { a: 1 }, engine = 'argocd', delivery = 'dist', deliveries, release = {}, other = {} }: Setting) {
  const build = (app: App) => {
    for (const name of ['one', 'two']) {
      const made = new Made(app, name);
      made.put('base', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      const chart = {
        repository,
        chart: 'made-up',
        version: '1.2.3',
        namespace: 'one',
        provides,
        values: name === 'one' ? values : { b: 2 },
      };
      new HelmRelease(made.release, name, { ...chart, ...(name === 'one' ? release : other) });
    }
    const plain = new Made(app, 'plain');
    new ReleaseManifest(plain.release, 'plain', {
      urls: [{ url }],
      provides: { ...provides, otherNamespaces: ['one'] },
    });
  };
  return aCluster({ engine, delivery, deliveries, components: build });
}

/** Renders one object a release, called like it and its values. */
const renderOne = (
  rendering: (path: string) => Rendering = (path) => ({ objects: [configMap(path.split('/').at(-1) ?? '')], problems: [] }),
) => {
  const rendered: string[] = [];
  const render: DeliveryWorld['render'] = async (requests) => {
    rendered.push(...requests.map(({ path }) => path));
    return requests.map(({ path }) => rendering(path));
  };
  return { rendered, render };
};

async function run(
  setting: Setting,
  committed: Tree = new Map(),
  renderer = renderOne(),
  known: ChartLock | undefined = lock,
  isKeeping = true,
) {
  const cluster = clusterOf(setting);
  const fleet = assembleFleet([cluster]);
  const collected = collectCluster(cluster, fleet, schemas);
  const readCommitted: DeliveryWorld['readCommitted'] = async (_cluster, path) => {
    const text = committed.get(path);
    return text === undefined ? undefined : Buffer.from(text);
  };
  const delivery = (await deliverReleases([collected], { lock: known, isKeeping, readCommitted, render: renderer.render }, schemas)).get(
    cluster.name,
  );
  if (delivery === undefined) throw new Error('no delivery');
  const problems = delivery.problems.map(({ rule }) => rule);
  if (problems.length > 0) return { problems, delivery, rendered: renderer.rendered, tree: new Map<string, string>() };
  const plan = planCollected(collected, fleet, schemas, delivery.files);
  const { tree } = renderPlan(plan, () => checkSchemas(plan, schemas));
  const files = plan.files.map(({ path, content }) => [path, content.toString()] as const);
  const whole = new Map([...tree, ...files, ...(delivery.record === undefined ? [] : [[recordPath, delivery.record] as const])]);
  return { problems, delivery, rendered: renderer.rendered, tree: whole };
}

const all = ['one/release/one', 'plain/release/plain', 'two/release/two'];

describe.each(['argocd', 'flux'] as const)('in dist/ delivery, with %s', (engine) => {
  test('the objects of releases are files beside our own, and nothing refers to a chart or an URL', async () => {
    const { tree, rendered, problems } = await run({ engine });
    expect([problems, rendered]).toEqual([[], all]);
    for (const component of ['one', 'two', 'plain']) {
      const path = [...tree.keys()].filter((file) => file.startsWith(`manifests/${component}/release/`));
      expect(path).toHaveLength(1);
    }
    const texts = [...tree].filter(([path]) => path !== recordPath).map(([, text]) => text);
    expect(texts.join()).not.toContain('example.test/v1/upstream');
    expect(texts.join()).not.toContain('charts.example.test');
    expect([...tree.keys()].filter((path) => /^upstream\/|releases\//.test(path))).toEqual([]);
  });

  test('what waits for what is the same as when the engine renders', async () => {
    const before = await run({ engine, delivery: 'engine' });
    const after = await run({ engine });
    const wavesOf = (tree: Tree) =>
      [...tree]
        .flatMap(([path, text]) => [...text.matchAll(/sync-wave: .*|dependsOn:[\s\S]*/g)].map(([match]) => `${path} ${match.slice(0, 20)}`))
        .filter((line) => line.startsWith('argocd/'));
    expect(wavesOf(after.tree)).toEqual(wavesOf(before.tree));
    expect([...(await run({ engine, delivery: 'engine' }, after.tree)).tree]).toEqual([...before.tree]);
  });
});

test('a release, a component and a cluster say who renders, the narrowest word first', async () => {
  const renderedWith = async (setting: Setting) => (await run(setting)).rendered;
  expect(await renderedWith({ delivery: 'engine' })).toEqual([]);
  expect(await renderedWith({ delivery: 'engine', deliveries: { two: 'dist' } })).toEqual(['two/release/two']);
  expect(await renderedWith({ deliveries: { two: 'engine', plain: 'engine' } })).toEqual(['one/release/one']);
  expect(await renderedWith({ deliveries: { one: 'engine', 'one/one': 'dist' } })).toEqual(all);
});

test('unchanged releases are kept without rendering; a changed one is rendered alone', async () => {
  const first = await run({});
  const second = await run({}, first.tree);
  expect([second.rendered, second.delivery.rendered]).toEqual([[], 0]);
  expect([...second.tree]).toEqual([...first.tree]);
  expect((await run({ values: { a: 2 } }, first.tree)).rendered).toEqual(['one/release/one']);
  const wider = { namespaced: { '': ['ConfigMap', 'Secret'] }, podSecurity: 'restricted' } as const;
  expect((await run({ release: { provides: wider } }, first.tree)).problems).toEqual(['true-provides']);
  expect((await run({ engine: 'flux' }, first.tree)).rendered).toEqual(all.filter((path) => !path.startsWith('plain')));
  expect((await run({}, first.tree, renderOne(), { ...lock, helm: 'v3.19.1' })).rendered).toEqual(all);
  expect((await run({}, first.tree, renderOne(), lock, false)).rendered).toEqual(all);
});

test.each([
  ['a file that somebody edited', (tree: Map<string, string>, path: string) => tree.set(path, `${tree.get(path)}# edited\n`)],
  ['a file that is gone', (tree: Map<string, string>, path: string) => tree.delete(path)],
  ['a record that cannot be read', (tree: Map<string, string>) => tree.set(recordPath, '{')],
])('%s is rendered again', async (_, damage) => {
  const { tree } = await run({});
  const path = [...tree.keys()].find((file) => file.startsWith('manifests/one/release/')) ?? '';
  const damaged = new Map(tree);
  damage(damaged, path);
  const again = await run({}, damaged);
  expect(again.rendered).toContain('one/release/one');
  expect([...again.tree]).toEqual([...tree]);
});

test('without helm, a changed release is one error that names it and the command; the others are kept', async () => {
  const { tree } = await run({});
  const missing = renderOne(() => ({ absent: 'helm', command: 'npm run tools' }));
  const { delivery } = await run({ values: { a: 2 } }, tree, missing);
  expect(delivery.problems.map(({ rule, file, field, fix }) => [rule, file, field, fix])).toEqual([
    ['rendered-release', 'charts/one.ts', 'one/release/one', 'run "npm run tools", then "npm run synth".'],
  ]);
});

test('a chart that nobody locked is one error that names the command', async () => {
  const { delivery } = await run({ deliveries: { plain: 'engine', two: 'engine' } }, new Map(), renderOne(), { ...lock, charts: [] });
  expect(delivery.problems.map(({ rule, fix }) => [rule, fix])).toEqual([['locked-chart', 'run "npm run vendor -- one".']]);
});

describe('what is rendered is checked like our own', () => {
  const only = (objects: readonly RenderedObject[], release: Setting['release'] = {}) =>
    run(
      { deliveries: { two: 'engine', plain: 'engine' }, release },
      new Map(),
      renderOne(() => ({ objects, problems: [] })),
    );

  test('against schemas, naming the template', async () => {
    const { delivery, problems } = await only([configMap('one', { dta: {} })]);
    expect(problems).toEqual(['valid-object']);
    expect(delivery.problems[0]?.field).toContain('made-up/templates/config.yaml');
  });

  test('against what the release says that it provides, both ways', async () => {
    const service = { manifest: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'x', namespace: 'one' } }, template: 't' };
    const { delivery } = await only([configMap('one'), service], {
      provides: { namespaced: { '': ['ConfigMap', 'Secret'] }, podSecurity: 'restricted' },
    });
    expect(delivery.problems.map(({ rule, problem }) => [rule, problem])).toEqual([
      ['true-provides', 'It renders what it does not declare: ServiceAccount of the core.'],
      ['true-provides', 'It declares what it does not render: Secret of the core.'],
    ]);
  });

  test('for Secrets with content, of a chart and of plain manifests', async () => {
    const secret = {
      manifest: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'one' }, stringData: { a: 'hunter2' } },
      template: 't',
    };
    const own = { namespaced: { '': ['Secret'] }, podSecurity: 'restricted' } as const;
    const { delivery } = await only([secret], { provides: own });
    expect(delivery.problems.map(({ rule, field }) => [rule, field])).toEqual([['no-rendered-secret', 'one/release/one t: Secret one/s']]);
    expect((await only([secret], { provides: { ...own, openSecrets: ['s'] } })).problems).toEqual([]);
    const plain = renderOne(() => ({ objects: [configMap('one'), secret], problems: [] }));
    const { problems } = await run({ deliveries: { one: 'engine', two: 'engine' } }, new Map(), plain);
    expect(problems).toEqual(['true-provides', 'no-rendered-secret']);
  });

  test('for kinds without a schema, which only a definition made at run time may have', async () => {
    const [object, group] = [thing(3), 'made-up.test'];
    const own = { namespaced: { [group]: ['Thing'] }, podSecurity: 'restricted' } as const;
    const severities = async (provides: Provides) =>
      (await only([object], { provides })).delivery.problems.map(({ rule, severity }) => [rule, severity]);
    expect(await severities(own)).toEqual([['known-kind', 'error']]);
    expect(await severities({ ...own, crdsAtRunTime: { [group]: ['Thing'] } })).toEqual([['known-kind', 'warning']]);
  });

  test('against the definitions that it brings along', async () => {
    const own = {
      provides: { crds: { 'made-up.test': ['Thing'] }, namespaced: { 'made-up.test': ['Thing'] }, podSecurity: 'restricted' as const },
    };
    const crd = definition('integer');
    expect((await only([crd, thing(3)], own)).problems).toEqual([]);
    expect((await only([crd, thing('3')], own)).problems).toEqual(['valid-object']);
    const { tree } = await only([crd, thing(3)], own);
    expect([...tree].find(([path]) => path.includes('custom-resource-definition'))?.[1]).toContain('Prune=false');
  });
});

test('what is kept is held to definitions that are rendered anew', async () => {
  const parts = {
    deliveries: { plain: 'engine' },
    release: { provides: { crds: { 'made-up.test': ['Thing'] }, podSecurity: 'restricted' } },
    other: { provides: { namespaced: { 'made-up.test': ['Thing'] }, podSecurity: 'restricted' } },
  } as const;
  const renderWith = (type: string) =>
    renderOne((path) => ({ objects: [path.startsWith('one/') ? definition(type) : thing(3)], problems: [] }));
  const { tree, problems } = await run(parts, new Map(), renderWith('integer'));
  expect(problems).toEqual([]);
  const edited = { ...parts, values: { a: 2 } };
  const fine = await run(edited, tree, renderWith('number'));
  expect([fine.problems, fine.rendered]).toEqual([[], ['one/release/one']]);
  const { delivery, rendered } = await run(edited, tree, renderWith('string'));
  expect(rendered).toEqual(['one/release/one']);
  expect(delivery.problems.map(({ rule, file, field }) => [rule, file, field])).toEqual([
    ['valid-object', 'charts/two.ts', 'two/release/two spec.size'],
  ]);
});

test('a record says the same after it was read, and nothing when it is damaged', () => {
  const record = {
    'a/release/a': {
      inputs: sha('x'),
      files: [{ path: 'manifests/a', sha256: sha('y'), identity: { group: '', kind: 'ConfigMap', name: 'a' } }],
    },
  };
  expect(readRecord(writeRecord(record))).toEqual(record);
  for (const text of [
    undefined,
    '',
    'null',
    '[]',
    '{"a": 1}',
    '{"a": {"inputs": "x", "files": [{"path": "../x", "sha256": "y", "identity": {"kind": "z"}}]}}',
  ]) {
    expect(readRecord(text)).toEqual({});
  }
  expect(JSON.parse(writeRecord({})) as Any).toEqual({});
});
