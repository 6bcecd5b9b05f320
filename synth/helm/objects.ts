import { formatIdentity, identityOf, type KubernetesObject } from '../../charts/lib/kinds.js';
import type { Problem } from '../../charts/lib/problem.js';
import { isObject } from '../schema/node.js';
import type { RenderedObject } from './model.js';
import { withoutNulls } from './objects-null.js';
import { readYaml } from './objects-yaml.js';
import { leaveToEngine, type ReleaseName, releaseProblem } from './run-problem.js';

/** What helm printed, as objects in its order. Documents without content are dropped, Lists become what they hold. */
export function readObjects(text: string, release: ReleaseName): { objects: RenderedObject[]; problems: Problem[] } {
  const objects: RenderedObject[] = [];
  const problems: Problem[] = [];
  for (const { template, body } of splitDocuments(text)) {
    const read = readYaml(body);
    if ('errors' in read) {
      const problem = `It renders no valid YAML.\n${read.errors.slice(0, 3).join('\n')}\n${excerptOf(body)}`;
      const fix = 'change the value that lands there; text with special characters needs quotes in the template of the chart.';
      problems.push(releaseProblem(release, 'rendered-yaml', template, problem, fix));
      continue;
    }
    for (const value of flatten(read.value)) {
      const missing = whatIsMissing(value);
      if (missing === undefined) objects.push({ manifest: withoutNulls(value as KubernetesObject), template });
      else problems.push(noObject(release, template, missing, value));
    }
  }
  return { objects, problems };
}

/** How messages name an object of a release. @example 'web/templates/job.yaml: Job.batch web/init' */
export function placeOf({ template, manifest }: RenderedObject): string {
  return `${template}: ${formatIdentity(identityOf(manifest))}`;
}

interface Document {
  readonly template: string;
  readonly body: string;
}

/**
 * helm starts each template's document with its source. A file below crds/ is printed as it is, and may hold several.
 *
 * Source: pkg/action/action.go of https://github.com/helm/helm (v3.19.0)
 */
function splitDocuments(text: string): Document[] {
  let template = '';
  return text
    .replaceAll('\r\n', '\n')
    .split(/^---(?=\s|$)/m)
    .flatMap((chunk) => {
      const source = /^\s*# Source: (.+)\n?/.exec(chunk);
      template = source?.[1]?.trim() ?? template;
      const hasContent = chunk.split('\n').some((line) => !/^\s*(#|$|%YAML|\.\.\.\s*$)/.test(line));
      // Lines count from the first one of the document.
      return hasContent ? [{ template, body: chunk.slice(source?.[0].length ?? 0).replace(/^\s*\n/, '') }] : [];
    });
}

/** kubectl and both engines apply what a List holds, at any depth. */
function flatten(value: unknown): unknown[] {
  if (value === null) return [];
  if (!isObject(value) || !Array.isArray(value['items'])) return [value];
  const isList = typeof value['kind'] === 'string' && value['kind'].endsWith('List') && !isNamed(value);
  return isList ? value['items'].flatMap(flatten) : [value];
}

function isNamed({ metadata }: Record<string, unknown>): boolean {
  return isObject(metadata) && typeof metadata['name'] === 'string';
}

function whatIsMissing(value: unknown): string | undefined {
  if (!isObject(value)) return 'is no object, but plain text or a list';
  for (const field of ['apiVersion', 'kind']) {
    if (typeof value[field] !== 'string' || value[field] === '') return `has no ${field}`;
  }
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  if (typeof metadata['name'] === 'string' && metadata['name'] !== '') return undefined;
  if (metadata['generateName'] !== undefined) return 'has a generateName in place of a name, so that each sync would make another one';
  return typeof metadata['name'] === 'number' ? `has the number ${metadata['name']} for a name` : 'has no name';
}

function noObject(release: ReleaseName, template: string, missing: string, value: unknown): Problem {
  const kind = isObject(value) && typeof value['kind'] === 'string' ? `A ${value['kind']}` : 'A document';
  const fix = `turn it off by a value of the chart, or ${leaveToEngine}.`;
  return releaseProblem(release, 'rendered-object', template, `${kind} ${missing}.`, fix);
}

function excerptOf(body: string): string {
  const lines = body.split('\n').filter((line) => /^(apiVersion|kind| {2}name):/.test(line));
  return lines.slice(0, 3).join(', ').replace(/\s+/g, ' ');
}
