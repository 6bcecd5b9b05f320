import type { CollectedComponent } from '../../charts/lib/collect.js';
import { pathOfUpstream, type Upstream, upstreamOf } from '../../charts/lib/delivery.js';
import type { StageName } from '../../charts/lib/handle.js';
import { type Kinds, type Provides, pairsOf } from '../../charts/lib/provides.js';
import { HelmRelease, type ReleaseManifest } from '../../charts/lib/release.js';
import { deliveryOf } from '../../clusters/lib/delivery.js';
import type { CollectedCluster } from '../../clusters/lib/plan.js';
import { canonical } from '../schema/equal.js';
import type { Schemas } from '../schema/load.js';
import type { ChartLock, LockedChart, LockedManifest, RenderInput } from './model.js';
import { sha256Of } from './store.js';

/**
 * What synth itself must render of a cluster, and everything that the result depends on. Pure.
 *
 * Counts up when the objects that come of one input change: kept objects of an older count are rendered again.
 */
const form = 1;

/** Something from upstream that is to be rendered. */
export interface RenderRequest {
  /** Name of the component. */
  readonly component: string;
  /** Construct path, for messages. */
  readonly path: string;
  /** Of a chart. */
  readonly chart?: RenderInput;
  /** Of upstream manifests, in the order of their URLs. */
  readonly manifests?: readonly LockedManifest[];
  /** Objects of the manifests that are left out. */
  readonly without?: ReleaseManifest['props']['without'];
  /** Namespace for objects that name none. */
  readonly namespace: string;
  /** Tells where kinds live that imports/ does not know. */
  readonly provides: Provides;
}

/** One release of one cluster that is delivered in dist/; the record of the cluster knows it by its path. */
export interface DeliveryRequest extends RenderRequest {
  readonly cluster: string;
  readonly stage: StageName;
  readonly upstream: Upstream;
  /** Namespace of the component. */
  readonly home: string;
  /** SHA-256 over all inputs. Undefined when the lock does not know one of them. */
  readonly inputs?: string;
}

/** Every release of a cluster that synth must render. */
export function requestsOf(collected: CollectedCluster, lock: ChartLock | undefined, schemas: Schemas): DeliveryRequest[] {
  const { cluster, components } = collected;
  const wanted = components.flatMap((component) =>
    component.stages.flatMap((stage) =>
      upstreamOf(stage)
        .filter((upstream) => deliveryOf(cluster, component.name, upstream) === 'dist')
        .map((upstream) => ({ component, stage: stage.stage, upstream })),
    ),
  );
  if (wanted.length === 0) return [];
  const apiVersions = apiVersionsOf(components, schemas);
  const definers = definersOf(collected);
  return wanted.map(({ component, stage, upstream }) => {
    const home = component.component.namespaceName;
    const { provides } = upstream.props;
    const namespace = (upstream instanceof HelmRelease ? upstream.props.namespace : undefined) ?? home;
    const place = {
      cluster: cluster.name,
      component: component.name,
      home,
      namespace,
      provides,
      stage,
      upstream,
      path: pathOfUpstream(upstream),
    };
    // What it is checked against counts as well: a kept object was valid then.
    const checks = { schemas: schemas.digest(), provides, definers: kindsOf(provides).flatMap((kind) => definers.get(kind) ?? []) };
    const digest = (content: object) =>
      sha256Of(canonical({ form, helm: lock?.helm, stage, component: component.name, home, checks, ...content }));
    if (upstream instanceof HelmRelease) {
      const chart = lock?.charts.find((entry) => isOf(entry, upstream));
      if (chart === undefined) return place;
      const { values } = upstream.props;
      const facts = { kubernetes: cluster.versions.kubernetes, apiVersions, engine: cluster.engine };
      const input = { chart, releaseName: upstream.releaseName, namespace, values, ...facts };
      return { ...place, chart: input, inputs: digest({ ...input, chart: chart.sha256 }) };
    }
    const manifests = lockedManifests(upstream, lock);
    if (manifests === undefined) return place;
    const { without = [] } = upstream.props;
    return { ...place, manifests, without, inputs: digest({ manifests, without, namespace: home }) };
  });
}

/** By kind, the release that brings its definition, and whether that is here to check against. */
function definersOf({ cluster, components }: CollectedCluster): ReadonlyMap<string, string> {
  const found = components.flatMap((component) =>
    component.stages.flatMap(upstreamOf).flatMap((upstream) => {
      const definer = `${pathOfUpstream(upstream)} ${deliveryOf(cluster, component.name, upstream)}`;
      return pairsOf(upstream.props.provides.crds).map(({ group, kind }) => [`${group}/${kind}`, definer] as const);
    }),
  );
  return new Map(found);
}

function kindsOf({ cluster, namespaced }: Provides): string[] {
  return [...pairsOf(cluster), ...pairsOf(namespaced)].map(({ group, kind }) => `${group}/${kind}`);
}

function isOf({ repository, chart, version }: LockedChart, { props }: HelmRelease): boolean {
  return repository === props.repository && chart === props.chart && version === props.version;
}

function lockedManifests({ props }: ReleaseManifest, lock: ChartLock | undefined): LockedManifest[] | undefined {
  const found = props.urls.map(({ url }) => lock?.manifests.find((entry) => entry.url === url));
  return found.every((entry) => entry !== undefined) ? found : undefined;
}

/**
 * What the cluster itself installs beyond Kubernetes, as `group/version` and `group/version/Kind`: charts leave parts out, or fail, where a kind
 * is not served.
 */
export function apiVersionsOf(components: readonly CollectedComponent[], schemas: Schemas): readonly string[] {
  const provided = components.flatMap(({ stages }) => stages.flatMap(upstreamOf)).map(({ props }) => props.provides);
  const kinds: Kinds[] = provided.flatMap(({ crds = {}, crdsAtRunTime = {} }) => [crds, crdsAtRunTime]);
  const served = kinds
    .flatMap(pairsOf)
    .flatMap(({ group, kind }) =>
      schemas
        .versionsOf(group, kind)
        .flatMap((version) => (version.served ? [`${group}/${version.version}`, `${group}/${version.version}/${kind}`] : [])),
    );
  // Offline, helm knows Kubernetes' own versions and none of their kinds.
  return [...new Set([...served, ...schemas.builtinKinds()])].sort();
}
