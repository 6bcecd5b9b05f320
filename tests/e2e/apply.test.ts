import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatIdentity, identityOf, type KubernetesObject } from '../../charts/lib/kinds.js';
import { discoverFleet } from '../../clusters/lib/discover.js';
import { type ClusterPlan, planCluster } from '../../clusters/lib/plan.js';
import { ApiServer } from './api-server.js';
import { schemas } from './definitions.js';
import { type Delivered, deliver, deliverAgain } from './delivery.js';
import { groupKindOf, nothing, readObjects, readOrder, type Step, type Sync, type Wave } from './delivery-order.js';
import { Etcd } from './etcd.js';
import { describeWith } from './programs.js';

/** Every cluster of dist/, put into a real API server of its own as its engine does. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const fleet = await discoverFleet(root, (name) => import(`../../clusters/${name}.ts`));
const plans = fleet.clusters.map((cluster): [string, ClusterPlan] => [cluster.name, planCluster(cluster, fleet, schemas)]);

describeWith(['etcd', 'kube-apiserver'], 'a new cluster', (paths) => {
  let etcd: Etcd;
  const all: Figures[] = [];

  beforeAll(async () => {
    etcd = await Etcd.start(paths.etcd);
  });

  afterAll(async () => {
    await etcd?.stop();
    const sum = (name: keyof Figures) => all.reduce((total, figures) => total + figures[name], 0);
    print(`${all.length} clusters`, {
      ...{ objects: sum('objects'), definitions: sum('definitions') },
      ...{ refused: sum('refused'), warnings: sum('warnings'), seconds: sum('seconds') },
    });
  });

  /** Runs a test with an API server that nothing was put into. */
  async function withServer<T>(work: (server: ApiServer) => Promise<T>): Promise<T> {
    const server = await ApiServer.start(paths['kube-apiserver'], etcd);
    try {
      return await work(server);
    } finally {
      await server.stop();
    }
  }

  test.each(plans)('%s takes every object, in the order of its engine, and again without a change', async (name, plan) => {
    const start = Date.now();
    const files = ['manifests', plan.cluster.engine].flatMap((folder) => readObjects(name, folder));
    const { delivered, changes } = await withServer(async (server) => {
      const first = await deliver(server, readOrder(plan));
      return { delivered: first, changes: await deliverAgain(server, first.objects) };
    });
    const figures = figuresOf(delivered, start);
    all.push(figures);
    print(name, figures);
    expect(delivered).toMatchObject({ refusals: [], warnings: [] });
    expect(changes).toEqual([]);
    const applied = new Set(delivered.objects.map(({ object }) => nameOf(object)));
    expect(files.map(nameOf).filter((file) => !applied.has(file))).toEqual([]);
  });

  test.each(plans)('%s does not depend on the order within a wave', async (_, plan) => {
    const waves = readOrder(plan).map((wave) => wave.toReversed());
    const { refusals } = await withServer((server) => deliver(server, waves));
    expect(refusals).toEqual([]);
  });

  test.each(plans.filter(([name]) => name === 'lab' || name === 'boudlabs'))(
    '%s is refused when two syncs change places',
    async (_, plan) => {
      const waves = readOrder(plan);
      const kind = 'cert-manager.io/Certificate';
      const installs = findSync(waves, ({ steps }) => steps.some(({ definitions }) => definitions.includes(kind)));
      const uses = findSync(waves, (sync) => sync !== installs && objectsOf(sync).some((object) => groupKindOf(object) === kind));
      const swapped = waves.map((wave) => wave.map((sync) => (sync === installs ? uses : sync === uses ? installs : sync)));
      const { refusals } = await withServer((server) => deliver(server, swapped));
      expect(refusals).toContainEqual(expect.stringMatching(`^${uses.name}: Certificate\\S* .*: 404 no matches for kind Certificate`));
    },
  );

  test('what is wrong with one object, or comes too early, is found', async () => {
    const good = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' }, data: { x: 'y' } };
    const made = (step: Partial<Step>, known: Sync['known'] = []): Sync => ({ name: 'made-up', known, steps: [{ ...nothing, ...step }] });
    const changed = (change: Partial<KubernetesObject>) => made({ objects: [{ ...good, ...change }] });
    const syncs = [
      changed({}),
      changed({ dta: {} }),
      changed({ data: { x: 1 } }),
      changed({ metadata: { name: 'a', namespace: 'b' } }),
      changed({ kind: 'Card' }),
      changed({ kind: 'Endpoints', data: undefined }),
      made({}, [{ ...good, apiVersion: 'cert-manager.io/v1', kind: 'Issuer' }]),
      made({ charted: ['cert-manager.io/Issuer'] }),
    ];
    const found = await withServer(async (server) => {
      const delivered: Delivered[] = [];
      for (const sync of syncs) delivered.push(await deliver(server, [[sync]]));
      return delivered.map(({ refusals, warnings }) => [...refusals, ...warnings]);
    });
    expect(found).toEqual([
      [],
      [expect.stringMatching(/^made-up: ConfigMap default\/a: 500 .*\.dta: field not declared in schema/)],
      [expect.stringMatching(/^made-up: ConfigMap default\/a: 500 .*\.data\.x: expected string/)],
      [expect.stringMatching(/^made-up: ConfigMap b\/a: 404 .*namespaces "b" not found/)],
      [expect.stringMatching(/^made-up: Card default\/a: 404 no matches for kind Card in v1/)],
      [expect.stringMatching(/^made-up: Endpoints default\/a: v1 Endpoints is deprecated/)],
      ['made-up: starts before cert-manager.io/v1 Issuer is served'],
      ['made-up: a chart has cert-manager.io/Issuer, which is not installed'],
    ]);
  });
});

const nameOf = (object: KubernetesObject) => formatIdentity(identityOf(object));

function objectsOf({ steps }: Sync): readonly KubernetesObject[] {
  return steps.flatMap(({ objects }) => objects);
}

function findSync(waves: readonly Wave[], matches: (sync: Sync) => boolean): Sync {
  const found = waves.flat().find(matches);
  if (found === undefined) throw new Error('No sync does that.');
  return found;
}

interface Figures {
  readonly objects: number;
  readonly definitions: number;
  readonly refused: number;
  readonly warnings: number;
  readonly seconds: number;
}

function figuresOf({ objects, definitions, refusals, warnings }: Delivered, start: number): Figures {
  const seconds = (Date.now() - start) / 1000;
  return { objects: objects.length, definitions, refused: refusals.length, warnings: warnings.length, seconds };
}

function print(name: string, { objects, definitions, refused, warnings, seconds }: Figures): void {
  console.log(`${name}: ${objects} objects, ${definitions} definitions, ${refused} refused, ${warnings} warnings, ${seconds.toFixed(1)} s`);
}
