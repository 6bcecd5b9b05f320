import { loadAll } from 'js-yaml';
import { groupOf } from '../../charts/lib/kinds.js';
import { recordOf, textOf } from '../../charts/lib/untyped.js';

/** A file of dist/ as it was or is. */
export interface DistFile {
  /** Below dist/<cluster>/. @example 'manifests/whoami/resources/deployment_whoami.yaml' */
  readonly path: string;
  readonly text: string;
}

/** One document of a file, by what makes it the same one in another tree. */
export interface DistObject {
  /** As in ObjectChange. */
  readonly component: string;
  /** As in ObjectChange; of Talos documents, which have none, `talos.dev`. */
  readonly group: string;
  readonly kind: string;
  readonly namespace?: string;
  /** Of a Talos document the node, and its own name after a slash. @example 'n1/eth0' */
  readonly name: string;
  readonly path: string;
  /** Its YAML. */
  readonly text: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** Group of documents that no API server serves. */
export const talosGroup = 'talos.dev';

/** The objects of a file, in its order. A file that is no YAML is an object of the kind File, with its text. */
export function readDocuments({ path, text }: DistFile): DistObject[] {
  if (!path.endsWith('.yaml')) return [fileAsObject(path, text)];
  try {
    const texts = text.split(/^---\n/m).filter((part) => part.trim() !== '');
    return texts.flatMap((part) => loadAll(part).map((manifest) => identify(path, part, recordOf(manifest))));
  } catch {
    // Whoever wrote it by hand sees in the lines what is wrong.
    return [fileAsObject(path, text)];
  }
}

function fileAsObject(path: string, text: string): DistObject {
  return { component: componentOf(path), group: '', kind: 'File', name: path, path, text, manifest: { text } };
}

function identify(path: string, text: string, manifest: Readonly<Record<string, unknown>>): DistObject {
  const component = componentOf(path);
  const apiVersion = textOf(manifest['apiVersion']) ?? '';
  const metadata = recordOf(manifest['metadata']);
  const base = { component, path, text, manifest };
  if (component === 'talos') {
    const file =
      path
        .split('/')
        .at(-1)
        ?.replace(/\.yaml$/, '') ?? path;
    const own = textOf(manifest['name']);
    const kind = textOf(manifest['kind']) ?? (path.startsWith('talos/nodes/') ? 'MachineConfig' : 'Schematic');
    return { ...base, group: talosGroup, kind, name: own === undefined ? file : `${file}/${own}` };
  }
  const kind = textOf(manifest['kind']) ?? 'File';
  const namespace = textOf(metadata['namespace']);
  // A kustomization has no name: there is one in a folder.
  const name = textOf(metadata['name']) ?? path;
  return { ...base, group: groupOf(apiVersion), kind, ...(namespace !== undefined && { namespace }), name };
}

function componentOf(path: string): string {
  const [folder = '', component = ''] = path.split('/');
  return folder === 'manifests' || folder === 'upstream' ? component : folder;
}
