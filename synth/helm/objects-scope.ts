import { formatIdentity, identityOf, type KindCatalog, type KubernetesObject } from '../../charts/lib/kinds.js';
import type { Problem } from '../../charts/lib/problem.js';
import { isObject } from '../schema/node.js';
import type { RenderedObject } from './model.js';
import { placeOf } from './objects.js';
import { type ReleaseName, releaseProblem } from './run-problem.js';

type Scope = 'Cluster' | 'Namespaced';

/**
 * Gives each object the namespace that helm or an engine would apply it to: that of the release where a namespaced one names none, and none
 * for an object of the whole cluster. Then no two objects of the release may be the same one.
 */
export function settleNamespaces(
  objects: readonly RenderedObject[],
  release: ReleaseName & { readonly namespace: string },
  catalog: KindCatalog,
): { objects: RenderedObject[]; problems: Problem[] } {
  const own = scopesOfDefinitions(objects);
  const settled: RenderedObject[] = [];
  const problems: Problem[] = [];
  const unknown = new Set<string>();
  for (const object of objects) {
    const { apiVersion, kind } = object.manifest;
    const scope = catalog.scopeOf(apiVersion, kind) ?? own.get(`${apiVersion}/${kind}`);
    if (scope !== undefined) settled.push({ ...object, manifest: settle(object.manifest, scope, release.namespace) });
    else if (!unknown.has(`${apiVersion}/${kind}`)) {
      unknown.add(`${apiVersion}/${kind}`);
      const problem = `imports/ has no schema of ${apiVersion} ${kind}, so that nothing tells whether it lives in a namespace.`;
      const fix = 'add the kind to cdk8s.yaml and run "npm run import".';
      problems.push(releaseProblem(release, 'known-kind', placeOf(object), problem, fix));
    }
  }
  return { objects: settled, problems: [...problems, ...findTwins(settled, release)] };
}

function settle(manifest: KubernetesObject, scope: Scope, releaseNamespace: string): KubernetesObject {
  const { namespace, ...metadata } = manifest.metadata;
  if (scope === 'Cluster') return { ...manifest, metadata };
  return { ...manifest, metadata: { ...metadata, namespace: namespace || releaseNamespace } };
}

/** Scope of each version of a kind whose CustomResourceDefinition is among the objects. */
function scopesOfDefinitions(objects: readonly RenderedObject[]): Map<string, Scope> {
  const scopes = new Map<string, Scope>();
  for (const { manifest } of objects) {
    const { group, scope, names, versions } = isObject(manifest['spec']) ? manifest['spec'] : {};
    if (manifest.kind !== 'CustomResourceDefinition' || !isObject(names) || !Array.isArray(versions)) continue;
    for (const version of versions.filter(isObject)) {
      if (scope === 'Cluster' || scope === 'Namespaced') scopes.set(`${group}/${version['name']}/${names['kind']}`, scope);
    }
  }
  return scopes;
}

function findTwins(objects: readonly RenderedObject[], release: ReleaseName): Problem[] {
  const first = new Map<string, RenderedObject>();
  return objects.flatMap((object) => {
    const identity = formatIdentity(identityOf(object.manifest));
    const twin = first.get(identity);
    if (twin === undefined) first.set(identity, object);
    if (twin === undefined) return [];
    const problem = `${identity} is rendered twice: by ${twin.template} and by ${object.template}.`;
    return [releaseProblem(release, 'distinct-objects', object.template, problem, 'turn one of them off by a value of the chart.')];
  });
}
