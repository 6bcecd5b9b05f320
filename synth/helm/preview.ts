import { parse } from 'yaml';
import { chartsOf, pathOfUpstream } from '../../charts/lib/delivery.js';
import type { KubernetesObject } from '../../charts/lib/kinds.js';
import type { ClusterPlan } from '../../clusters/lib/plan.js';
import { isSame } from '../schema/equal.js';
import type { Schemas } from '../schema/load.js';
import type { TreeDifference } from '../write.js';
import { type ChartUse, chartUsesOf } from './chart-uses.js';
import { compareObjects, describeChanges } from './compare.js';
import type { DeliveryWorld } from './deliver.js';
import type { ChartLock, RenderInput } from './model.js';
import { readRecord, recordPath } from './record.js';
import { apiVersionsOf, type RenderRequest } from './requests.js';

/** A release that the engine renders, before and after; one of them is absent when it comes or goes. */
interface ChangedUse {
  readonly plan: ClusterPlan;
  readonly before?: ChartUse | undefined;
  readonly after?: ChartUse | undefined;
}

/** What the preview is made from: what is rendered, and how the folder on disk differs. */
export interface PreviewInput {
  readonly plans: readonly ClusterPlan[];
  readonly differences: readonly TreeDifference[];
  readonly world: DeliveryWorld;
  readonly schemas: Schemas;
  /** Lock that the folder on disk was made with, where it is another one; asked for only when something changed. */
  readonly readOldLock?: () => Promise<ChartLock | undefined>;
}

/**
 * Which objects change in the clusters whose engine renders the charts that change: rendered here for a look, and not kept. Charts that are not at
 * hand are only counted.
 */
export async function previewChanges({ plans, differences, world, schemas, readOldLock }: PreviewInput): Promise<string[]> {
  const changed = (await Promise.all(plans.map((plan) => findChangedUses(plan, differences, world)))).flat();
  if (changed.length === 0) return [];
  const oldLock = await readOldLock?.();
  const lockedIn = (lock: ChartLock | undefined, use: ChartUse | undefined) => lock?.charts.find((entry) => isOf(entry, use));
  const sides = changed.map(({ plan, before, after }) => {
    const old = lockedIn(world.lock, before) ?? lockedIn(oldLock, before);
    const now = lockedIn(world.lock, after);
    const requests = [before && old && requestOf(plan, before, old, schemas), after && now && requestOf(plan, after, now, schemas)];
    return { isKnown: (before === undefined || old !== undefined) && (after === undefined || now !== undefined), requests };
  });
  const requests = sides.flatMap(({ isKnown, requests }) => (isKnown ? requests.filter((request) => request !== undefined) : []));
  const renderings = await world.render(requests);
  const objectsOf = (request: RenderRequest | undefined): readonly KubernetesObject[] | undefined => {
    if (request === undefined) return [];
    const rendering = renderings[requests.indexOf(request)];
    return rendering === undefined || 'absent' in rendering ? undefined : rendering.objects.map(({ manifest }) => manifest);
  };
  const looks = changed.map((use, index) => {
    const { isKnown = false, requests = [] } = sides[index] ?? {};
    const [before, after] = [objectsOf(requests[0]), objectsOf(requests[1])];
    const isRendered = isKnown && before !== undefined && after !== undefined;
    return { use, lines: isRendered ? describeChanges(compareObjects(before, after)) : undefined };
  });
  const unseen = looks.filter(({ lines }) => lines === undefined).length;
  return [
    ...group(looks.flatMap(({ use, lines }) => (lines === undefined ? [] : [{ use, lines }]))),
    ...(unseen > 0 ? [`${unseen} changed ${unseen === 1 ? 'chart' : 'charts'} not rendered: npm run tools, npm run vendor`] : []),
  ];
}

