import { parseAllDocuments } from 'yaml';
import { nearest } from '../../charts/lib/nearest.js';
import type { Problem } from '../../charts/lib/problem.js';
import { isObject, type Scope } from '../schema/node.js';
import { compareVersions } from '../schema/version-order.js';
import { CONFIG_FILE, type ImportSource } from './config.js';
import type { SourceText } from './read.js';
import { stripSchema } from './strip.js';

/** One version of a CRD, without prose. */
export interface CrdVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated: boolean;
  readonly schema: unknown;
}

/** A CRD that the platform uses. */
export interface Crd {
  readonly source: ImportSource;
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: Scope;
  /** Served ones first, then as Kubernetes ranks them: the first gets the plain class name from cdk8s. */
  readonly versions: readonly CrdVersion[];
  readonly hasConstruct: boolean;
}

/** Every CRD in the texts of one source; other objects are passed over, what cannot be read goes to `problems`. */
export function parseCrds(source: ImportSource, texts: readonly SourceText[], problems: Problem[]): readonly Crd[] {
  const wanted = [...source.schemas, ...source.constructs];
  return texts.flatMap(({ origin, text }) =>
    parseAllDocuments(text).flatMap((document) => {
      const [error] = document.errors;
      if (error !== undefined) {
        const problem = `${origin} is not YAML: ${error.message.trim()}`;
        problems.push(invalid(source, problem, 'read the file again; it may be cut short, or no manifest at all.'));
        return [];
      }
      const manifest: unknown = document.toJS();
      if (!isObject(manifest) || manifest['kind'] !== 'CustomResourceDefinition') return [];
      const kind = kindOf(manifest);
      // A project's other kinds cost time to strip, and a keyword that is new to us in one of them stops nobody.
      const used = wanted.some((name) => name === kind || name.startsWith(`${kind}.`));
      const crd = readCrd(manifest, source, used, origin, problems);
      return crd === undefined ? [] : [crd];
    }),
  );
}

/** The CRDs that `kinds:` asks for; a kind that is missing, ambiguous or defined twice is an error. */
export function selectCrds(source: ImportSource, crds: readonly Crd[], problems: Problem[]): readonly Crd[] {
  return [...source.schemas, ...source.constructs].flatMap((name) => {
    const found = crds.filter(({ kind, group }) => name === kind || name === `${kind}.${group}`);
    const [crd] = found;
    const field = `kinds.${source.name}`;
    if (crd === undefined) {
      const kinds = [...new Set(crds.map(({ kind }) => kind))].sort();
      const near = nearest(name, kinds);
      const problem = `${source.name} has no kind ${name}. It has: ${kinds.join(', ') || 'none'}.`;
      const fix = near === undefined ? 'use one of these kinds, or import the file that has it.' : `write ${near}.`;
      problems.push({ rule: 'known-import-kind', severity: 'error', file: CONFIG_FILE, field, problem, fix });
      return [];
    }
    const others = found.filter((other) => other !== crd);
    if (others.some(({ group }) => group !== crd.group)) {
      const names = found.map(({ kind, group }) => `${kind}.${group}`);
      const problem = `${source.name} has the kind ${name} in more than one group: ${names.join(', ')}.`;
      problems.push({ rule: 'known-import-kind', severity: 'error', file: CONFIG_FILE, field, problem, fix: 'write Kind.group.' });
    } else if (others.length > 0) {
      problems.push(doubled(crd, `${source.name} gives it ${found.length} times`, field));
    }
    return [{ ...crd, hasConstruct: source.constructs.includes(name) }];
  });
}

/** Refuses a kind that two sources give: cdk8s would let the second overwrite the first without a word. */
export function refuseDoubledKinds(crds: readonly Crd[], problems: Problem[]): void {
  const owners = new Map<string, Crd>();
  for (const crd of crds) {
    const key = `${crd.kind}.${crd.group}`;
    const owner = owners.get(key);
    if (owner === undefined) owners.set(key, crd);
    else if (owner.source !== crd.source) {
      problems.push(doubled(crd, `both ${owner.source.name} and ${crd.source.name} give it`, `kinds.${crd.source.name}`));
    }
  }
}

function readCrd(
  manifest: Record<string, unknown>,
  source: ImportSource,
  used: boolean,
  origin: string,
  problems: Problem[],
): Crd | undefined {
  const spec = isObject(manifest['spec']) ? manifest['spec'] : {};
  const names = isObject(spec['names']) ? spec['names'] : {};
  const { group, scope, versions } = spec;
  const { kind, plural } = names;
  const isKnown = manifest['apiVersion'] === 'apiextensions.k8s.io/v1' && (scope === 'Cluster' || scope === 'Namespaced');
  if (!isKnown || typeof group !== 'string' || typeof kind !== 'string' || typeof plural !== 'string' || !Array.isArray(versions)) {
    const problem = `${origin} has a CustomResourceDefinition without the form of apiextensions.k8s.io/v1.`;
    problems.push(invalid(source, problem, 'use a release that ships apiextensions.k8s.io/v1.'));
    return undefined;
  }
  const keywords = new Set<string>();
  const read = versions
    .filter(isObject)
    .map((version) => readVersion(version, used ? (keyword) => keywords.add(keyword) : undefined))
    .sort((a, b) => Number(b.served) - Number(a.served) || compareVersions(a.name, b.name));
  for (const keyword of keywords) {
    const problem = `The schema of ${kind} in ${origin} has the keyword ${keyword}, which is neither checked nor known as prose.`;
    problems.push(invalid(source, problem, 'teach synth/imports/strip.ts and synth/schema/ what it means.'));
  }
  return { source, group, kind, plural, scope, versions: read, hasConstruct: false };
}

function readVersion(version: Record<string, unknown>, onUnknown?: (keyword: string) => void): CrdVersion {
  const schema = isObject(version['schema']) ? version['schema']['openAPIV3Schema'] : undefined;
  return {
    name: String(version['name']),
    served: version['served'] === true,
    storage: version['storage'] === true,
    deprecated: version['deprecated'] === true,
    schema: onUnknown === undefined ? undefined : stripSchema(schema ?? {}, onUnknown),
  };
}

function kindOf(manifest: Record<string, unknown>): string {
  const spec = manifest['spec'];
  const names = isObject(spec) ? spec['names'] : undefined;
  return isObject(names) ? String(names['kind']) : '';
}

function invalid(source: ImportSource, problem: string, fix: string): Problem {
  return { rule: 'valid-crd', severity: 'error', file: CONFIG_FILE, field: `imports (${source.name})`, problem, fix };
}

function doubled({ kind, group }: Crd, how: string, field: string): Problem {
  const problem = `The kind ${kind} of ${group} has two definitions: ${how}.`;
  const fix = 'keep one of them in imports.';
  return { rule: 'one-source-per-kind', severity: 'error', file: CONFIG_FILE, field, problem, fix };
}
