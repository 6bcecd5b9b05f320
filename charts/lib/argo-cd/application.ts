import type { IApplication } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application';
import { stringify } from 'yaml';
import type { CollectedComponent, CollectedStage } from '../collect.js';
import type { EngineSettings } from '../engine.js';
import type { HelmRelease } from '../release.js';
import type { ApplicationPart } from './partition.js';
import { argoCdNamespace, humanGateAnnotation, inCluster, projectsApplication, repositoryOf, revisionOf } from './settings.js';

type Source = NonNullable<IApplication['spec']['sources']>[number];
type SyncPolicy = NonNullable<IApplication['spec']['syncPolicy']>;

/**
 * Retries wait 10 s, 20 s, 40 s and so on up to 5 minutes. `refresh` makes a retry take the newest commit instead of the one that failed.
 *
 * @param limit number of retries; -1 never gives up.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/
 */
function retry(limit: number): NonNullable<SyncPolicy['retry']> {
  return { limit, refresh: true, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } };
}

/**
 * The Application of one part. Server-side apply is not a choice: several CustomResourceDefinitions do not fit the annotation of the
 * client-side one. No finalizer: removing an Application must never take its workloads and data along.
 */
export function renderApplication(part: ApplicationPart, settings: EngineSettings): IApplication {
  const { component } = part.component;
  const gate = gateOf(part.component);
  const sources = sourcesOf(part, settings);
  const paths = generatePaths(sources);
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: part.name,
      namespace: argoCdNamespace,
      annotations: {
        'argocd.argoproj.io/compare-options': 'ServerSideDiff=true',
        ...(paths === '' ? {} : { 'argocd.argoproj.io/manifest-generate-paths': paths }),
        'argocd.argoproj.io/sync-wave': String(part.wave),
        ...(gate === undefined ? {} : { [humanGateAnnotation]: gate }),
      },
    },
    spec: {
      project: component.options.project,
      destination: { server: inCluster, namespace: component.namespaceName },
      sources,
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true', 'FailOnSharedResource=true'],
        retry: retry(gate === undefined ? 10 : -1),
      },
    },
  };
}

/** Why a person must act before the component can be healthy, or undefined. */
export function gateOf({ component, secrets }: CollectedComponent): string | undefined {
  const external = secrets.filter(({ props }) => props.filledBy === 'external');
  const reasons = [
    component.options.humanGate,
    ...external.map(({ props }) => `Secret ${props.name} is filled by ${props.owner ?? 'a person'}`),
  ];
  return reasons.filter((reason) => reason !== undefined).join('; ') || undefined;
}

function sourcesOf({ component, stages }: ApplicationPart, settings: EngineSettings): Source[] {
  const parts = component.stages.filter(({ stage }) => stages.includes(stage));
  const charts = parts.flatMap(({ releases }) => releases).map((release) => chartSource(release, component.component.namespaceName));
  const upstream = parts.flatMap(({ manifests }) => manifests).length > 0 ? [gitSource(settings, `upstream/${component.name}`)] : [];
  const hasFiles = ({ objects, files }: CollectedStage) => objects.length + files.length > 0;
  const filled = parts.filter(hasFiles).map(({ stage }) => stage);
  const isWhole = component.stages.every((stage) => !hasFiles(stage) || filled.includes(stage.stage));
  const paths = isWhole ? [`manifests/${component.name}`] : filled.map((stage) => `manifests/${component.name}/${stage}`);
  const folders = filled.length === 0 ? [] : paths.map((path) => ({ ...gitSource(settings, path), directory: { recurse: true } }));
  return [...charts, ...upstream, ...folders];
}

function gitSource(settings: EngineSettings, path: string): Source {
  return { repoURL: settings.repository, targetRevision: revisionOf(settings), path: `dist/${settings.cluster}/${path}` };
}

function chartSource({ releaseName, props }: HelmRelease, namespace: string): Source {
  const { repository, chart, version, values } = props;
  return {
    repoURL: repositoryOf(repository),
    chart,
    targetRevision: version,
    helm: {
      releaseName,
      ...(props.namespace === undefined || props.namespace === namespace ? {} : { namespace: props.namespace }),
      skipTests: true,
      // The API server drops null from an object, so that values which unset a default travel as text.
      ...(hasNull(values) ? { values: stringify(values, asText) } : { valuesObject: values }),
    },
  };
}

/** Helm reads YAML 1.1, so that every string is quoted: `off` would be false, `y` true. */
const asText = {
  lineWidth: 0,
  sortMapEntries: true,
  aliasDuplicateObjects: false,
  defaultStringType: 'QUOTE_DOUBLE',
} as const;

function hasNull(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.values(value).some(hasNull));
}

/** Commits that touch none of the folders of its Git sources do not make Argo CD render the Application again. */
function generatePaths(sources: readonly Source[]): string {
  return sources.flatMap(({ path }) => (path === undefined ? [] : [`/${path}`])).join(';');
}

/** The two Applications that no component has: root, which people apply once, and the one that syncs the AppProjects. */
export function renderRoot(settings: EngineSettings): { root: IApplication; projects: IApplication } {
  const make = (name: string, folder: string, annotations: Record<string, string>, limit: number): IApplication => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name,
      namespace: argoCdNamespace,
      annotations: { 'argocd.argoproj.io/manifest-generate-paths': `/dist/${settings.cluster}/argocd/${folder}`, ...annotations },
    },
    spec: {
      project: 'root',
      destination: { server: inCluster, namespace: argoCdNamespace },
      source: { ...gitSource(settings, `argocd/${folder}`), directory: { recurse: false } },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true', 'PruneLast=true'],
        retry: retry(limit),
      },
    },
  });
  // Root waits for every wave, also for the ones that take longer than ten retries.
  const root = make('root', 'apps', {}, -1);
  const ignored = ['.metadata.annotations["argocd.argoproj.io/refresh"]', '.operation', '.spec.syncPolicy.automated'];
  return {
    root: {
      ...root,
      spec: { ...root.spec, ignoreDifferences: [{ group: 'argoproj.io', kind: 'Application', jqPathExpressions: ignored }] },
    },
    projects: make(projectsApplication, 'projects', { 'argocd.argoproj.io/sync-wave': '-10' }, 10),
  };
}
