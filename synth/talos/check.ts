import type { Problem } from '../../charts/lib/problem.js';
import type { TalosFiles } from '../../clusters/lib/talos/index.js';
import type { Schemas } from '../schema/load.js';
import { isObject } from '../schema/node.js';
import { validateObject } from '../schema/validate.js';
import { findConflicts } from './conflicts.js';
import { type TalosProblem, titleOf } from './problem.js';

/** Where machine configurations lie; other files of Talos are no documents. */
const NODES = 'talos/nodes/';

/**
 * The machine configurations of a cluster, document by document against the schema of its Talos version, and all of a node together.
 *
 * @param files by their path below the folder of the cluster.
 * @param folder of the cluster, for messages. @example 'dist/lab'
 */
export function checkTalos(files: TalosFiles, folder: string, schemas: Schemas): Problem[] {
  return [...files].flatMap(([path, documents]) => {
    if (!path.startsWith(NODES)) return [];
    const own = documents.filter(isObject);
    const problems = [...own.flatMap((document) => checkDocument(document, schemas)), ...findConflicts(own)];
    return problems.map((problem) => ({ severity: 'error', file: `${folder}/${path}`, ...problem }));
  });
}

function checkDocument(document: Record<string, unknown>, schemas: Schemas): TalosProblem[] {
  const { apiVersion, kind } = document;
  const entry = kind === undefined ? schemas.findTalos() : schemas.findTalos(String(apiVersion), String(kind));
  if (entry === undefined) {
    const problem = `Talos knows no document ${String(kind)} of ${String(apiVersion)}, and refuses the configuration.`;
    return [{ rule: 'known-talos-document', field: String(kind), problem, fix: 'write a document of this version of Talos.' }];
  }
  return validateObject(withoutRemovals(document), entry, schemas.resolve).map(({ path, message, fix }) => ({
    rule: 'valid-talos-document',
    field: [titleOf(document), path].filter(Boolean).join(' '),
    problem: message,
    fix: fix ?? 'write what the schema of the document allows.',
  }));
}

/**
 * The document without fields that say `$patch: delete`: the files are patches of what Talos generates, and may take away what it would write.
 *
 * Source: https://www.talos.dev/v1.13/talos-guides/configuration/patching/
 */
function withoutRemovals(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRemovals);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, child]) => !isObject(child) || child['$patch'] !== 'delete');
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutRemovals(child)]));
}
