import { problemOf } from '../../charts/lib/collect.js';
import { groupOf, type KubernetesObject } from '../../charts/lib/kinds.js';
import type { Problem } from '../../charts/lib/problem.js';
import { type ClassKind, type Kinds, type Provides, pairsOf } from '../../charts/lib/provides.js';

/** Kinds whose objects others name. */
const classKinds: ReadonlySet<string> = new Set<ClassKind>([
  'IngressClass',
  'StorageClass',
  'VolumeSnapshotClass',
  'RuntimeClass',
  'PriorityClass',
  'GatewayClass',
]);

/** Where objects of a kind live. */
export type ScopeOf = (apiVersion: string, kind: string) => 'Cluster' | 'Namespaced' | undefined;

/** The release whose objects are compared. */
export interface ComparedRelease {
  readonly component: string;
  /** Construct path. */
  readonly path: string;
  readonly namespace: string;
  readonly provides: Provides;
}

interface CustomResourceDefinition {
  readonly spec: { readonly group: string; readonly names: { readonly kind: string } };
}

/**
 * What a release says that it provides and what it renders must agree, both ways: AppProjects, waves and rules of a cluster whose engine renders
 * the chart rest on the words alone.
 */
export function checkProvides(release: ComparedRelease, objects: readonly KubernetesObject[], scopeOf: ScopeOf): Problem[] {
  const { provides, namespace } = release;
  const isDefinition = ({ apiVersion, kind }: KubernetesObject) =>
    kind === 'CustomResourceDefinition' && groupOf(apiVersion) === 'apiextensions.k8s.io';
  const others = objects.filter((object) => !isDefinition(object));
  const inScope = (scope: 'Cluster' | 'Namespaced') => others.filter(({ apiVersion, kind }) => scopeOf(apiVersion, kind) === scope);
  const kindsOf = (some: readonly KubernetesObject[]) =>
    some.map(({ apiVersion, kind }) => `${kind} of ${groupOf(apiVersion) || 'the core'}`);
  const definitions = objects.filter(isDefinition).map((object) => (object as unknown as CustomResourceDefinition).spec);
  const makes = others
    .filter(({ kind, apiVersion }) => kind === 'Namespace' && groupOf(apiVersion) === '')
    .map(({ metadata }) => metadata.name);
  const usedNamespaces = others.map(({ metadata }) => metadata.namespace).filter((name) => name !== undefined && name !== namespace);
  const cluster = inScope('Cluster');
  return [
    ...compare(
      release,
      'crds',
      namesOf(provides.crds),
      definitions.map(({ group, names }) => `${names.kind} of ${group}`),
    ),
    ...compare(release, 'cluster', namesOf(provides.cluster), kindsOf(cluster)),
    ...compare(release, 'namespaced', namesOf(provides.namespaced), kindsOf(inScope('Namespaced'))),
    ...compare(release, 'namespaces', provides.namespaces ?? [], makes),
    ...compare(
      release,
      'otherNamespaces',
      provides.otherNamespaces ?? [],
      usedNamespaces.filter((name): name is string => name !== undefined && !(provides.namespaces ?? []).includes(name)),
    ),
    ...compare(
      release,
      'classes',
      Object.entries(provides.classes ?? {}).flatMap(([kind, names]) => names.map((name) => `${kind} ${name}`)),
      cluster.filter(({ kind }) => classKinds.has(kind)).map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    ),
  ];
}

function namesOf(kinds: Kinds | undefined): string[] {
  return pairsOf(kinds).map(({ group, kind }) => `${kind} of ${group || 'the core'}`);
}

function compare({ component, path }: ComparedRelease, field: string, declared: readonly string[], rendered: readonly string[]): Problem[] {
  const without = (all: readonly string[], others: readonly string[]) => [...new Set(all)].filter((name) => !others.includes(name)).sort();
  const missing = without(rendered, declared);
  const surplus = without(declared, rendered);
  const report = (problem: string, fix: string) => problemOf(component, `${path} provides.${field}`, 'true-provides', problem, fix);
  return [
    ...(missing.length > 0 ? [report(`It renders what it does not declare: ${missing.join(', ')}.`, 'declare it.')] : []),
    ...(surplus.length > 0
      ? [
          report(
            `It declares what it does not render: ${surplus.join(', ')}.`,
            'remove it, or set the value that makes the chart render it.',
          ),
        ]
      : []),
  ];
}