async function findChangedUses(plan: ClusterPlan, differences: readonly TreeDifference[], world: DeliveryWorld): Promise<ChangedUse[]> {
  const { name } = plan.cluster;
  const difference = differences.find(({ cluster }) => cluster === name);
  if (difference === undefined) return [];
  const differing = new Set(
    [...difference.changed, ...difference.missing, ...difference.extra].filter((path) => /^(argocd\/apps|flux\/releases)\//.test(path)),
  );
  if (differing.size === 0) return [];
  const same = [...plan.engine].filter(([path]) => !differing.has(path)).map(([, object]) => object);
  const committed = await Promise.all(
    [...difference.changed, ...difference.extra].filter((path) => differing.has(path)).map((path) => world.readCommitted(name, path)),
  );
  const old = committed.flatMap((bytes) => (bytes === undefined ? [] : [parse(bytes.toString('utf8')) as KubernetesObject]));
  const moved = await findMoved(plan, world);
  const [before, after] = [byRelease(chartUsesOf([...same, ...old])), byRelease(chartUsesOf([...plan.engine.values()]))];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key) => {
    const use = { plan, before: before.get(key), after: after.get(key) };
    return isSame(use.before, use.after) || moved.has(use.after === undefined ? key : `- ${key}`) ? [] : [use];
  });
}

/** Releases that are, or with a dash in front were, rendered into dist/: only who renders them changes, and their files show what else does. */
async function findMoved({ cluster, components }: ClusterPlan, world: DeliveryWorld): Promise<ReadonlySet<string>> {
  const record = readRecord((await world.readCommitted(cluster.name, recordPath))?.toString('utf8'));
  const keys = components.flatMap(({ component, stages }) =>
    stages.flatMap((stage) =>
      chartsOf(stage).map((release) => {
        const key = `${release.props.namespace ?? component.namespaceName}/${release.releaseName}`;
        return {
          now: stage.delivered.includes(release) ? [key] : [],
          before: Object.hasOwn(record, pathOfUpstream(release)) ? [`- ${key}`] : [],
        };
      }),
    ),
  );
  return new Set(keys.flatMap(({ now, before }) => [...now, ...before]));
}

function byRelease(uses: readonly ChartUse[]): Map<string, ChartUse> {
  return new Map(uses.map((use) => [`${use.namespace}/${use.releaseName}`, use]));
}

function isOf(
  entry: { readonly repository: string; readonly chart: string; readonly version: string },
  use: ChartUse | undefined,
): boolean {
  const repository = entry.repository.replace(/^oci:\/\//, '');
  return repository === use?.repository.replace(/^oci:\/\//, '') && entry.chart === use.chart && entry.version === use.version;
}

function requestOf({ cluster, components }: ClusterPlan, use: ChartUse, chart: RenderInput['chart'], schemas: Schemas): RenderRequest {
  const { releaseName, namespace, values } = use;
  const facts = { kubernetes: cluster.versions.kubernetes, apiVersions: apiVersionsOf(components, schemas), engine: cluster.engine };
  const release = components.flatMap(({ stages }) => stages.flatMap(chartsOf)).find((other) => other.releaseName === releaseName);
  const provides = release?.props.provides ?? { podSecurity: 'privileged' };
  const input = { chart, releaseName, namespace, values, ...facts };
  return { component: releaseName, path: `${cluster.name} ${releaseName}`, namespace, provides, chart: input };
}

/** What changes alike in several clusters is said once. */
function group(looks: readonly { readonly use: ChangedUse; readonly lines: readonly string[] }[]): string[] {
  const groups = new Map<string, { title: string; clusters: string[]; lines: readonly string[] }>();
  for (const { use, lines } of looks) {
    const { before, after, plan } = use;
    const versions = [...new Set([before?.version, after?.version].filter((version) => version !== undefined))].join(' -> ');
    const title = `${(after ?? before)?.releaseName} ${versions}`;
    const key = `${title}\n${lines.join('\n')}`;
    const known = groups.get(key) ?? { title, clusters: [], lines };
    known.clusters.push(plan.cluster.name);
    groups.set(key, known);
  }
  return [...groups.values()].flatMap(({ title, clusters, lines }) => [
    `${title} in ${clusters.join(', ')}: ${lines.length === 0 ? 'no object changes' : ''}`.trimEnd(),
    ...lines.map((line) => `  ${line}`),
  ]);
}
