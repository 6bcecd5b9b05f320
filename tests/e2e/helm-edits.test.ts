import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { App } from 'cdk8s';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { assembleFleet } from '../../clusters/lib/fleet.js';
import { collectCluster, planCollected } from '../../clusters/lib/plan.js';
import { checkSchemas } from '../../synth/check-schemas.js';
import { type DeliveryWorld, deliverReleases } from '../../synth/helm/deliver.js';
import { helmVersion } from '../../synth/helm/lock.js';
import type { ChartLock } from '../../synth/helm/model.js';
import { recordPath } from '../../synth/helm/record.js';
import { renderRequests } from '../../synth/helm/render-requests.js';
import { openStore } from '../../synth/helm/store.js';
import { renderPlan, type Tree } from '../../synth/render.js';
import { aCluster } from '../fixtures/a-cluster.js';
import { Made, schemas } from '../fixtures/components.js';
import { charts, linkHelm, provides, repository } from '../fixtures/delivered-fleet.js';
import { archiveOf, makeFolder, removeFolders } from '../fixtures/helm.js';
import { describeWith } from './programs.js';

/** Edits of a cluster, one after another: what record and cache keep is what rendering everything from nothing would give. */

afterAll(removeFolders);

/** Everything that an edit can change. */
interface State {
  readonly kubernetes: string;
  readonly engine: 'argocd' | 'flux';
  readonly gadgets: { readonly mode: string; readonly levels: object; readonly hook: boolean };
  readonly shop: { readonly note: string; readonly size: number; readonly labels: object; readonly db: object };
  readonly shopVersion: string;
  readonly shopNamespace: string;
  readonly door: { readonly colours: readonly string[] };
  readonly doorDelivery: 'engine' | 'dist';
}

const start: State = {
  kubernetes: 'v1.36.4',
  engine: 'argocd',
  gadgets: { mode: 'slow', levels: {}, hook: true },
  shop: { note: 'x', size: 1, labels: {}, db: {} },
  shopVersion: '1.0.0',
  shopNamespace: 'shop',
  door: { colours: [] },
  doorDelivery: 'dist',
};

/**
 * A program in front of helm that answers the same question from a file: what helm itself does each time would take most of the time. The question is all
 * that a helm is given: arguments, time zone, the bytes of the chart, and the values.
 */
function rememberingHelm(helm: string): string {
  const folder = makeFolder();
  const script = `#!/bin/sh
if [ "$1" = version ]; then exec '${helm}' "$@"; fi
cat > '${folder}'/$$.values
question=$({ cat "$3" '${folder}'/$$.values; echo "$TZ $2"; shift 3; echo "$*"; } | sha256sum)
answer='${folder}'/\${question%% *}
if [ ! -e "$answer" ]; then
  '${helm}' "$@" < '${folder}'/$$.values > '${folder}'/$$.text || exit
  mv '${folder}'/$$.text "$answer"
fi
exec cat "$answer"
`;
  const path = join(folder, 'helm');
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

/** Facts of a cluster, or a file of its dist/ that somebody changes or removes. */
type Edit = { readonly [key in keyof State]?: Partial<State[key]> } | { readonly file: number; readonly isRemoved: boolean };

/** Text that YAML, templates or JSON could take for something else. */
const text = fc.oneof(
  fc.constantFrom('', 'off', '1_000', '12:30:45', '0x1f', 'null', 'a: b', '# x', '{{ now }}', '"', '\\n', '\u2028', 'ä\u0000\u007f'),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const key = fc.constantFrom('a', 'b', 'c', 'on', '1');

const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ shop: fc.record({ note: text }) }),
  fc.record({ shop: fc.record({ size: fc.integer() }) }),
  fc.record({ shop: fc.record({ labels: fc.dictionary(key, fc.constantFrom('x', 'y', 'off', '1')) }) }),
  fc.record({ shop: fc.record({ db: fc.record({ space: text }) }) }),
  fc.record({ shop: fc.record({ db: fc.record({ enabled: fc.boolean() }) }) }),
  fc.record({ shopVersion: fc.constantFrom('1.0.0', '1.1.0') }),
  fc.record({ shopNamespace: fc.constantFrom('shop', 'market') }),
  fc.record({ gadgets: fc.record({ mode: text }) }),
  fc.record({ gadgets: fc.record({ levels: fc.dictionary(key, fc.jsonValue({ maxDepth: 2 })) }) }),
  fc.record({ gadgets: fc.record({ hook: fc.boolean() }) }),
  fc.record({ door: fc.record({ colours: fc.array(text, { maxLength: 3 }) }) }),
  fc.record({ doorDelivery: fc.constantFrom('engine' as const, 'dist' as const) }),
  fc.record({ kubernetes: fc.constantFrom('v1.35.2', 'v1.36.4') }),
  fc.record({ engine: fc.constantFrom('argocd' as const, 'flux' as const) }),
  fc.record({ file: fc.nat(), isRemoved: fc.boolean() }),
);

function apply(state: State, edit: Edit): State {
  const entries = Object.entries(edit as Partial<State>).map(([name, value]) => {
    const before = state[name as keyof State];
    // The new value first: the order of keys says nothing.
    return [name, typeof value === 'object' ? { ...value, ...(before as object), ...value } : value];
  });
  const { hook: _, ...rest } = Object.fromEntries(entries);
  // Some of what fast-check makes has no prototype, which counts as a difference.
  return structuredClone({ ...state, ...rest });
}

