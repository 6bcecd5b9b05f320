import type { Graph } from '../../charts/lib/graph.js';

/** Puts the nodes that have one owner together; edges inside an owner go. The result may have cycles. */
export function contractGraph({ nodes, edges }: Graph, ownerOf: (node: string) => string): Graph {
  const contracted = new Map<string, Set<string>>();
  for (const node of nodes) {
    const owner = ownerOf(node);
    const targets = contracted.get(owner) ?? new Set();
    for (const target of edges.get(node) ?? []) if (ownerOf(target) !== owner) targets.add(ownerOf(target));
    contracted.set(owner, targets);
  }
  return { nodes: [...contracted.keys()], edges: new Map([...contracted].map(([node, targets]) => [node, [...targets].sort()])) };
}

/** Leaves out every edge that a longer way says too, so that a picture of the graph can be read. */
export function reduceGraph({ nodes, edges }: Graph): Graph {
  const reaches = (from: string, to: string, seen: Set<string>): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return (edges.get(from) ?? []).some((next) => reaches(next, to, seen));
  };
  const kept = nodes.map((node) => {
    const targets = edges.get(node) ?? [];
    const isSaid = (target: string) => targets.some((other) => other !== target && reaches(other, target, new Set([node])));
    return [node, targets.filter((target) => !isSaid(target))] as const;
  });
  return { nodes, edges: new Map(kept) };
}
