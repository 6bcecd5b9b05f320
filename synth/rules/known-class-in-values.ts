import type { ClassKind } from '../../charts/lib/provides.js';
import { findClassReferences } from '../../charts/lib/references.js';
import { listOf, recordOf } from '../../charts/lib/untyped.js';
import { classKinds, classNamesOf } from './lib/classes.js';
import { customObjectsOf } from './lib/custom-objects.js';
import type { ClusterView, SeenObject, SeenRelease } from './lib/view.js';
import { entriesBelow, pathOf } from './lib/walk.js';
import type { Finding, Rule } from './rule.js';

/**
 * Every class that Helm values, a custom resource, an ephemeral volume or an annotation names is one that the cluster has: of volumes, snapshots,
 * ingresses, runtimes, priorities and gateways; and a child's volumes name a class of its parent.
 *
 * Why: the claim stays Pending, or no controller looks at the Ingress, and nothing says so but the events of one object.
 *
 * Source: https://kubernetes.io/docs/concepts/storage/storage-classes/ (v1.36),
 * https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class (v1.36)
 */
export const knownClassInValues: Rule = {
  id: 'known-class-in-values',
  *check(view) {
    const known = new Map<ClassKind, ReadonlySet<string>>();
    const told = new Set<string>();
    for (const { at, component, kind, name, field } of referencesOf(view)) {
      const names = known.get(kind) ?? classNamesOf(view, kind);
      known.set(kind, names);
      // A release that names it once more in what it renders is the same mistake.
      const key = `${component} ${kind} ${name}`;
      if (names.has(name) || told.has(key)) continue;
      told.add(key);
      yield {
        at,
        field,
        problem: `Nothing in this cluster makes the ${kind} "${name}".`,
        fix: names.size === 0 ? 'add the component that does.' : `write one of ${[...names].sort().join(', ')}.`,
      } satisfies Finding;
    }
  },
  *checkFleet(views) {
    for (const child of views) {
      const parent = views.find(({ cluster }) => cluster.name === child.cluster.parent);
      if (parent === undefined) continue;
      for (const [kind, key] of parentKeys) {
        for (const at of child.of(classKinds[kind])) {
          const name = recordOf(at.manifest['parameters'])[key];
          const names = classNamesOf(parent, kind);
          if (typeof name !== 'string' || name === '' || names.has(name)) continue;
          const problem = `Nothing in ${parent.cluster.name} makes the ${kind} "${name}".`;
          const fix = names.size === 0 ? 'add the component that does.' : `write one of ${[...names].sort().join(', ')}.`;
          yield { at, field: `parameters.${key}`, problem, fix, in: child };
        }
      }
    }
  },
};

/** How a child whose volumes come from its parent names the classes there. Source: README of kubevirt/csi-driver (main, 2026-08) */
const parentKeys = [
  ['StorageClass', 'infraStorageClassName'],
  ['VolumeSnapshotClass', 'infraSnapshotClassName'],
] as const;

interface Reference {
  readonly at: SeenObject | SeenRelease;
  readonly component: string;
  readonly kind: ClassKind;
  readonly name: string;
  readonly field: string;
}

function referencesOf(view: ClusterView): Reference[] {
  const found: Reference[] = [];
  const add = (at: SeenObject | SeenRelease, kind: ClassKind, name: unknown, field: string) => {
    if (typeof name === 'string' && isName(name)) found.push({ at, component: at.component, kind, name, field });
  };
  const read = (at: SeenObject | SeenRelease, value: unknown, prefix: string) => {
    for (const entry of entriesBelow(value)) {
      const { key } = entry;
      const kind = keys.get(key) ?? (key.startsWith('class') ? paths.find(([end]) => pathOf(entry).endsWith(end))?.[1] : undefined);
      if (kind && typeof entry.value === 'string') add(at, kind, entry.value, `${prefix}.${pathOf(entry)}`);
    }
  };
  for (const release of view.releases) read(release, release.values, 'values');
  for (const object of customObjectsOf(view)) read(object, object.manifest['spec'], 'spec');
  for (const { object, pod, field } of view.workloads) {
    listOf(pod['volumes']).forEach(({ ephemeral }, index) => {
      const path = `${field}.volumes[${index}].ephemeral.volumeClaimTemplate.spec.storageClassName`;
      const spec = recordOf(recordOf(recordOf(ephemeral)['volumeClaimTemplate'])['spec']);
      add(object, 'StorageClass', spec['storageClassName'], path);
    });
  }
  for (const [kind, annotation, classKind] of annotations) {
    for (const object of view.of(kind)) {
      add(object, classKind, object.manifest.metadata.annotations?.[annotation], `metadata.annotations["${annotation}"]`);
    }
  }
  // Those of our own are told by [known-class].
  for (const object of view.of(
    'Ingress.networking.k8s.io',
    'PersistentVolumeClaim',
    'StatefulSet.apps',
    'DaemonSet.apps',
    'Deployment.apps',
  ))
    if (object.origin === 'upstream') for (const { kind, name } of findClassReferences(object.manifest)) add(object, kind, name, 'spec');
  return found;
}

/** "-" is how charts write no class at all; the API server has two priorities of its own; a template is no name yet. */
function isName(text: string): boolean {
  return !['', '-', 'system-cluster-critical', 'system-node-critical'].includes(text) && !/[{$]/.test(text);
}

const keys: ReadonlyMap<string, ClassKind> = new Map<string, ClassKind>([
  ['storageClass', 'StorageClass'],
  ['storageClassName', 'StorageClass'],
  ['scratchSpaceStorageClass', 'StorageClass'],
  ['volumeSnapshotClassName', 'VolumeSnapshotClass'],
  ['ingressClass', 'IngressClass'],
  ['ingressClassName', 'IngressClass'],
  ['runtimeClassName', 'RuntimeClass'],
  ['priorityClassName', 'PriorityClass'],
  ['gatewayClassName', 'GatewayClass'],
]);

/** Where the key alone says too little. */
const paths: readonly (readonly [end: string, kind: ClassKind])[] = [
  ['http01.ingress.class', 'IngressClass'],
  ['volumeSnapshot.className', 'VolumeSnapshotClass'],
];

/** The old way to name a class, which still works. */
const annotations: readonly (readonly [kind: string, annotation: string, classKind: ClassKind])[] = [
  ['Ingress.networking.k8s.io', 'kubernetes.io/ingress.class', 'IngressClass'],
  ['PersistentVolumeClaim', 'volume.beta.kubernetes.io/storage-class', 'StorageClass'],
];
