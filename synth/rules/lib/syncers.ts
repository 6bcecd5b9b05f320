import { dirname } from 'node:path/posix';
import { parse } from 'yaml';
import type { DeliveredFile } from '../../../charts/lib/delivery.js';
import type { StageName } from '../../../charts/lib/handle.js';
import { type Identity, identityOf } from '../../../charts/lib/kinds.js';
import { listOf, recordOf, textOf } from '../../../charts/lib/untyped.js';
import { readUpstream } from './upstream-file.js';
import type { ClusterView, SeenObject } from './view.js';

/** A file of dist/ that an engine applies. */
export interface Member {
  readonly identity: Identity;
  /** Below dist/<cluster>/. */
  readonly file: string;
  /** Text of a file of upstream: most of it need not be parsed to be judged. @default - an object of ours */
  readonly text?: string | Buffer;
  /** Its annotations, without parsing more than the beginning of a file. */
  readonly annotations: () => Readonly<Record<string, unknown>>;
  /** Its object; a file of upstream is parsed only now. */
  readonly read: () => SeenObject;
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

const files = new WeakMap<ClusterView, readonly Member[]>();

/** Every file with an object of Kubernetes, whoever wrote it. */
export function membersOf(view: ClusterView): readonly Member[] {
  const found = files.get(view) ?? readMembers(view);
  files.set(view, found);
  return found;
}

function readMembers(view: ClusterView): readonly Member[] {
  const own = [
    ...view.plan.objects.map((object): SeenObject => ({ origin: 'component', ...object })),
    ...[...view.plan.engine].map(([path, manifest]): SeenObject => ({ origin: 'engine', component: '', path, manifest })),
  ].map((object) => ({
    identity: identityOf(object.manifest),
    file: view.fileOf(object),
    annotations: () => recordOf(object.manifest.metadata.annotations),
    read: () => object,
  }));
  const upstream = view.plan.components.flatMap(({ name, stages }) =>
    stages.flatMap(({ stage, files: written }) => written.map((file) => memberOf(file, name, stage))),
  );
  return [...own, ...upstream];
}

function memberOf(file: DeliveredFile, component: string, stage: StageName): Member {
  const { identity, path, content } = file;
  let seen: SeenObject | undefined;
  const read = (): SeenObject => {
    seen ??= { origin: 'upstream', component, stage, path, manifest: readUpstream(file) };
    return seen;
  };
  let known: Readonly<Record<string, unknown>> | undefined;
  const annotations = () => {
    // Files are written with two spaces a level, and metadata stands near the start of them.
    known ??= recordOf(parse(/^metadata:\n(?: .*\n)*? {2}annotations:\n((?: {4}.*\n|\n)+)/m.exec(String(content))?.[1] ?? ''));
    return known;
  };
  return { identity, file: path, text: content, annotations, read };
}

/** Objects of some kinds; those of upstream only where their text holds a word, so that no other is parsed. */
export function mentioning(view: ClusterView, word: string, ...kinds: readonly string[]): readonly SeenObject[] {
  return membersOf(view)
    .filter(({ identity, text }) => kinds.includes(kindOf(identity)) && (text === undefined || text.includes(word)))
    .map(({ read }) => read());
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
