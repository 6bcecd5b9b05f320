import { problemOf } from '../../charts/lib/collect.js';
import { groupOf, type KindCatalog } from '../../charts/lib/kinds.js';
import { type Problem, Problems } from '../../charts/lib/problem.js';
import { pairsOf } from '../../charts/lib/provides.js';
import type { Schemas } from '../schema/load.js';
import { readVendored, renderingOf } from './absent.js';
import { readArchive } from './archive.js';
import type { Rendering } from './deliver.js';
import { renderReleases } from './index.js';
import type { RenderedObject } from './model.js';
import { readObjects } from './objects.js';
import { settleNamespaces } from './objects-scope.js';
import { findHelm } from './program.js';
import type { RenderRequest } from './requests.js';
import type { Store } from './store.js';
import { checkValues } from './values/check.js';
import { readValuesModel } from './values/model.js';

/** What rendering needs of this machine. */
export interface RenderMachine {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly store: Store;
  /** Version of the lock. */
  readonly helm: string;
  readonly schemas: Schemas;
}

/** Renders charts with helm, and reads plain manifests, in the order of the requests. */
export async function renderRequests(requests: readonly RenderRequest[], machine: RenderMachine): Promise<Rendering[]> {
  const { root, env, store, helm, schemas } = machine;
  const catalog = catalogOf(requests, schemas);
  const charts = requests.flatMap((request) => (request.chart === undefined ? [] : [{ request, input: request.chart }]));
  const rendered = await renderReleases(
    charts.map(({ request, input }) => ({ input, file: `charts/${request.component}.ts` })),
    {
      root,
      helm,
      catalog,
      program: () => findHelm(root, helm, env),
      archiveOf: async (chart) => {
        await readVendored(store, chart.sha256, 'tgz', `${chart.chart} ${chart.version}`);
        return store.pathOf(chart.sha256, 'tgz');
      },
    },
  );
  const results = new Map<RenderRequest, Rendering>();
  for (const [index, { request }] of charts.entries()) {
    const { objects = [], problems = [] } = rendered[index] ?? {};
    results.set(request, renderingOf(request, objects, [...problems, ...(await findUnknownValues(request, store))]));
  }
  for (const request of requests) if (!results.has(request)) results.set(request, await readManifests(request, store, catalog));
  return requests.map((request) => results.get(request) ?? { objects: [], problems: [] });
}

/** Where kinds live: by their schema or, for kinds that only releases know, by what these say. */
function catalogOf(requests: readonly RenderRequest[], schemas: Schemas): KindCatalog {
  const declared = new Map<string, 'Cluster' | 'Namespaced'>();
  for (const { provides } of requests) {
    for (const { group, kind } of pairsOf(provides.cluster)) declared.set(`${group}/${kind}`, 'Cluster');
    for (const { group, kind } of pairsOf(provides.namespaced)) declared.set(`${group}/${kind}`, 'Namespaced');
  }
  return { scopeOf: (apiVersion, kind) => schemas.scopeOf(apiVersion, kind) ?? declared.get(`${groupOf(apiVersion)}/${kind}`) };
}

/** Values that the chart does not have; without its archive, what was rendered before is all there is. */
async function findUnknownValues({ component, chart: input }: RenderRequest, store: Store): Promise<readonly Problem[]> {
  const content = input && (await store.find(input.chart.sha256, 'tgz'));
  if (input === undefined || content === undefined) return [];
  const { chart, releaseName: name, values } = input;
  const { files } = readArchive(content, `${chart.chart} ${chart.version}`, chart);
  return checkValues({ file: `charts/${component}.ts`, name, chart, values }, readValuesModel(files));
}

/** The objects of plain manifests, but for those that the component makes itself. */
async function readManifests(request: RenderRequest, store: Store, catalog: KindCatalog): Promise<Rendering> {
  const { component, path, manifests = [], without = [], namespace } = request;
  const release = { releaseName: component, namespace, chart: { repository: '', chart: component, version: '', sha256: '' } };
  try {
    const read = await Promise.all(
      manifests.map(async ({ url, sha256 }) => {
        const { objects, problems } = readObjects((await readVendored(store, sha256, 'yaml', url)).toString('utf8'), release);
        return { objects: objects.map((object) => ({ ...object, template: url })), problems };
      }),
    );
    const isLeftOut = ({ manifest }: RenderedObject) =>
      without.some(
        ({ apiVersion, kind, name }) => manifest.apiVersion === apiVersion && manifest.kind === kind && manifest.metadata.name === name,
      );
    const all = read.flatMap(({ objects }) => objects);
    const settled = settleNamespaces(
      all.filter((object) => !isLeftOut(object)),
      release,
      catalog,
    );
    const problems = [...read.flatMap((part) => part.problems), ...settled.problems, ...findLost(request, all)];
    const file = `charts/${component}.ts`;
    return {
      objects: settled.objects,
      problems: problems.map((problem) => ({ ...problem, file: problem.file || file, field: problem.field || path })),
    };
  } catch (error) {
    if (error instanceof Problems) return renderingOf(request, [], error.problems);
    throw error;
  }
}

/** An object that is left out and was never there would come back unseen under another name. */
function findLost({ component, path, without = [] }: RenderRequest, objects: readonly RenderedObject[]): Problem[] {
  const names = new Set(objects.map(({ manifest }) => `${manifest.apiVersion} ${manifest.kind} ${manifest.metadata.name}`));
  return without
    .map(({ apiVersion, kind, name }) => `${apiVersion} ${kind} ${name}`)
    .filter((name) => !names.has(name))
    .map((name) =>
      problemOf(
        component,
        `${path} without`,
        'known-object',
        `The manifests have no ${name} that could be left out.`,
        'remove it, or correct it.',
      ),
    );
}
