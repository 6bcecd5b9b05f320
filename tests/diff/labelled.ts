import { compareTrees } from '../../synth/diff/compare.js';
import { readDocuments } from '../../synth/diff/documents.js';
import type { ClusterDiff, DiffReport } from '../../synth/diff/model.js';
import { loadSchemas } from '../../synth/schema/load.js';
import { schemasFolder } from '../fixtures/made-up-checkout.js';

/** One edit of a tree, and what must be said of it. */
export interface Edit {
  /** Files below dist/made-up/ by path. One that is only a text lies at `manifests/web/resources/x.yaml`. */
  readonly before: string | Readonly<Record<string, string>>;
  readonly after: string | Readonly<Record<string, string>>;
  /** Ids, sorted. */
  readonly dangers: readonly string[];
  /** Every change: `+ name`, `- name`, `→ name`, or the sign, name and path of a field. */
  readonly changes: readonly string[];
}

export const schemas = loadSchemas(schemasFolder);

const filesOf = (tree: Edit['before']) =>
  Object.entries(typeof tree === 'string' ? { 'manifests/web/resources/x.yaml': tree } : tree)
    .filter(([, text]) => text !== '')
    .map(([path, text]) => ({ path, text }));

/** Compares two trees of one made-up cluster that follows main. */
export function compareEdit({ before, after }: Pick<Edit, 'before' | 'after'>, target = 'main'): DiffReport {
  const tree = { cluster: 'made-up', branch: 'main', before: filesOf(before), after: filesOf(after) };
  return compareTrees({ base: 'main', head: 'work', target, trees: [tree], schemas });
}

/** The objects of a tree. */
export const objectsOf = (tree: Edit['before']) => filesOf(tree).flatMap(readDocuments);

const signs = { added: '+', removed: '-', moved: '→', changed: '~' };

/** What Edit says, of what was found. */
export function judgeEdit(edit: Pick<Edit, 'before' | 'after'>): Pick<Edit, 'dangers' | 'changes'> {
  const [found] = compareEdit(edit).clusters;
  const { dangers, objects }: Pick<ClusterDiff, 'dangers' | 'objects'> = found ?? { dangers: [], objects: [] };
  return {
    dangers: [...new Set(dangers.map(({ id }) => id))].sort(),
    changes: objects.flatMap(({ change, name, fields }) => [
      ...(change === 'changed' ? [] : [`${signs[change]} ${name}`]),
      ...fields.map((field) => `${field.isNoise ? 'noise ' : ''}${signs[field.change]} ${name} ${field.path}`),
    ]),
  };
}

/** An object called web. */
export const head = (apiVersion: string, kind: string, more = '') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: web\n${more}`;

/** One object whose text changes in one place. */
export function edit(
  text: string,
  from: string,
  to: string,
  dangers: readonly string[],
  changes: readonly string[],
  path = 'manifests/web/resources/x.yaml',
): Edit {
  return { before: { [path]: text }, after: { [path]: text.replace(from, to) }, dangers, changes };
}

/** One object that goes. */
export function removal(apiVersion: string, kind: string, dangers: readonly string[], more = ''): Edit {
  return { before: head(apiVersion, kind, more), after: '', dangers, changes: ['- web'] };
}
