import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resolve, SchemaEntry, SchemaNode, Scope } from './node.js';
import { compareVersions } from './version-order.js';

/** What the API server says about one version of a kind. */
export interface KindVersion {
  /** @example 'v1beta1' */
  readonly version: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated: boolean;
}

/** The schemas of imports/schemas/, each file read when it is first asked for. */
export interface Schemas {
  /** The schema of a version of a kind, or undefined when the platform has none. */
  find(apiVersion: string, kind: string): SchemaEntry | undefined;
  /** Where objects of the kind live, or undefined when the kind is not known. */
  scopeOf(apiVersion: string, kind: string): Scope | undefined;
  /** SHA-256 over the schemas of objects, so that what was checked with others is known. */
  digest(): string;
  /** Every built-in kind that has a schema. @example 'policy/v1/PodDisruptionBudget' */
  builtinKinds(): readonly string[];
  /** Every known version of a kind, the preferred one first; the group of core kinds is ''. */
  versionsOf(group: string, kind: string): readonly KindVersion[];
  /** A document of a Talos machine configuration; without a kind the one with `machine` and `cluster`. */
  findTalos(apiVersion?: string, kind?: string): SchemaEntry | undefined;
  /** What a `$ref` in any of these schemas points to. */
  readonly resolve: Resolve;
}

interface KubernetesDocument {
  readonly index: Readonly<Record<string, { readonly definition: string; readonly scope: Scope }>>;
  readonly definitions: Readonly<Record<string, SchemaNode>>;
}

interface TalosDocument {
  readonly index: Readonly<Record<string, string>>;
  readonly machineConfig: string;
  readonly $defs: Readonly<Record<string, SchemaNode>>;
}

/** Names that may become part of a path. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;

/**
 * Opens the folder with the generated schemas; the only part of the validator that touches files.
 *
 * @param folder the folder that `npm run import` fills, imports/schemas.
 * @throws when a file that is there is not JSON.
 */
export function loadSchemas(folder: string): Schemas {
  const kubernetes = once(() => readJson<KubernetesDocument>(join(folder, 'kubernetes.json')) ?? { index: {}, definitions: {} });
  const talos = once(() => readJson<TalosDocument>(join(folder, 'talos.json')) ?? { index: {}, machineConfig: '', $defs: {} });
  const entries = new Map<string, SchemaEntry | undefined>();

  const read = (apiVersion: string, kind: string): SchemaEntry | undefined => {
    const builtin = own(kubernetes().index, `${apiVersion}/${kind}`);
    if (builtin !== undefined) {
      const schema = own(kubernetes().definitions, builtin.definition);
      const facts = { apiVersion, kind, scope: builtin.scope, served: true, storage: true };
      return { ...facts, dialect: 'kubernetes', ...(schema !== undefined && { schema }) };
    }
    const [group = '', version = '', ...rest] = apiVersion.split('/');
    if (rest.length > 0 || ![group, version, kind].every((name) => NAME.test(name))) return undefined;
    const text = readText(join(folder, group, version, `${kind}.json`));
    if (text === undefined) return undefined;
    const file = JSON.parse(text) as Omit<SchemaEntry, 'dialect'>;
    return { ...file, dialect: 'structural', hasRules: text.includes('"x-kubernetes-validations"') };
  };

  const find = (apiVersion: string, kind: string): SchemaEntry | undefined => {
    const key = `${apiVersion}/${kind}`;
    if (!entries.has(key)) entries.set(key, read(apiVersion, kind));
    return entries.get(key);
  };

  const versions = new Map<string, readonly KindVersion[]>();
  const listVersions = (group: string, kind: string): readonly KindVersion[] => {
    const prefix = group === '' ? '' : `${group}/`;
    const builtin = Object.keys(kubernetes().index).map((key) => key.split('/'));
    const names = [
      ...builtin.filter((parts) => parts.slice(0, -2).join('/') === group && parts.at(-1) === kind).map((parts) => parts.at(-2)),
      ...(NAME.test(group) && existsSync(join(folder, group)) ? readdirSync(join(folder, group)) : []),
    ];
    return [...new Set(names.filter((version) => version !== undefined))].sort(compareVersions).flatMap((version) => {
      const entry = find(`${prefix}${version}`, kind);
      if (entry === undefined) return [];
      return [{ version, served: entry.served, storage: entry.storage, deprecated: entry.deprecated === true }];
    });
  };

  return {
    builtinKinds: () => Object.keys(kubernetes().index),
    digest: once(() => digestOf(folder)),
    find,
    scopeOf: (apiVersion, kind) => find(apiVersion, kind)?.scope,
    versionsOf(group, kind) {
      const key = `${group}/${kind}`;
      const known = versions.get(key) ?? listVersions(group, kind);
      versions.set(key, known);
      return known;
    },
    findTalos(apiVersion = '', kind) {
      const name = kind === undefined ? talos().machineConfig : own(talos().index, `${apiVersion}/${kind}`);
      const schema = name === undefined ? undefined : own(talos().$defs, name);
      if (schema === undefined) return undefined;
      const facts = { apiVersion, kind: kind ?? 'MachineConfig', scope: 'Cluster', served: true, storage: true } as const;
      return { ...facts, dialect: 'json-schema', schema };
    },
    resolve(ref) {
      const [, root, name] = /^#\/(definitions|\$defs)\/(.+)$/.exec(ref) ?? [];
      if (root === undefined || name === undefined) return undefined;
      return root === 'definitions' ? own(kubernetes().definitions, name) : own(talos().$defs, name);
    },
  };
}

/** Talos documents are no objects. */
function digestOf(folder: string): string {
  const hash = createHash('sha256');
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const path of entries.filter((name) => name.endsWith('.json') && name !== 'talos.json').sort()) {
    hash.update(`\0${path.replaceAll('\\', '/')}\0`).update(readFileSync(join(folder, path)));
  }
  return hash.digest('hex');
}

function readJson<T>(path: string): T | undefined {
  const text = readText(path);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** A value by its own key: names come from objects, and one may be called constructor. */
function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
