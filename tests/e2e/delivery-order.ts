import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { type Upstream, upstreamOf } from '../../charts/lib/delivery.js';
import { levelsOf } from '../../charts/lib/graph.js';
import type { KubernetesObject } from '../../charts/lib/kinds.js';
import { pairsOf } from '../../charts/lib/provides.js';
import type { ClusterPlan } from '../../clusters/lib/plan.js';

/** What an engine puts into a cluster, in its order, as the committed files of dist/ say it. Only what charts install comes from the sources. */

const dist = fileURLToPath(new URL('../../dist', import.meta.url));

/** What is put into the cluster at once. */
export interface Step {
  /** Kinds whose definition comes with it, as 'group/Kind'. */
  readonly definitions: readonly string[];
  /** Kinds that charts have objects of, in the same form. */
  readonly charted: readonly string[];
  /** Names of Namespaces that a chart makes. */
  readonly namespaces: readonly string[];
  /** Objects of dist/, Namespaces first. */
  readonly objects: readonly KubernetesObject[];
}

/** What waits for nothing but the waves before: an Application or a Kustomization. */
export interface Sync {
  readonly name: string;
  /** Objects whose kinds must be served before the first step: Argo CD asks for all of them at once. */
  readonly known: readonly KubernetesObject[];
  readonly steps: readonly Step[];
}

/** The syncs that may run at the same time; each wave begins when the one before is healthy. */
export type Wave = readonly Sync[];

/** Everything that happens to a new cluster: the bootstrap, the root that people apply, and then the engine. */
export function readOrder(plan: ClusterPlan): readonly Wave[] {
  return [[bootstrap(plan)], ...(plan.cluster.engine === 'flux' ? readFlux(plan) : readArgoCd(plan))];
}

/** The objects of a file of dist/<cluster>/, or of all files of a folder. */
export function readObjects(cluster: string, path: string): readonly KubernetesObject[] {
  const full = join(dist, cluster, path);
  const files = path.endsWith('.yaml')
    ? [full]
    : readdirSync(full, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.yaml'))
        .sort()
        .map((name) => join(full, name));
  const objects = files.flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS()));
  return objects as readonly KubernetesObject[];
}

/** Every object of dist/, of all clusters: own ones, and those of the engines. */
export function readClusters(): readonly KubernetesObject[] {
  return readdirSync(dist).flatMap((cluster) =>
    ['manifests', 'argocd', 'flux']
      .filter((folder) => existsSync(join(dist, cluster, folder)))
      .flatMap((folder) => readObjects(cluster, folder)),
  );
}

/** Namespaces, and what the releases of the bootstrap install. */
function bootstrap({ components, objects, cluster }: ClusterPlan): Sync {
  const present = components.filter(({ component }) => component.options.bootstrap === true);
  const isNamespace = ({ component, manifest }: ClusterPlan['objects'][number]) =>
    manifest.kind === 'Namespace' && present.some(({ name }) => name === component);
  const namespaces = { ...nothing, objects: objects.filter(isNamespace).map(({ manifest }) => manifest) };
  // Its values leave out what others bring.
  const steps = stepsOf(present.flatMap(({ stages }) => stages.flatMap(upstreamOf))).map((step) => ({ ...step, charted: [] }));
  return { name: `bootstrap of ${cluster.name}`, known: [], steps: [namespaces, ...steps] };
}

/** A step that does nothing. */
export const nothing: Step = { definitions: [], charted: [], namespaces: [], objects: [] };

/** What releases install: with themselves, and then while they run. */
function stepsOf(releases: readonly Upstream[], objects: readonly KubernetesObject[] = []): readonly Step[] {
  const provided = releases.map(({ props }) => props.provides);
  const names = (kinds: (typeof provided)[number]['crds']) => pairsOf(kinds).map(({ group, kind }) => `${group}/${kind}`);
  return [
    {
      definitions: provided.flatMap(({ crds }) => names(crds)),
      charted: provided.flatMap(({ cluster, namespaced }) => [...names(cluster), ...names(namespaced)]),
      namespaces: provided.flatMap(({ namespaces = [] }) => namespaces),
      objects: [...objects].sort((a, b) => Number(b.kind === 'Namespace') - Number(a.kind === 'Namespace')),
    },
    { ...nothing, definitions: provided.flatMap(({ crdsAtRunTime }) => names(crdsAtRunTime)) },
  ];
}

