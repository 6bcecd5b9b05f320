import { App } from 'cdk8s';
import { engineAnnotations } from '../../charts/lib/annotations.js';
import { renderArgoCd } from '../../charts/lib/argo-cd/index.js';
import { type ApplicationPart, partition } from '../../charts/lib/argo-cd/partition.js';
import { type CollectedComponent, collect, findDoubles, problemOf } from '../../charts/lib/collect.js';
import { type DeliveredFile, type DeliveredFiles, deliver } from '../../charts/lib/delivery.js';
import { type Dependencies, resolveDependencies } from '../../charts/lib/dependencies.js';
import type { EngineSettings } from '../../charts/lib/engine.js';
import { renderFlux } from '../../charts/lib/flux/index.js';
import type { StageName } from '../../charts/lib/handle.js';
import { groupOf, isBuiltinGroup, type KindCatalog, type KubernetesObject } from '../../charts/lib/kinds.js';
import { type Problem, Problems } from '../../charts/lib/problem.js';
import { kustomizationOf } from '../../charts/lib/release.js';
import { addStoreSecrets, type StoreSecrets } from '../../charts/lib/store-secrets.js';
import { findLostDeliveries } from './delivery.js';
import type { Cluster } from './facts.js';
import type { Fleet } from './fleet.js';
import { renderTalos, type TalosFiles } from './talos/index.js';

/** An object with everything the engines need to know of it, and where it comes from. */
export interface PlannedObject {
  readonly component: string;
  readonly stage: StageName;
  /** Construct path, for messages. */
  readonly path: string;
  readonly manifest: KubernetesObject;
}

/** Everything that dist/<cluster>/ will hold, as objects; nothing is text yet, and nothing was read or written. */
export interface ClusterPlan {
  readonly cluster: Cluster;
  readonly components: readonly CollectedComponent[];
  readonly dependencies: Dependencies;
  readonly objects: readonly PlannedObject[];
  /** Objects from upstream that synth rendered. */
  readonly files: readonly DeliveredFile[];
  /** Component -> kustomization that lists the URLs of its upstream manifests. */
  readonly upstream: ReadonlyMap<string, object>;
  /** Declared Secrets that the store fills, as 'namespace/name'. */
  readonly fromStore: ReadonlySet<string>;
  /** Empty on a cluster with Flux. */
  readonly applications: readonly ApplicationPart[];
  /** Objects of the engine by their path below dist/<cluster>/. */
  readonly engine: ReadonlyMap<string, KubernetesObject>;
  readonly talos: TalosFiles;
}

/**
 * Builds the components of a cluster, resolves what waits for what, and derives the engine's objects.
 *
 * @throws {Problems} everything that is wrong, at once.
 */
export function planCluster(cluster: Cluster, fleet: Fleet, catalog: KindCatalog): ClusterPlan {
  return planCollected(collectCluster(cluster, fleet, catalog), fleet, catalog, new Map());
}

