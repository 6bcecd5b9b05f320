import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatIdentity, identityOf, type KubernetesObject } from '../../charts/lib/kinds.js';
import { ApiServer } from './api-server.js';
import { customKinds, definitionOf, installDefinitions, schemas } from './definitions.js';
import { groupKindOf, readClusters } from './delivery-order.js';
import { Etcd } from './etcd.js';
import { isKnown } from './known-differences.js';
import { type Mutation, mutationsOf } from './mutations.js';
import { describeWith } from './programs.js';
import { describeVerdict, disagreements, judge, passes, tabulate, type Verdict } from './verdicts.js';

/** The checks of objects that synth makes against a real API server: the same verdict on good objects, and on objects with one field changed. */

/** Most mutations of one kind; they are spread over all that there are. */
const most = 100;

/** Requests at the same time. */
const workers = 4;

const objects = readClusters();

/** Kind -> its mutations, those that differ only in the position in a list taken once. */
function mutateKinds(): ReadonlyMap<string, readonly Mutation[]> {
  const kinds = new Map<string, Map<string, Mutation>>();
  for (const object of objects) {
    const entry = schemas.find(object.apiVersion, object.kind);
    if (entry === undefined) continue;
    const kind = kinds.get(groupKindOf(object)) ?? new Map<string, Mutation>();
    kinds.set(groupKindOf(object), kind);
    for (const mutation of mutationsOf(object, entry, schemas.resolve)) {
      const key = `${mutation.operator} ${mutation.change.replace(/\.\d+/g, '')}`;
      if (!kind.has(key)) kind.set(key, mutation);
    }
  }
  const pick = (mutations: readonly Mutation[]) => [
    ...spread(mutations.filter(({ isAdded }) => !isAdded)),
    ...spread(mutations.filter(({ isAdded }) => isAdded)),
  ];
  return new Map([...kinds].map(([kind, mutations]) => [kind, pick([...mutations.values()])]));
}

function spread(mutations: readonly Mutation[]): readonly Mutation[] {
  const step = Math.max(1, mutations.length / most);
  return mutations.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

/** Does work for all items, a few at a time, and keeps their order. */
async function mapParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const run = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: workers }, run));
  return results;
}

describeWith(['etcd', 'kube-apiserver'], 'synth and the API server', (paths) => {
  let etcd: Etcd;
  let server: ApiServer;
  let verdicts: readonly Verdict[];
  const kinds = mutateKinds();

  beforeAll(async () => {
    const start = Date.now();
    etcd = await Etcd.start(paths.etcd);
    server = await ApiServer.start(paths['kube-apiserver'], etcd);
    const definitions = customKinds.map(definitionOf).filter((definition) => definition !== undefined);
    expect(await installDefinitions(server, definitions)).toEqual([]);
    for (const name of new Set(objects.map(({ metadata }) => metadata.namespace))) {
      if (name !== undefined) await server.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    verdicts = await mapParallel([...kinds.values()].flat(), (mutation) => judge(server, mutation));
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    console.log([...tabulate(verdicts), `${verdicts.length} mutations of ${kinds.size} kinds, ${seconds} s`].join('\n'));
  }, 600_000);

  afterAll(async () => {
    await server?.stop();
    await etcd?.stop();
  });

  test('take every object of dist/', async () => {
    const name = (object: KubernetesObject) => formatIdentity(identityOf(object));
    expect(objects.filter((object) => !passes(object)).map(name)).toEqual([]);
    const answers = await mapParallel(objects, async (object) => ({ object, ...(await server.apply(object, { dryRun: true })) }));
    expect(answers.filter(({ status }) => status >= 300).map(({ object, body }) => `${name(object)}: ${body['message']}`)).toEqual([]);
  });

  test('are asked about many mutations of many kinds', () => {
    expect(kinds.size).toBeGreaterThan(40);
    expect(verdicts.length).toBeGreaterThan(5_000);
  });

  test('agree on everything that schemas, rules and metadata say of custom resources', () => {
    const custom = verdicts.filter(({ isCustom }) => isCustom);
    const share = (100 * (1 - disagreements(custom).length / custom.length)).toFixed(2);
    console.log(`custom resources: ${share} % of ${custom.length} verdicts agree`);
    expect(disagreements(custom).map(describeVerdict)).toEqual([]);
  });

  test('agree on what the schemas of built-in kinds say, but for what is known', () => {
    const wrong = disagreements(verdicts).filter((verdict) => verdict.cause === 'schema' && !isKnown(verdict));
    expect(wrong.map(describeVerdict)).toEqual([]);
  });

  test('are stricter in nothing else than what is known, where the server checks built-in kinds in code', () => {
    const wrong = disagreements(verdicts).filter((verdict) => !verdict.ours && !isKnown(verdict));
    expect(wrong.map(describeVerdict)).toEqual([]);
  });

  test.each([true, false])('would not agree if synth always said %s', (ours) => {
    const blind = verdicts.filter(({ cause }) => cause === 'schema').map((verdict) => ({ ...verdict, ours }));
    expect(disagreements(blind).length).toBeGreaterThan(blind.length / 10);
  });
});
