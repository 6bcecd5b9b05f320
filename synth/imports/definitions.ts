import type { Problem } from '../../charts/lib/problem.js';
import { isObject, OBJECT_META, type Scope } from '../schema/node.js';
import { CONFIG_FILE, type ImportConfig } from './config.js';
import { CLUSTER_SCOPED, normalizeDefinition } from './kubernetes-api.js';
import type { SourceText } from './read.js';
import { stripSchema } from './strip.js';

/** imports/schemas/kubernetes.json: the built-in kinds in use and everything that they reference. */
export interface KubernetesFile {
  /** By `<apiVersion>/<Kind>`, as in `apps/v1/Deployment`. */
  readonly index: Readonly<Record<string, { readonly definition: string; readonly scope: Scope }>>;
  readonly definitions: Readonly<Record<string, unknown>>;
}

/** imports/schemas/talos.json: the documents that a Talos machine configuration may consist of. */
export interface TalosFile {
  /** Name of the definition by `<apiVersion>/<kind>`; the document without a kind (machine, cluster) under `machineConfig`. */
  readonly index: Readonly<Record<string, string>>;
  readonly machineConfig: string;
  readonly $defs: Readonly<Record<string, unknown>>;
}

/** Prunes api/openapi-spec/swagger.json (or a file of its `definitions`) to the kinds in use. */
export function pruneKubernetes(
  source: SourceText,
  kinds: NonNullable<ImportConfig['kubernetes']>['kinds'],
  problems: Problem[],
): KubernetesFile {
  const all = readDefinitions(source, 'definitions', 'kubernetes', problems);
  const byKind = new Map(Object.entries(all).flatMap(([name, node]) => keysOf(node).map((key) => [key, name] as const)));
  const index: Record<string, { definition: string; scope: Scope }> = {};
  for (const [apiVersion, names] of Object.entries(kinds)) {
    for (const kind of names) {
      const key = `${apiVersion}/${kind}`;
      const definition = byKind.get(key);
      if (definition !== undefined) {
        index[key] = { definition, scope: CLUSTER_SCOPED.has(key) ? 'Cluster' : 'Namespaced' };
        continue;
      }
      const near = [...byKind.keys()].filter((other) => other.endsWith(`/${kind}`)).sort();
      const problem = `${source.origin} has no ${kind} of ${apiVersion}. It has: ${near.join(', ') || `no kind ${kind} at all`}.`;
      problems.push(
        report('known-import-kind', `definitions.kubernetes.kinds.${apiVersion}`, problem, 'correct the apiVersion or the kind.'),
      );
    }
  }
  const roots = [...Object.values(index).map(({ definition }) => definition), OBJECT_META];
  const definitions: Record<string, unknown> = {};
  for (const name of reach(roots, all, '#/definitions/').sort()) {
    if (all[name] === undefined) {
      const problem = `${source.origin} has no definition ${name}, which is needed.`;
      problems.push(report('valid-definitions', 'definitions.kubernetes.url', problem, 'use the file of a release.'));
      continue;
    }
    definitions[name] = stripSchema(normalizeDefinition(name, all[name]), (keyword) => reportKeyword(source, name, keyword, problems));
  }
  return { index: Object.fromEntries(Object.entries(index).sort(([a], [b]) => (a < b ? -1 : 1))), definitions };
}

/** Strips the JSON schema of a Talos machine configuration and finds its documents by apiVersion and kind. */
export function stripTalos(source: SourceText, problems: Problem[]): TalosFile {
  const all = readDefinitions(source, '$defs', 'talos', problems);
  const $defs = Object.fromEntries(
    Object.entries(all).map(([name, node]) => [name, stripSchema(node, (keyword) => reportKeyword(source, name, keyword, problems))]),
  );
  const root: unknown = problems.length === 0 ? JSON.parse(source.text) : {};
  const documents = isObject(root) && Array.isArray(root['oneOf']) ? root['oneOf'] : [];
  const index: Record<string, string> = {};
  let machineConfig = '';
  for (const name of documents.flatMap((node: unknown) => refs(node, '#/$defs/'))) {
    const [apiVersion, kind] = ['apiVersion', 'kind'].map((field) => constantOf($defs[name], field));
    if (apiVersion === undefined || kind === undefined) machineConfig = name;
    else index[`${apiVersion}/${kind}`] = name;
  }
  if (machineConfig === '' && problems.length === 0) {
    const problem = `${source.origin} lists no document without a kind, so the machine configuration itself is missing.`;
    problems.push(report('valid-definitions', 'definitions.talos.url', problem, 'use the config.schema.json of a Talos release.'));
  }
  return { index, machineConfig, $defs };
}

function readDefinitions(source: SourceText, key: string, name: string, problems: Problem[]): Record<string, unknown> {
  try {
    const root: unknown = JSON.parse(source.text);
    const found = isObject(root) ? root[key] : undefined;
    if (isObject(found)) return found;
    problems.push(report('valid-definitions', `definitions.${name}.url`, `${source.origin} has no ${key}.`, 'use the file of a release.'));
  } catch (error) {
    const problem = `${source.origin} is not JSON: ${(error as Error).message}.`;
    problems.push(report('valid-definitions', `definitions.${name}.url`, problem, 'read the file again; it may be cut short.'));
  }
  return {};
}

/** `<apiVersion>/<Kind>` of a definition that is exactly one kind; shared ones, as DeleteOptions, name many. */
function keysOf(node: unknown): string[] {
  const list = isObject(node) ? node['x-kubernetes-group-version-kind'] : undefined;
  if (!Array.isArray(list) || list.length !== 1) return [];
  return list.filter(isObject).map(({ group, version, kind }) => `${group === '' ? '' : `${group}/`}${version}/${kind}`);
}

/** The name of every definition that can be reached from the roots, those that are missing too. */
function reach(roots: readonly string[], all: Record<string, unknown>, prefix: string): string[] {
  const seen = new Set<string>();
  const queue = [...roots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    queue.push(...refs(all[name], prefix));
  }
  return [...seen];
}

/** The names in every `$ref` below a node. */
function refs(node: unknown, prefix: string): string[] {
  if (Array.isArray(node)) return node.flatMap((item) => refs(item, prefix));
  if (!isObject(node)) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value.slice(prefix.length)] : refs(value, prefix),
  );
}

/** The only value that a field may have, or undefined. */
function constantOf(node: unknown, field: string): string | undefined {
  const properties = isObject(node) ? node['properties'] : undefined;
  const property = isObject(properties) ? properties[field] : undefined;
  const values = isObject(property) ? property['enum'] : undefined;
  return Array.isArray(values) && values.length === 1 ? String(values[0]) : undefined;
}

function reportKeyword(source: SourceText, name: string, keyword: string, problems: Problem[]): void {
  const problem = `${name} in ${source.origin} has the keyword ${keyword}, which is neither checked nor known as prose.`;
  problems.push(report('valid-definitions', 'definitions', problem, 'teach synth/imports/strip.ts and synth/schema/ what it means.'));
}

function report(rule: string, field: string, problem: string, fix: string): Problem {
  return { rule, severity: 'error', file: CONFIG_FILE, field, problem, fix };
}
