import { formatIdentity } from '../../charts/lib/kinds.js';
import type { Schemas } from '../schema/load.js';
import { findDangers } from './dangers/index.js';
import { type DistFile, type DistObject, readDocuments } from './documents.js';
import { compareFields, type Typed } from './fields.js';
import type { ClusterDiff, DiffReport, ObjectChange } from './model.js';

/** One cluster in two trees: the files that differ between them, no other is needed. */
export interface ChangedTree {
  readonly cluster: string;
  /** Branch that it follows after the change. */
  readonly branch: string;
  readonly before: readonly DistFile[];
  readonly after: readonly DistFile[];
}

/** What is compared, and for whom. */
export interface Comparison extends Pick<DiffReport, 'base' | 'head' | 'target'> {
  readonly trees: readonly ChangedTree[];
  /** Say by what items of lists are known, and what never changes. */
  readonly schemas: Pick<Schemas, 'find' | 'resolve'>;
}

/** An object that differs, with both of its forms. */
export interface ComparedObject {
  readonly change: ObjectChange;
  /** As rules name it. @example 'Deployment.apps' */
  readonly kind: string;
  /** @default - it was not there */
  readonly before?: DistObject;
  /** @default - it is not there any more */
  readonly after?: DistObject;
}

/** Compares clusters object by object. Clusters in which nothing differs but the spelling of files are left out. */
export function compareTrees({ trees, schemas, ...asked }: Comparison): DiffReport {
  const clusters = trees.map((tree) => compareCluster(tree, asked.target, schemas)).filter(({ objects }) => objects.length > 0);
  const order = { deploys: 0, unknown: 1, staged: 2 };
  clusters.sort((a, b) => order[a.effect] - order[b.effect] || compareTexts(a.cluster, b.cluster));
  return { version: 1, ...asked, clusters };
}

function compareCluster(tree: ChangedTree, target: string | undefined, schemas: Comparison['schemas']): ClusterDiff {
  const { cluster, branch } = tree;
  const compared = compareObjects(tree.before.flatMap(readDocuments), tree.after.flatMap(readDocuments), schemas);
  const effect = target === undefined || branch === '' ? 'unknown' : target === branch ? 'deploys' : 'staged';
  return { cluster, branch, effect, dangers: findDangers(compared, schemas), objects: compared.map(({ change }) => change) };
}

/** What became of each object, sorted by component, kind, namespace and name. */
export function compareObjects(
  before: readonly DistObject[],
  after: readonly DistObject[],
  schemas: Comparison['schemas'],
): readonly ComparedObject[] {
  return pairUp(before, after)
    .flatMap(([old, now]) => describe(old, now, schemas) ?? [])
    .sort((a, b) => compareTexts(sortKey(a), sortKey(b)));
}

function sortKey({ change: { component, kind, group, namespace = '', name, path } }: ComparedObject): string {
  return [component, kind, group, namespace, name, path].join('\0');
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

type Pair = readonly [before: DistObject | undefined, after: DistObject | undefined];

/** By identity; where several files hold the same object, first by path. */
function pairUp(before: readonly DistObject[], after: readonly DistObject[]): Pair[] {
  const groups = new Map<string, { readonly old: DistObject[]; readonly now: DistObject[] }>();
  for (const [side, objects] of [['old', before] as const, ['now', after] as const]) {
    for (const object of objects) {
      const key = formatIdentity(object);
      const group = groups.get(key) ?? { old: [], now: [] };
      groups.set(key, group);
      group[side].push(object);
    }
  }
  return [...groups.values()].flatMap(({ old, now }) => {
    const kept = old.flatMap((object) => {
      const same = now.find(({ path }) => path === object.path);
      return same ? [[object, same] as const] : [];
    });
    const left = (objects: readonly DistObject[]) => objects.filter((object) => !kept.some((pair) => pair.includes(object)));
    const [gone, come] = [left(old), left(now)];
    const others = Array.from({ length: Math.max(gone.length, come.length) }, (_, index) => [gone[index], come[index]] as const);
    return [...kept, ...others];
  });
}

function describe(
  before: DistObject | undefined,
  after: DistObject | undefined,
  schemas: Comparison['schemas'],
): ComparedObject | undefined {
  const object = after ?? before;
  if (object === undefined) return undefined;
  const { component, group, kind, namespace, name, path } = object;
  const identity = { component, group, kind, ...(namespace !== undefined && { namespace }), name, path };
  const named = { kind: group === '' ? kind : `${kind}.${group}` };
  if (before === undefined || after === undefined) {
    const change = before === undefined ? 'added' : 'removed';
    return {
      ...named,
      ...(before && { before }),
      ...(after && { after }),
      change: { change, ...identity, fields: [], content: object.text },
    };
  }
  const fields = compareFields(before.manifest, after.manifest, typeOf(after, schemas));
  const isMoved = before.path !== after.path;
  if (!isMoved && fields.length === 0) return undefined;
  const from = isMoved ? { from: before.path } : {};
  return { ...named, before, after, change: { change: isMoved ? 'moved' : 'changed', ...identity, ...from, fields } };
}

function typeOf({ manifest }: DistObject, { find, resolve }: Comparison['schemas']): Typed {
  const { apiVersion, kind } = manifest;
  const isNamed = typeof apiVersion === 'string' && typeof kind === 'string';
  return { node: isNamed ? find(apiVersion, kind)?.schema : undefined, resolve };
}
