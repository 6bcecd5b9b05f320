/** A directed graph by node name; an edge leads from what waits to what it waits for. Pure, and knows nothing of components. */
export interface Graph {
  readonly nodes: readonly string[];
  /** Targets that are not in `nodes` are ignored. */
  readonly edges: ReadonlyMap<string, readonly string[]>;
}

/** The nodes of one cycle, the first repeated at the end, or undefined when there is none. */
export function findCycle({ nodes, edges }: Graph): string[] | undefined {
  const known = new Set(nodes);
  const done = new Set<string>();
  const path: string[] = [];
  const onPath = new Set<string>();
  const visit = (node: string): string[] | undefined => {
    if (onPath.has(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node) || !known.has(node)) return undefined;
    path.push(node);
    onPath.add(node);
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    onPath.delete(node);
    done.add(node);
    return undefined;
  };
  for (const node of [...nodes].sort()) {
    const cycle = visit(node);
    if (cycle) return cycle;
  }
  return undefined;
}

/**
 * Length of the longest path from each node to one that waits for nothing: 0 for those. Adding a node that nobody waits for
 * changes no other level.
 *
 * @throws {Error} on a cycle; ask `findCycle` first.
 */
export function levelsOf({ nodes, edges }: Graph): Map<string, number> {
  const known = new Set(nodes);
  const levels = new Map<string, number>();
  const visiting = new Set<string>();
  const levelOf = (node: string): number => {
    const level = levels.get(node);
    if (level !== undefined) return level;
    if (visiting.has(node)) throw new Error(`${node} is on a cycle`);
    visiting.add(node);
    const below = (edges.get(node) ?? []).filter((next) => known.has(next)).map(levelOf);
    visiting.delete(node);
    const result = below.length === 0 ? 0 : Math.max(...below) + 1;
    levels.set(node, result);
    return result;
  };
  for (const node of nodes) levelOf(node);
  return levels;
}
