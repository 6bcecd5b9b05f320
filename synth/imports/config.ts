import { parseDocument } from 'yaml';
import type { Problem } from '../../charts/lib/problem.js';
import { isObject } from '../schema/node.js';

/** The file that lists every source; relative to the project. */
export const CONFIG_FILE = 'cdk8s.yaml';

/** One upstream project of `imports:` with the kinds that `kinds:` takes from it. */
export interface ImportSource {
  /** Left of `:=`; also the base name of its file in a `--from` folder. */
  readonly name: string;
  /** Pinned URLs, in the order of the file. */
  readonly urls: readonly string[];
  /** Kinds (or Kind.group) of which only the schema is kept. */
  readonly schemas: readonly string[];
  /** Kinds (or Kind.group) that get a typed construct too. */
  readonly constructs: readonly string[];
}

/** Everything that `npm run import` reads from cdk8s.yaml. */
export interface ImportConfig {
  readonly sources: readonly ImportSource[];
  /** The built-in kinds by apiVersion. @default - imports/schemas/kubernetes.json is not made */
  readonly kubernetes?: { readonly url: string; readonly kinds: Readonly<Record<string, readonly string[]>> };
  /** @default - imports/schemas/talos.json is not made */
  readonly talos?: { readonly url: string };
}

/** A release name, without which the same command gives another result tomorrow. */
const PINNED = /\/v?\d+\.\d+(\.\d+)?[^/]*\//;

/**
 * Reads cdk8s.yaml and checks what the importer needs of it; everything found goes to `problems`.
 *
 * @returns what could be read; use it only when `problems` stayed empty.
 */
export function parseImportConfig(text: string, problems: Problem[]): ImportConfig {
  const report = (field: string, problem: string, fix: string): void => {
    problems.push({ rule: 'valid-import-config', severity: 'error', file: CONFIG_FILE, field, problem, fix });
  };
  const document = parseDocument(text, { prettyErrors: true });
  for (const error of document.errors) report('', `The file is not YAML: ${firstLine(error.message)}.`, 'correct it.');
  const root: unknown = document.errors.length === 0 ? document.toJS() : {};
  const config = isObject(root) ? root : {};
  const urls = readImports(config['imports'], report);
  const sources = document.errors.length === 0 ? readKinds(config['kinds'], urls, report) : [];
  return { sources, ...readDefinitions(config['definitions'], report) };
}

type Report = (field: string, problem: string, fix: string) => void;

function readImports(value: unknown, report: Report): Map<string, string[]> {
  const urls = new Map<string, string[]>();
  if (value !== undefined && !Array.isArray(value)) {
    report('imports', 'It is not a list.', 'write a list of name:=url.');
    return urls;
  }
  for (const [index, entry] of (value ?? []).entries()) {
    const match = typeof entry === 'string' ? /^([a-z0-9][a-z0-9-]*):=(\S+)$/.exec(entry) : null;
    const field = `imports[${index}]`;
    if (match?.[1] === undefined || match[2] === undefined) {
      report(field, `${JSON.stringify(entry)} has no name.`, 'write name:=url, the name in kebab-case.');
      continue;
    }
    checkUrl(match[2], field, report);
    urls.set(match[1], [...(urls.get(match[1]) ?? []), match[2]]);
  }
  return urls;
}

function readKinds(value: unknown, urls: Map<string, string[]>, report: Report): ImportSource[] {
  const kinds = isObject(value) ? value : {};
  for (const name of Object.keys(kinds).filter((name) => !urls.has(name))) {
    report(`kinds.${name}`, 'imports has no source of this name.', `add ${name}:=<url> to imports, or delete the entry.`);
  }
  return [...urls].map(([name, list]) => {
    const entry = kinds[name];
    const field = `kinds.${name}`;
    if (!isObject(entry)) {
      report(field, 'The source is imported, but no kind of it is used.', `list them: ${name}: {schemas: [Kind], constructs: [Kind]}.`);
      return { name, urls: list, schemas: [], constructs: [] };
    }
    for (const key of Object.keys(entry).filter((key) => key !== 'schemas' && key !== 'constructs')) {
      report(`${field}.${key}`, 'There is no such list.', 'use schemas or constructs.');
    }
    const schemas = readNames(entry['schemas'] ?? [], `${field}.schemas`, report);
    const constructs = readNames(entry['constructs'] ?? [], `${field}.constructs`, report);
    for (const kind of schemas.filter((kind) => constructs.includes(kind))) {
      report(field, `${kind} is in both lists.`, 'keep it in constructs, which includes the schema.');
    }
    if (schemas.length + constructs.length === 0) report(field, 'It lists no kind.', 'list one, or delete the source.');
    return { name, urls: list, schemas, constructs };
  });
}

function readDefinitions(value: unknown, report: Report): Pick<ImportConfig, 'kubernetes' | 'talos'> {
  const definitions = isObject(value) ? value : {};
  const kubernetes = definitions['kubernetes'];
  const talos = definitions['talos'];
  const url = (entry: Record<string, unknown>, field: string): string => {
    const found = typeof entry['url'] === 'string' ? entry['url'] : '';
    checkUrl(found, field, report);
    return found;
  };
  return {
    ...(isObject(kubernetes) && {
      kubernetes: {
        url: url(kubernetes, 'definitions.kubernetes.url'),
        kinds: Object.fromEntries(
          Object.entries(isObject(kubernetes['kinds']) ? kubernetes['kinds'] : {}).map(([apiVersion, list]) => [
            apiVersion,
            readNames(list, `definitions.kubernetes.kinds.${apiVersion}`, report),
          ]),
        ),
      },
    }),
    ...(isObject(talos) && { talos: { url: url(talos, 'definitions.talos.url') } }),
  };
}

function readNames(value: unknown, field: string, report: Report): string[] {
  const names = Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
  if (!Array.isArray(value) || names.length !== value.length) report(field, 'It is not a list of kinds.', 'write [Kind, Kind].');
  for (const name of names.filter((name, index) => names.indexOf(name) !== index)) {
    report(field, `${name} is listed twice.`, 'delete one.');
  }
  return names;
}

function checkUrl(url: string, field: string, report: Report): void {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    report(field, `${JSON.stringify(url)} is not an http or https URL.`, 'write the URL of a released file.');
  } else if (!PINNED.test(new URL(url).pathname)) {
    report(field, `${url} names no release, so its content can change.`, 'use the URL of an exact tag.');
  }
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/:$/, '');
}
