import { parse } from 'yaml';
import type { KubernetesObject } from '../../../charts/lib/kinds.js';
import { listOf, recordOf, textOf, valueAt } from '../../../charts/lib/untyped.js';
import { findMaps, listValueMaps } from './value-maps.js';
import type { ClusterView, SeenObject, SeenRelease } from './view.js';

/** Something reads the platform's repository for a cluster. */
export interface GitSource {
  readonly at: SeenObject | SeenRelease;
  /** Cluster that it is for: this one, or a child of it. */
  readonly cluster: { readonly name: string; readonly branch: string };
  /** Revision as it is written, with its field. @default - this source names none, because another object does */
  readonly revision?: { readonly text: string; readonly field: string };
  /** Folder, with its field. @default - none is named */
  readonly path?: { readonly text: string; readonly field: string };
}

type Data = Readonly<Record<string, unknown>>;

/**
 * Everything that reads the platform's repository: Applications and ApplicationSets, whoever renders them, in Helm values too; and what Flux has.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources/ (v3.5),
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Git/ (v3.5)
 */
export function listGitSources(view: ClusterView): readonly GitSource[] {
  const { cluster, fleet } = view;
  const applications = view.of('Application.argoproj.io').flatMap((at) => {
    const { source, sources } = recordOf(at.manifest['spec']);
    const all = [
      ...listOf(sources).map((one, index) => [one, `spec.sources[${index}]`] as const),
      [recordOf(source), 'spec.source'] as const,
    ];
    return all.flatMap(([one, field]) => sourceOf(one, field, at, cluster, cluster.repository));
  });
  const sets = view
    .of('ApplicationSet.argoproj.io')
    .flatMap((at) => sourcesIn(at.manifest['spec'], 'spec', at, cluster, cluster.repository));
  const releases = listValueMaps(view).flatMap(({ at, field, map }) => sourceOf(map, field, at, cluster, cluster.repository));
  const ofChildren = view.of('HelmChartProxy.addons.cluster.x-k8s.io').flatMap((at) => {
    const text = textOf(valueAt(at.manifest, 'spec.valuesTemplate')) ?? '';
    const child = fleet.childrenOf(cluster.name).find(({ name }) => name === at.component);
    if (child === undefined || !text.includes(plainOf(child.repository).split('/').slice(1).join('/'))) return [];
    return sourcesIn(readTemplate(text), 'spec.valuesTemplate', at, child, child.repository);
  });
  return [...applications, ...sets, ...releases, ...ofChildren, ...sourcesOfFlux(view)];
}

function sourcesIn(value: unknown, field: string, at: GitSource['at'], cluster: GitSource['cluster'], repository: string): GitSource[] {
  return findMaps(value, '', field).flatMap((one) => sourceOf(one.map, one.field, at, cluster, repository));
}

/** A map with a repository that is no chart's. */
function sourceOf(
  { repoURL, chart, targetRevision, revision, path, directories, files }: Data,
  field: string,
  at: GitSource['at'],
  cluster: GitSource['cluster'],
  repository: string,
): GitSource[] {
  if (chart !== undefined || !isSameRepository(textOf(repoURL), repository)) return [];
  const isGenerator = revision !== undefined || directories !== undefined || files !== undefined;
  const text = textOf(isGenerator ? revision : targetRevision) ?? '';
  // What a generator fills in is not known here.
  const written = text.includes('{{') ? {} : { revision: { text, field: `${field}.${isGenerator ? 'revision' : 'targetRevision'}` } };
  return [{ at, cluster, ...written, ...pathOf(path, `${field}.path`) }];
}

function sourcesOfFlux(view: ClusterView): GitSource[] {
  const { cluster } = view;
  const repositories = view
    .of('GitRepository.source.toolkit.fluxcd.io')
    .filter(({ manifest }) => isSameRepository(textOf(valueAt(manifest, 'spec.url')), cluster.repository));
  const keys = new Set(repositories.map(({ manifest }) => keyOf(manifest)));
  const folders = view.of('Kustomization.kustomize.toolkit.fluxcd.io').flatMap((at): GitSource[] => {
    const { name, namespace, kind } = recordOf(valueAt(at.manifest, 'spec.sourceRef'));
    const key = `${namespace ?? at.manifest.metadata.namespace ?? ''}/${name}`;
    if (kind !== 'GitRepository' || !keys.has(key)) return [];
    return [{ at, cluster, ...pathOf(valueAt(at.manifest, 'spec.path') ?? '.', 'spec.path') }];
  });
  return [...repositories.map((at) => ({ at, cluster, revision: revisionOfFlux(recordOf(valueAt(at.manifest, 'spec.ref'))) })), ...folders];
}

/**
 * What Flux checks out: a commit before a name, that before a range or a tag, and a branch last, which is never taken for a tag.
 *
 * Source: https://fluxcd.io/flux/components/source/gitrepositories/#reference (v1)
 */
function revisionOfFlux({ commit, name, semver, tag, branch }: Data): NonNullable<GitSource['revision']> {
  const written: readonly (readonly [key: string, value: unknown, prefix: string])[] = [
    ['commit', commit, ''],
    ['name', name, ''],
    ['semver', semver, ''],
    ['tag', tag, 'refs/tags/'],
    ['branch', branch, 'refs/heads/'],
  ];
  const found = written.find(([, value]) => textOf(value) !== undefined);
  return found === undefined ? { text: '', field: 'spec.ref' } : { text: `${found[2]}${found[1]}`, field: `spec.ref.${found[0]}` };
}

function pathOf(path: unknown, field: string): Pick<GitSource, 'path'> {
  const text = textOf(path);
  return text === undefined || text.includes('{{') ? {} : { path: { text, field } };
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** The values in a template, whose own braces are escaped; most of them are of charts that read no repository, and are not parsed. */
function readTemplate(text: string): unknown {
  if (!text.includes('repoURL')) return undefined;
  try {
    return parse(text.replaceAll('{{ "{{" }}', '{{'));
  } catch {
    return undefined;
  }
}

/** The same host and path, however they are reached. @example 'git@git.example.test:platform.git' is 'https://git.example.test/platform' */
function isSameRepository(a: string | undefined, b: string): boolean {
  return a === b || (a !== undefined && plainOf(a) === plainOf(b));
}

function plainOf(url: string): string {
  const [, host = '', path = ''] = /^(?:\w+:\/\/)?(?:[^@/]+@)?([^/:]+)(?::\d+)?[/:]+(.*?)(?:\.git)?\/*$/.exec(url) ?? [];
  return `${host.toLowerCase()}/${path}`;
}