/** The components of a cluster, before anybody asks what waits for what. */
export interface CollectedCluster {
  readonly cluster: Cluster;
  readonly components: readonly CollectedComponent[];
  readonly fromStore: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Builds the components of a cluster. @throws {Problems} what is wrong with the way that it gets its Secrets. */
export function collectCluster(cluster: Cluster, fleet: Fleet, catalog: KindCatalog): CollectedCluster {
  const app = new App();
  cluster.build(app, fleet);
  const collected = collect(app, catalog);
  return { cluster, ...addStore(cluster, collected.components), problems: collected.problems };
}

/**
 * The second half of planCluster.
 *
 * @param files of the releases that synth renders.
 * @throws {Problems} everything that is wrong, at once.
 */
export function planCollected(collected: CollectedCluster, fleet: Fleet, catalog: KindCatalog, files: DeliveredFiles): ClusterPlan {
  const { cluster, fromStore } = collected;
  const components = deliver(collected.components, files);
  const dependencies = resolveDependencies(components);
  const all = [
    ...collected.problems,
    ...findDoubles(components),
    ...dependencies.problems,
    ...findLostChildren(cluster, fleet, components),
    ...findLostDeliveries(cluster, components),
  ];
  if (all.length > 0) throw new Problems(all);

  const applications = cluster.engine === 'argocd' ? partition(components, dependencies.graph) : [];
  refuseSameNames(applications);
  const settings: EngineSettings = { cluster: cluster.name, repository: cluster.repository, branch: cluster.branch };
  return {
    cluster,
    components,
    dependencies,
    objects: components.flatMap((component) => annotate(component, dependencies)),
    files: components.flatMap(({ stages }) => stages.flatMap((stage) => stage.files)),
    upstream: new Map(
      components.flatMap(({ name, stages }) => {
        const manifests = stages.flatMap((stage) => stage.manifests);
        return manifests.length > 0 ? [[name, kustomizationOf(manifests)] as const] : [];
      }),
    ),
    fromStore,
    applications,
    engine:
      cluster.engine === 'flux'
        ? renderFlux(components, dependencies.graph, settings)
        : renderArgoCd(components, applications, settings, catalog),
    talos: renderTalos(
      cluster,
      components.map(({ component }) => component.options.talos ?? {}),
    ),
  };
}

/** On a cluster whose secrets come from a store: the components with their ExternalSecrets. */
function addStore({ name, secrets }: Cluster, components: readonly CollectedComponent[]): StoreSecrets {
  if (secrets === 'bootstrap') return { components, fromStore: new Set() };
  const stores = components.filter(({ component }) => component.secretStore !== undefined);
  const [store] = stores;
  if (store && stores.length === 1) return addStoreSecrets(components, resolveDependencies(components).graph, store);
  const problem = `${stores.length === 0 ? 'No component' : stores.map((other) => other.name).join(' and ')} is a store of secrets.`;
  const fix = 'let exactly one component be one, or write "bootstrap".';
  throw new Problems([{ rule: 'one-secret-store', severity: 'error', file: `clusters/${name}.ts`, field: 'secrets', problem, fix }]);
}

/** Whoever names a cluster as parent relies on it. */
function findLostChildren({ name }: Cluster, fleet: Fleet, components: readonly CollectedComponent[]): Problem[] {
  const lost = fleet.childrenOf(name).filter((child) => !components.some((component) => component.name === child.name));
  return lost.map(({ name: child, platform }) => ({
    rule: 'made-by-parent',
    severity: 'error',
    file: `clusters/${name}.ts`,
    field: 'components',
    problem: `${child} names ${name} as its parent, and no component here makes it.`,
    fix: platform === 'kubevirt' ? 'call virtualizeChildren.' : 'call cloneChildren.',
  }));
}

/** A split-off stage is called like its component and the stage, which may be the name of another component. */
function refuseSameNames(applications: readonly ApplicationPart[]): void {
  const problems = applications.flatMap(({ name, component }, index): Problem[] => {
    const first = applications.findIndex((other) => other.name === name);
    if (first === index) return [];
    const owners = `${applications[first]?.component.name} and ${component.name}`;
    const problem = `${owners} would both have an Application called "${name}".`;
    return [problemOf(component.name, name, 'distinct-applications', problem, 'give one of the components another name.')];
  });
  if (problems.length > 0) throw new Problems(problems);
}

function annotate({ name, stages }: CollectedComponent, { providers }: Dependencies): PlannedObject[] {
  return stages.flatMap(({ stage, objects }) =>
    objects.map(({ manifest, path }) => {
      const group = groupOf(manifest.apiVersion);
      const provider = isBuiltinGroup(group) ? undefined : providers.kinds.get(`${group}/${manifest.kind}`);
      const annotations = { ...manifest.metadata.annotations, ...engineAnnotations(manifest, stage, provider?.atRunTime ?? false) };
      return { component: name, stage, path, manifest: { ...manifest, metadata: { ...manifest.metadata, annotations } } };
    }),
  );
}
