import { upstreamOf } from '../../../charts/lib/delivery.js';
import { pairsOf } from '../../../charts/lib/provides.js';
import type { ClusterView } from './view.js';

/** By namespace, the kinds that releases which nobody rendered make there, each with who makes it. Rules ask this of every object. */
const known = new WeakMap<ClusterView, ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>>();

/**
 * Construct paths of the releases that nobody rendered here and that make objects of a kind in a namespace.
 *
 * @param kind as in ClusterView.of.
 */
export function findHiders(view: ClusterView, kind: string, namespace: string): readonly string[] {
  const all = known.get(view) ?? listHiders(view);
  known.set(view, all);
  return all.get(namespace)?.get(kind) ?? [];
}

function listHiders({ plan }: ClusterView): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, Map<string, string[]>>();
  for (const { component, stages } of plan.components) {
    for (const stage of stages) {
      for (const upstream of upstreamOf(stage)) {
        if (stage.delivered.includes(upstream)) continue;
        const { props, node } = upstream;
        const { namespaced, namespaces = [], otherNamespaces = [] } = props.provides;
        const own = ('namespace' in props ? props.namespace : undefined) ?? component.namespaceName;
        for (const namespace of new Set([own, ...namespaces, ...otherNamespaces])) {
          const kinds = found.get(namespace) ?? new Map<string, string[]>();
          found.set(namespace, kinds);
          for (const { group, kind } of pairsOf(namespaced)) {
            const name = group === '' ? kind : `${kind}.${group}`;
            kinds.set(name, [...(kinds.get(name) ?? []), node.path]);
          }
        }
      }
    }
  }
  return found;
}
