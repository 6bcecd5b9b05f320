import { type CollectedComponent, problemOf } from './collect.js';
import { upstreamOf } from './delivery.js';
import { nodeOf, type StageId } from './handle.js';
import type { KubernetesObject } from './kinds.js';
import type { Problem } from './problem.js';
import { type ClassKind, type Provides, pairsOf } from './provides.js';

/** Who makes what others wait for. Keys: 'group/Kind' for kinds, 'ClassKind name' for classes, the name for namespaces. */
export interface Providers {
  readonly kinds: ReadonlyMap<string, StageId & { readonly atRunTime: boolean }>;
  readonly classes: ReadonlyMap<string, StageId>;
  readonly namespaces: ReadonlyMap<string, StageId>;
  /** By 'group/Kind': whose webhooks an object passes, wherever its kind comes from. */
  readonly webhooks: ReadonlyMap<string, readonly StageId[]>;
}

/** Reads what every stage makes; a thing that two components make is a problem, because each would take it from the other. */
export function findProviders(components: readonly CollectedComponent[]): { providers: Providers; problems: Problem[] } {
  const kinds = new Map<string, StageId & { atRunTime: boolean }>();
  const classes = new Map<string, StageId>();
  const namespaces = new Map<string, StageId>();
  const webhooks = new Map<string, StageId[]>();
  const problems: Problem[] = [];

  const add = <T extends StageId>(map: Map<string, T>, what: string, key: string, id: T) => {
    const first = map.get(key);
    if (first === undefined) map.set(key, id);
    else if (first.component !== id.component) {
      const problem = `Both ${nodeOf(first)} and ${nodeOf(id)} make the ${what} ${key}.`;
      problems.push(problemOf(id.component, nodeOf(id), 'one-provider', problem, 'leave it to one of them.'));
    }
  };
  const addProvides = (id: StageId, provides: Provides) => {
    for (const namespace of provides.namespaces ?? []) add(namespaces, 'namespace', namespace, id);
    for (const { group, kind } of pairsOf(provides.crds)) add(kinds, 'kind', `${group}/${kind}`, { ...id, atRunTime: false });
    for (const { group, kind } of pairsOf(provides.crdsAtRunTime)) add(kinds, 'kind', `${group}/${kind}`, { ...id, atRunTime: true });
    for (const [kind, names] of Object.entries(provides.classes ?? {}))
      for (const name of names) add(classes, 'class', `${kind} ${name}`, id);
    for (const { group, kind } of pairsOf(provides.webhooks)) {
      const key = `${group}/${kind}`;
      webhooks.set(key, [...(webhooks.get(key) ?? []), id]);
    }
  };
  for (const { name, stages } of components) {
    for (const content of stages) {
      const { stage, objects } = content;
      const id = { component: name, stage };
      for (const { props } of upstreamOf(content)) addProvides(id, props.provides);
      for (const { manifest } of objects) {
        // That two components render one object is reported where objects are compared.
        if (manifest.kind === 'Namespace' && !namespaces.has(manifest.metadata.name)) namespaces.set(manifest.metadata.name, id);
        if (isClass(manifest)) add(classes, 'class', `${manifest.kind} ${manifest.metadata.name}`, id);
      }
    }
  }
  return { providers: { kinds, classes, namespaces, webhooks }, problems };
}

const classKinds: ReadonlySet<string> = new Set<ClassKind>([
  'IngressClass',
  'StorageClass',
  'VolumeSnapshotClass',
  'RuntimeClass',
  'PriorityClass',
  'GatewayClass',
]);

function isClass({ kind }: KubernetesObject): boolean {
  return classKinds.has(kind);
}
