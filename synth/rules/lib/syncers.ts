import { dirname } from 'node:path/posix';
import { type Identity, identityOf } from '../../../charts/lib/kinds.js';
import { listOf, recordOf, textOf } from '../../../charts/lib/untyped.js';
import type { ClusterView, SeenObject } from './view.js';

/** A file of dist/ that an engine applies. */
export interface Member {
  readonly identity: Identity;
  /** Below dist/<cluster>/. */
  readonly file: string;
  /** Its object; files of upstream are parsed only now. */
  readonly read: () => SeenObject | undefined;
  /** Bytes of a file of upstream, which need not be read to know it. @default - an object of ours */
  readonly size?: number;
}

/** What applies folders of dist/: an Application of Argo CD or a Kustomization of Flux. */
export interface Syncer {
  readonly object: SeenObject;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Sources of an Application, of both forms. */
  readonly sources: readonly Readonly<Record<string, unknown>>[];
  /** Folders of this cluster's tree, below dist/<cluster>/. */
  readonly folders: readonly { readonly path: string; readonly isDeep: boolean }[];
  readonly members: readonly Member[];
}

const known = new WeakMap<ClusterView, readonly Syncer[]>();

/** Every Application and every Kustomization of Flux with what it applies of dist/. */
export function syncersOf(view: ClusterView): readonly Syncer[] {
  const found = known.get(view) ?? readSyncers(view);
  known.set(view, found);
  return found;
}

function readSyncers(view: ClusterView): readonly Syncer[] {
  const byFolder = new Map<string, Member[]>();
  for (const member of membersOf(view)) {
    const folder = dirname(member.file);
    const others = byFolder.get(folder);
    if (others) others.push(member);
    else byFolder.set(folder, [member]);
  }
  const prefix = `dist/${view.cluster.name}/`;
  return view.of('Application.argoproj.io', 'Kustomization.kustomize.toolkit.fluxcd.io').map((object) => {
    const spec = recordOf(object.manifest['spec']);
    const isFlux = object.manifest.kind === 'Kustomization';
    const sources = isFlux ? [] : [...(spec['source'] === undefined ? [] : [recordOf(spec['source'])]), ...listOf(spec['sources'])];
    const folders = (isFlux ? [{ ...spec, directory: { recurse: true } }] : sources).flatMap((source) => {
      const path = textOf(recordOf(source)['path'])?.replace(/^\.?\/+|\/+$/g, '');
      if (!path?.startsWith(prefix)) return [];
      return [{ path: path.slice(prefix.length), isDeep: recordOf(recordOf(source)['directory'])['recurse'] === true }];
    });
    const isIn = (folder: string) => folders.some(({ path, isDeep }) => folder === path || (isDeep && folder.startsWith(`${path}/`)));
    const members = [...byFolder].filter(([folder]) => isIn(folder)).flatMap(([, files]) => files);
    return { object, name: object.manifest.metadata.name, spec, sources, folders, members };
  });
}

/** Every file with an object of Kubernetes, whoever wrote it. */
export function membersOf(view: ClusterView): readonly Member[] {
  const own = [
    ...view.plan.objects.map((object): SeenObject => ({ origin: 'component', ...object })),
    ...[...view.plan.engine].map(([path, manifest]): SeenObject => ({ origin: 'engine', component: '', path, manifest })),
  ].map((object) => ({ identity: identityOf(object.manifest), file: view.fileOf(object), read: () => object }));
  const upstream = view.plan.files.map(({ identity, path, content }) => ({
    identity,
    file: path,
    size: content.length,
    read: () => view.of(kindOf(identity)).find((object) => object.path === path),
  }));
  return [...own, ...upstream];
}

/** As view.of takes it. @example 'Deployment.apps' */
export function kindOf({ group, kind }: Pick<Identity, 'group' | 'kind'>): string {
  return group === '' ? kind : `${kind}.${group}`;
}

/** Items of an annotation that holds several. */
export function itemsOf(text: unknown): readonly string[] {
  return String(text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}
