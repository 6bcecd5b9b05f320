import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatIdentity, identityOf, type KubernetesObject } from '../../charts/lib/kinds.js';
import { discoverFleet } from '../../clusters/lib/discover.js';
import { type ClusterPlan, planCluster } from '../../clusters/lib/plan.js';
import { ApiServer, Etcd } from './api-server.js';
import { schemas } from './definitions.js';
import { type Delivered, deliver, deliverAgain } from './delivery.js';
import { groupKindOf, readObjects, readOrder, type Sync, type Wave } from './delivery-order.js';
import { describeWith } from './programs.js';

/** Every cluster of dist/, put into a real API server of its own as its engine does. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const fleet = await discoverFleet(root, (name) => import(`../../clusters/${name}.ts`));
const plans = fleet.clusters.map((cluster): [string, ClusterPlan] => [cluster.name, planCluster(cluster, fleet, schemas)]);

describeWith(['etcd', 'kube-apiserver'], 'a new cluster', (paths) => {
  let etcd: Etcd;

  beforeAll(async () => {
    etcd = await Etcd.start(paths.etcd);
  });

  afterAll(() => etcd?.stop());

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
    print(name, delivered, start);
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

  test('what is wrong with one object is found', async () => {
    const good = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' }, data: { x: 'y' } };
    const found = await withServer(async (server) => {
      const run = async (change: Partial<KubernetesObject>) => {
        const { refusals, warnings } = await deliver(server, [[syncOf({ ...good, ...change })]]);
        return [...refusals, ...warnings];
      };
      const changes = [
        {},
        { dta: {} },
        { data: { x: 1 } },
        { metadata: { name: 'a', namespace: 'b' } },
        { kind: 'Card' },
        { kind: 'Endpoints', data: undefined },
      ];
      const lines: string[][] = [];
      for (const change of changes) lines.push(await run(change));
      return lines;
    });
    expect(found).toEqual([
      [],
      [expect.stringMatching(/^made-up: ConfigMap default\/a: 500 .*\.dta: field not declared in schema/)],
      [expect.stringMatching(/^made-up: ConfigMap default\/a: 500 .*\.data\.x: expected string/)],
      [expect.stringMatching(/^made-up: ConfigMap b\/a: 404 .*namespaces "b" not found/)],
      [expect.stringMatching(/^made-up: Card default\/a: 404 no matches for kind Card in v1/)],
      [expect.stringMatching(/^made-up: Endpoints default\/a: v1 Endpoints is deprecated/)],
    ]);
  });
});

const nameOf = (object: KubernetesObject) => formatIdentity(identityOf(object));

function syncOf(object: KubernetesObject): Sync {
  return { name: 'made-up', known: [], steps: [{ definitions: [], namespaces: [], objects: [object] }] };
}

function objectsOf({ steps }: Sync): readonly KubernetesObject[] {
  return steps.flatMap(({ objects }) => objects);
}

function findSync(waves: readonly Wave[], matches: (sync: Sync) => boolean): Sync {
  const found = waves.flat().find(matches);
  if (found === undefined) throw new Error('No sync does that.');
  return found;
}

function print(name: string, { objects, definitions, refusals, warnings }: Delivered, start: number): void {
  const figures = `${objects.length} objects, ${definitions} definitions, ${refusals.length} refused, ${warnings.length} warnings`;
  console.log(`${name}: ${figures}, ${((Date.now() - start) / 1000).toFixed(1)} s`);
}