/** Source: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/ */
function waveOf({ metadata }: KubernetesObject): number {
  return Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
}

function readArgoCd(plan: ClusterPlan): readonly Wave[] {
  const name = plan.cluster.name;
  const first = [...readObjects(name, 'argocd/projects/root.yaml'), ...readObjects(name, 'argocd/root.yaml')];
  const applications = readObjects(name, 'argocd/apps');
  const waves = [...new Set(applications.map(waveOf))].sort((a, b) => a - b);
  return [
    [{ name: 'root', known: first, steps: stepsOf([], first) }],
    ...waves.map((wave) => applications.filter((application) => waveOf(application) === wave).map((one) => syncOf(one, plan))),
  ];
}

/** An Application and everything that it brings. */
function syncOf(application: KubernetesObject, plan: ClusterPlan): Sync {
  const { name } = application.metadata;
  const spec = application['spec'] as { readonly source?: Source; readonly sources?: readonly Source[] };
  const paths = (spec.sources ?? [spec.source]).flatMap((source) => source?.path ?? []);
  const objects = paths
    .map((path) => path.replace(`dist/${plan.cluster.name}/`, ''))
    .filter((path) => !path.startsWith('upstream/'))
    .flatMap((path) => readObjects(plan.cluster.name, path));
  const part = plan.applications.find((other) => other.name === name);
  const stages = part?.component.stages.filter(({ stage }) => part.stages.includes(stage)) ?? [];
  const upstream = stages.flatMap(upstreamOf);
  const waves = [...new Set([0, ...objects.map(waveOf)])].sort((a, b) => a - b);
  const [installed] = stepsOf(upstream);
  return {
    name,
    known: objects.filter((object) => !isSettled(object) && !installed?.definitions.includes(groupKindOf(object))),
    steps: [
      ...stepsOf([], [application]),
      ...waves.flatMap((wave) =>
        stepsOf(
          wave === 0 ? upstream : [],
          objects.filter((object) => waveOf(object) === wave),
        ),
      ),
    ],
  };
}

interface Source {
  readonly path?: string;
}

/** Source: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#skip-dry-run-for-new-custom-resources-types */
function isSettled({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.['argocd.argoproj.io/sync-options']?.includes('SkipDryRunOnMissingResource=true') === true;
}

/** @example 'cert-manager.io/Certificate'; the core group is '' */
export function groupKindOf({ apiVersion, kind }: KubernetesObject): string {
  return `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}/${kind}`;
}

/** Source: https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies (v1) */
function readFlux(plan: ClusterPlan): readonly Wave[] {
  const root = readObjects(plan.cluster.name, 'flux/root');
  const kustomizations = root.filter(({ kind, metadata }) => kind === 'Kustomization' && metadata.name !== 'root');
  const specOf = (object: KubernetesObject) => object['spec'] as { readonly path: string; readonly dependsOn?: readonly Dependency[] };
  const levels = levelsOf({
    nodes: kustomizations.map(({ metadata }) => metadata.name),
    edges: new Map(kustomizations.map((one) => [one.metadata.name, (specOf(one).dependsOn ?? []).map(({ name }) => name)])),
  });
  const waves = [...new Set(levels.values())].sort((a, b) => a - b);
  return [
    [{ name: 'root', known: [], steps: stepsOf([], root) }],
    ...waves.map((wave) =>
      kustomizations
        .filter(({ metadata }) => levels.get(metadata.name) === wave)
        .map((one) => ({ name: one.metadata.name, known: [], steps: fluxSteps(specOf(one).path, plan) })),
    ),
  ];
}

interface Dependency {
  readonly name: string;
}

/** One path is either upstream manifests, or the charts of a component, or our own objects. */
function fluxSteps(path: string, { cluster, components }: ClusterPlan): readonly Step[] {
  const [, , ...parts] = path.replace('./', '').split('/');
  const stages = components.find(({ name }) => name === parts.at(-1))?.stages ?? [];
  if (parts[0] === 'upstream') return stepsOf(stages.flatMap(({ manifests }) => manifests));
  const objects = readObjects(cluster.name, parts.join('/'));
  const isCharts = parts[0] === 'flux';
  return stepsOf(isCharts ? stages.flatMap(({ releases }) => releases) : [], objects);
}
