import { groupOf, type KubernetesObject } from '../../charts/lib/kinds.js';
import type { Schemas } from '../schema/load.js';
import type { SchemaEntry, SchemaNode, Scope } from '../schema/node.js';

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly scope: Scope;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly storage: boolean;
      readonly deprecated?: boolean;
      readonly schema?: { readonly openAPIV3Schema?: SchemaNode };
    }[];
  };
}

/** The schemas of the platform, and behind them those of CustomResourceDefinitions that a release brings along. */
export function withDefinitions(schemas: Schemas, objects: readonly KubernetesObject[]): Schemas {
  const own = new Map<string, SchemaEntry>();
  for (const object of objects) {
    if (object.kind !== 'CustomResourceDefinition' || groupOf(object.apiVersion) !== 'apiextensions.k8s.io') continue;
    const { group, scope, names, versions } = (object as unknown as Definition).spec;
    for (const { name, served, storage, schema } of versions) {
      const apiVersion = `${group}/${name}`;
      const node = schema?.openAPIV3Schema;
      const facts = { apiVersion, kind: names.kind, scope, served, storage, dialect: 'structural' } as const;
      own.set(`${apiVersion}/${names.kind}`, { ...facts, ...(node && { schema: node }) });
    }
  }
  const find = (apiVersion: string, kind: string) => schemas.find(apiVersion, kind) ?? own.get(`${apiVersion}/${kind}`);
  return { ...schemas, find, scopeOf: (apiVersion, kind) => find(apiVersion, kind)?.scope };
}
