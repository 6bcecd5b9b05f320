import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { KubernetesObject } from '../../charts/lib/kinds.js';
import { loadSchemas } from '../../synth/schema/load.js';
import type { ApiServer } from './api-server.js';

const folder = fileURLToPath(new URL('../../imports/schemas', import.meta.url));

/** The schemas that synth checks with. */
export const schemas = loadSchemas(folder);

/** Every kind of imports/ that a CustomResourceDefinition makes, as 'group/Kind', sorted. */
export const customKinds: readonly string[] = [
  ...new Set(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => path.split(/[\\/]/))
      .filter((parts) => parts.length === 3)
      .map(([group, , file]) => `${group}/${file?.replace('.json', '')}`),
  ),
].sort();

/**
 * The CustomResourceDefinition of a kind, with the schemas of imports/; undefined for a kind that nobody here has objects of. Where upstream
 * converts between versions with a webhook, nothing but the apiVersion changes here: there is nobody who would answer.
 *
 * @param groupKind 'group/Kind'.
 *
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ (v1.36)
 */
export function definitionOf(groupKind: string): KubernetesObject | undefined {
  const [group = '', kind = ''] = groupKind.split('/');
  const versions = schemas.versionsOf(group, kind);
  const [first] = versions;
  if (first === undefined || !customKinds.includes(groupKind)) return undefined;
  const singular = kind.toLowerCase();
  const plural = pluralOf(singular);
  // Groups of the project itself are refused without a word from it.
  const isProtected = group.endsWith('.k8s.io');
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      ...(isProtected && { annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' } }),
    },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular },
      scope: schemas.scopeOf(`${group}/${first.version}`, kind),
      versions: versions.map(({ version, served, storage, deprecated }) => ({
        name: version,
        served,
        storage,
        deprecated,
        schema: {
          openAPIV3Schema: schemas.find(`${group}/${version}`, kind)?.schema ?? {
            type: 'object',
            'x-kubernetes-preserve-unknown-fields': true,
          },
        },
      })),
    },
  };
}

/** Only paths have it, and who applies asks the server for them. @example 'proxies' of 'proxy' */
function pluralOf(singular: string): string {
  if (singular.endsWith('y')) return `${singular.slice(0, -1)}ies`;
  return singular.endsWith('s') ? `${singular}es` : `${singular}s`;
}

/**
 * Installs definitions and waits until their kinds are served. What the server warns about in them is upstream's.
 *
 * @returns what the server refuses, as lines.
 */
export async function installDefinitions(server: ApiServer, definitions: readonly KubernetesObject[]): Promise<readonly string[]> {
  const problems: string[] = [];
  const accepted: KubernetesObject[] = [];
  for (const definition of definitions) {
    const { status, body } = await server.apply(definition);
    if (status < 300) accepted.push(definition);
    else problems.push(`${definition.metadata.name}: ${status} ${body['message']}`);
  }
  for (const definition of accepted) {
    problems.push(...(await waitForVersions(server, definition)).map((line) => `${definition.metadata.name}: ${line}`));
  }
  return problems;
}

/** Milliseconds until a definition counts as one that is never served. */
const patience = 30_000;

async function waitForVersions(server: ApiServer, { spec }: KubernetesObject): Promise<readonly string[]> {
  const { group, names, versions } = spec as {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
  const start = Date.now();
  for (const { name } of versions.filter(({ served }) => served)) {
    while (!(await server.serves(`${group}/${name}`, names.kind))) {
      if (Date.now() - start > patience) return [`${name} is not served.`];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return [];
}
