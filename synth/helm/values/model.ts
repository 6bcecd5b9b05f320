import { parse } from 'yaml';
import { isObject } from '../../schema/node.js';
import { addDefault, templatesIn } from './defaults.js';
import { conclude, type KnownValue } from './known.js';
import { ValueNode } from './node.js';
import { References } from './references.js';
import { addSchema } from './schema.js';
import { type Action, parseTemplate } from './template-tree.js';

/** Files of an archive by path below the chart's root, `charts/<subchart>/` included. @example 'templates/deployment.yaml' */
export type ChartFiles = ReadonlyMap<string, Uint8Array>;

/** Kinds of files that hold no template of the chart. Notes warn of keys that are gone. */
const withoutTemplates = /^(crds|ci|docs|tests)\/|\.(md|gotmpl|png|svg|tgz|prov)$|(^|\/)(NOTES\.txt|Chart\.\w+|values[^/]*\.(yaml|json))$/;

/**
 * Which values a chart takes, from the chart itself: its defaults, its schema, what its templates read, and the same of its subcharts.
 *
 * @throws {YAMLParseError} when values.yaml or Chart.yaml is not YAML; {SyntaxError} when values.schema.json is not JSON.
 */
export function readValuesModel(files: ChartFiles): KnownValue {
  const definitions = new Map<string, readonly Action[]>();
  const templates: Template[] = [];
  const root = new ValueNode();
  root.isObject = true;
  // The first of two templates of one name must not depend on the order of an archive.
  const sorted = new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  readChart({ files: sorted, at: '', values: root, templates, definitions });
  const references = new References(definitions);
  for (const { actions, values } of templates) references.follow(actions, values);
  // A template that walks over all values of its chart does not take any key for it.
  for (const { values } of templates) values.close();
  return { ...conclude(root), isNullable: false };
}

interface Template {
  readonly actions: readonly Action[];
  /** Of the chart that it belongs to. */
  readonly values: ValueNode;
}

interface Chart {
  readonly files: ChartFiles;
  /** Folder of the chart: empty, or with a slash at its end. */
  readonly at: string;
  readonly values: ValueNode;
  readonly templates: Template[];
  readonly definitions: Map<string, readonly Action[]>;
}

function readChart(chart: Chart): void {
  const { files, at, values, templates, definitions } = chart;
  for (const subchart of subchartsOf(chart)) readChart(subchart);
  const defaults: unknown = parse(textOf(files, `${at}values.yaml`) ?? '', { merge: true, logLevel: 'silent' }) ?? {};
  addDefault(values, defaults);
  const schema = textOf(files, `${at}values.schema.json`);
  if (schema !== undefined) addSchema(values, JSON.parse(schema));
  const texts = [...templatesIn(defaults), ...templateFiles(files, at)];
  for (const text of texts) templates.push({ actions: parseTemplate(text, definitions), values });
}

function textOf(files: ChartFiles, path: string): string | undefined {
  const content = files.get(path);
  return content && new TextDecoder().decode(content);
}

/** Templates, and files that name values, because a template may hand them to `tpl`. */
function templateFiles(files: ChartFiles, at: string): string[] {
  const own = [...files.keys()].filter((path) => path.startsWith(at)).sort();
  return own.flatMap((path) => {
    const below = path.slice(at.length);
    if (below.startsWith('charts/') || withoutTemplates.test(below)) return [];
    const text = textOf(files, path) ?? '';
    return below.startsWith('templates/') || (text.includes('{{') && text.includes('.Values')) ? [text] : [];
  });
}

/** The subcharts, each below its alias or name; the condition and the tags that switch it are keys of the chart. */
function subchartsOf({ files, at, values, templates, definitions }: Chart): Chart[] {
  const names = new Map<string, string>();
  for (const [path, content] of files) {
    const folder = /^charts\/([^/]+)\/Chart\.yaml$/.exec(path.startsWith(at) ? path.slice(at.length) : '')?.[1];
    if (folder === undefined) continue;
    const { name } = readObject(new TextDecoder().decode(content));
    names.set(typeof name === 'string' ? name : folder, `${at}charts/${folder}/`);
  }
  const dependencies = ['Chart.yaml', 'requirements.yaml'].flatMap((path) => {
    const list = readObject(textOf(files, `${at}${path}`) ?? '')['dependencies'];
    return Array.isArray(list) ? list.filter(isObject) : [];
  });
  const found = new Map<string, Chart>();
  for (const { name, alias, condition, tags } of dependencies) {
    if (typeof name !== 'string') continue;
    for (const path of typeof condition === 'string' ? condition.split(',') : []) keyAt(values, path.trim()).scalars.add('boolean');
    for (const tag of Array.isArray(tags) ? tags : []) keyAt(values, `tags.${tag}`).scalars.add('boolean');
    const key = typeof alias === 'string' ? alias : name;
    const folder = names.get(name);
    // An archive without it cannot tell what it takes.
    if (folder === undefined) values.key(key).isPrinted = true;
    else found.set(key, { files, at: folder, values: subvalues(values, key), templates, definitions });
  }
  const listed = new Set([...found.values()].map(({ at }) => at));
  for (const [name, folder] of names) {
    if (!listed.has(folder)) found.set(name, { files, at: folder, values: subvalues(values, name), templates, definitions });
  }
  return [...found.values()];
}

/** What a subchart reads of `global` is read of the chart's own. */
function subvalues(values: ValueNode, key: string): ValueNode {
  const below = values.key(key);
  below.isObject = true;
  below.keys.set('global', values.key('global'));
  return below;
}

function keyAt(node: ValueNode, path: string): ValueNode {
  return path.split('.').reduce((at, name) => at.key(name), node);
}

function readObject(text: string): Record<string, unknown> {
  const value: unknown = parse(text, { logLevel: 'silent' });
  return isObject(value) ? value : {};
}
