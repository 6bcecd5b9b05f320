import type { IAppProject } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/AppProject';
import type { CollectedComponent } from '../collect.js';
import type { Project } from '../component.js';
import { chartsOf, upstreamOf } from '../delivery.js';
import type { EngineSettings } from '../engine.js';
import { groupOf, type KindCatalog } from '../kinds.js';
import { pairsOf } from '../provides.js';
import { argoCdNamespace, inCluster, repositoryOf } from './settings.js';

const concerns: Readonly<Record<Project, string>> = {
  gitops: 'The GitOps engine itself',
  network: 'Pod network, load balancing and ingress',
  security: 'Certificates, trust and identity',
  storage: 'Volumes and snapshots',
  platform: 'Services for the workloads of the cluster',
  apps: 'Workloads',
};

/**
 * One AppProject a concern that has components, and `root`: each may do exactly what its components render or declare in `provides`.
 */
export function renderProjects(components: readonly CollectedComponent[], settings: EngineSettings, catalog: KindCatalog): IAppProject[] {
  const names = [...new Set(components.map(({ component }) => component.options.project))].sort();
  return [rootProject(settings), ...names.map((name) => renderProject(name, components, settings, catalog))];
}

function renderProject(name: Project, all: readonly CollectedComponent[], settings: EngineSettings, catalog: KindCatalog): IAppProject {
  const components = all.filter(({ component }) => component.options.project === name);
  const stages = components.flatMap((component) => component.stages);
  const objects = stages.flatMap((stage) => stage.objects).map(({ manifest }) => manifest);
  const releases = stages.flatMap(upstreamOf);
  const provided = releases.map(({ props }) => props.provides);

  const namespaces = new Set(components.map(({ component }) => component.namespaceName));
  const cluster = new Set<string>();
  const namespaced = new Set<string>();
  for (const { apiVersion, kind, metadata } of objects) {
    const isNamespaced = catalog.scopeOf(apiVersion, kind) === 'Namespaced';
    (isNamespaced ? namespaced : cluster).add(`${groupOf(apiVersion)}/${kind}`);
    if (isNamespaced && metadata.namespace !== undefined) namespaces.add(metadata.namespace);
  }
  for (const provides of provided) {
    for (const { group, kind } of pairsOf(provides.cluster)) cluster.add(`${group}/${kind}`);
    for (const { group, kind } of pairsOf(provides.namespaced)) namespaced.add(`${group}/${kind}`);
    if (pairsOf(provides.crds).length > 0) cluster.add('apiextensions.k8s.io/CustomResourceDefinition');
    for (const namespace of [...(provides.namespaces ?? []), ...(provides.otherNamespaces ?? [])]) namespaces.add(namespace);
  }
  const charts = stages.flatMap((stage) => stage.releases).map(({ props }) => props);
  for (const { props } of stages.flatMap(chartsOf)) if (props.namespace !== undefined) namespaces.add(props.namespace);
  return project(name, concerns[name], {
    sourceRepos: [settings.repository, ...charts.map(({ repository }) => repositoryOf(repository))],
    namespaces,
    cluster,
    namespaced,
  });
}

/**
 * The project of the Applications that make the others. Whoever may write root's folder may create Applications in every project, so that root
 * may create nothing else.
 */
export function rootProject(settings: EngineSettings): IAppProject {
  return project('root', 'Applications and AppProjects of this cluster, nothing else', {
    sourceRepos: [settings.repository],
    namespaces: new Set([argoCdNamespace]),
    cluster: new Set(),
    namespaced: new Set(['argoproj.io/Application', 'argoproj.io/AppProject']),
  });
}

interface Allowed {
  readonly sourceRepos: readonly string[];
  readonly namespaces: ReadonlySet<string>;
  readonly cluster: ReadonlySet<string>;
  readonly namespaced: ReadonlySet<string>;
}

function project(name: string, description: string, { sourceRepos, namespaces, cluster, namespaced }: Allowed): IAppProject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: {
      name,
      namespace: argoCdNamespace,
      annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' },
    },
    spec: {
      description,
      sourceRepos: [...new Set(sourceRepos)].sort(),
      destinations: [...namespaces].sort().map((namespace) => ({ server: inCluster, namespace })),
      clusterResourceWhitelist: groupKinds(cluster),
      // An empty list would be dropped by the API server, and no list allows everything.
      ...(namespaced.size > 0
        ? { namespaceResourceWhitelist: groupKinds(namespaced) }
        : { namespaceResourceBlacklist: [{ group: '*', kind: '*' }] }),
    },
  };
}

function groupKinds(names: ReadonlySet<string>): { group: string; kind: string }[] {
  return [...names].sort().map((name) => {
    const at = name.lastIndexOf('/');
    return { group: name.slice(0, at), kind: name.slice(at + 1) };
  });
}