const hasHook = ({ engine, gadgets }: State) => engine === 'argocd' && gadgets.hook;

/** What each rendered release depends on. */
function dependenciesOf(state: State): Record<string, unknown> {
  const { kubernetes, engine, gadgets, shop, shopVersion, shopNamespace, door, doorDelivery } = state;
  return {
    'gadgets/release/gadgets': [kubernetes, engine, { ...gadgets, hook: hasHook(state) }],
    'shop/release/shop': [kubernetes, engine, shop, shopVersion, shopNamespace],
    ...(doorDelivery === 'dist' ? { 'door/release/door': [kubernetes, engine, door] } : {}),
  };
}

function clusterOf(state: State) {
  const { kubernetes, engine, gadgets, shop, shopVersion, shopNamespace, door, doorDelivery } = state;
  const build = (app: App) => {
    const make = (name: string, namespace = name) => new Made(app, name, { namespace: { name: namespace, podSecurity: 'restricted' } });
    const hook = hasHook(state);
    make('gadgets').install(provides.gadgets(hook), { repository, version: '1.0.0', values: { ...gadgets, hook } });
    make('shop', shopNamespace).install(provides.shop, { repository, version: shopVersion, values: shop });
    make('door').install(provides.door, { repository, version: '1.0.0', values: door });
  };
  const deliveries = { door: doorDelivery };
  return aCluster({ engine, versions: { kubernetes }, delivery: 'dist', deliveries, components: build });
}

describeWith(['helm'], 'edits of a cluster', ({ helm }) => {
  const program = rememberingHelm(helm);

  /** A machine of its own with a helm and all charts. */
  async function makeMachine() {
    const root = makeFolder();
    linkHelm(root, program);
    const store = openStore(root);
    const locked: ChartLock['charts'][number][] = [];
    for (const [folder, files] of Object.entries(charts)) {
      const [chart = '', version = ''] = folder.split('-');
      const archive = archiveOf(chart, files);
      await store.put(archive, 'tgz');
      locked.push({ repository, chart, version, sha256: createHash('sha256').update(archive).digest('hex') });
    }
    const lock: ChartLock = { helm: helmVersion, charts: locked, manifests: [] };
    return { lock, machine: { root, env: { PATH: '' }, store, helm: helmVersion, schemas } };
  }

  type Machine = Awaited<ReturnType<typeof makeMachine>>;

  async function synthesize(state: State, committed: Tree, { lock, machine }: Machine) {
    const rendered: string[] = [];
    const world: DeliveryWorld = {
      lock,
      async readCommitted(_cluster, path) {
        const content = committed.get(path);
        return content === undefined ? undefined : Buffer.from(content);
      },
      async render(requests) {
        rendered.push(...requests.map(({ path }) => path));
        return await renderRequests(requests, machine);
      },
    };
    const cluster = clusterOf(state);
    const fleet = assembleFleet([cluster]);
    const collected = collectCluster(cluster, fleet, schemas);
    const delivery = (await deliverReleases([collected], world, schemas)).get(cluster.name);
    if (delivery === undefined) throw new Error('no delivery');
    expect(delivery.problems).toEqual([]);
    const plan = planCollected(collected, fleet, schemas, delivery.files);
    const { tree } = renderPlan(plan, () => checkSchemas(plan, schemas));
    const files = plan.files.map(({ path, content }) => [path, content.toString()] as const);
    return { rendered, tree: new Map([...tree, ...files, [recordPath, delivery.record ?? '']]) };
  }

  test('300 of them leave what rendering from nothing gives, and render what they change', { timeout: 300_000 }, async () => {
    const [kept, empty] = await Promise.all([makeMachine(), makeMachine()]);
    let state = start;
    let { tree } = await synthesize(state, new Map(), kept);
    const counts = new Map<number, number>();
    for (const [index, edit] of fc.sample(edits, { seed: 20_26, numRuns: 300 }).entries()) {
      const committed = new Map(tree);
      const before = dependenciesOf(state);
      let changed: string[];
      if ('file' in edit) {
        const files = [...tree.keys()].filter((path) => /^manifests\/\w+\/release\//.test(path));
        const path = files[edit.file % files.length] ?? '';
        if (edit.isRemoved) committed.delete(path);
        else committed.set(path, `${tree.get(path)}# edited\n`);
        changed = [path.replace(/^manifests\/(\w+)\/.*/, '$1/release/$1')];
      } else {
        state = apply(state, edit);
        const after = dependenciesOf(state);
        changed = Object.keys(after).filter((path) => !isDeepStrictEqual(after[path], before[path]));
      }
      rmSync(join(empty.machine.root, '.cache/renders'), { recursive: true, force: true });
      const [incremental, whole] = await Promise.all([synthesize(state, committed, kept), synthesize(state, new Map(), empty)]);
      const label = `edit ${index}: ${JSON.stringify(edit)}`;
      expect(Object.fromEntries(incremental.tree), label).toEqual(Object.fromEntries(whole.tree));
      expect(incremental.rendered.sort(), label).toEqual(changed.sort());
      tree = incremental.tree;
      counts.set(changed.length, (counts.get(changed.length) ?? 0) + 1);
    }
    // Every count of releases was among them; else the edits prove little.
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3]);
    expect(counts.get(1)).toBeGreaterThan(100);
  });
});
