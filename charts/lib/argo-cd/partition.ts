import type { CollectedComponent } from '../collect.js';
import { nodeOf } from '../dependencies.js';
import { findCycle, type Graph, levelsOf } from '../graph.js';
import { type StageName, stageNames } from '../handle.js';

/** One Application: a run of stages of one component. */
export interface ApplicationPart {
  /** Name of the Application: the component's, with its first stage where it is not the first part. */
  readonly name: string;
  readonly component: CollectedComponent;
  readonly stages: readonly StageName[];
  /** Position in the order of the whole cluster, a multiple of 10. Parts of one wave do not wait for each other. */
  readonly wave: number;
  /** Names of the Applications that it waits for. */
  readonly after: readonly string[];
}

/**
 * Groups the stages of each component into as few Applications as the graph allows: one, unless what a late stage waits for
 * itself waits for an early one. What the bootstrap installed is asked for by everything, so that its exposure, which needs
 * an ingress, is always on its own. Adding a component that nobody waits for moves no other.
 *
 * @param graph of stages, without cycles.
 */
export function partition(components: readonly CollectedComponent[], graph: Graph): ApplicationPart[] {
  const cuts = new Map(
    components.map(({ name, component }) => [name, new Set<StageName>(component.options.bootstrap ? ['exposure'] : [])]),
  );
  for (;;) {
    const owner = ownersOf(components, cuts);
    const contracted = contract(graph, owner);
    const cycle = findCycle(contracted);
    if (cycle === undefined) return describe(components, owner, contracted);
    if (!cutLatest(components, cuts, new Set(cycle.map((name) => componentOf(owner, graph, name))))) {
      throw new Error(`the stages have no cycle, but the Applications do: ${cycle.join(' -> ')}`);
    }
  }
}

type Cuts = ReadonlyMap<string, Set<StageName>>;

/** Stage node -> name of its Application. */
function ownersOf(components: readonly CollectedComponent[], cuts: Cuts): Map<string, string> {
  const owner = new Map<string, string>();
  for (const { name, stages } of components) {
    stages.forEach(({ stage }, index) => {
      const previous = stages[index - 1];
      const starts = previous === undefined || cuts.get(name)?.has(stage);
      const part =
        previous === undefined
          ? name
          : starts
            ? `${name}-${stage}`
            : (owner.get(nodeOf({ component: name, stage: previous.stage })) ?? name);
      owner.set(nodeOf({ component: name, stage }), part);
    });
  }
  return owner;
}

function contract(graph: Graph, owner: ReadonlyMap<string, string>): Graph {
  const edges = new Map<string, string[]>();
  for (const node of graph.nodes) {
    const from = owner.get(node) ?? node;
    const targets = (graph.edges.get(node) ?? []).map((target) => owner.get(target) ?? target).filter((target) => target !== from);
    edges.set(from, [...new Set([...(edges.get(from) ?? []), ...targets])].sort());
  }
  return { nodes: [...edges.keys()], edges };
}

function componentOf(owner: ReadonlyMap<string, string>, graph: Graph, part: string): string {
  return graph.nodes.find((node) => owner.get(node) === part)?.split('/')[0] ?? part;
}

/** Splits off the last stage that is not yet split off, from every component of the cycle that has one. */
function cutLatest(components: readonly CollectedComponent[], cuts: Cuts, onCycle: ReadonlySet<string>): boolean {
  for (const stage of [...stageNames].reverse().slice(0, -1)) {
    const able = components.filter(
      ({ name, stages }) => onCycle.has(name) && !cuts.get(name)?.has(stage) && stages.findIndex((s) => s.stage === stage) > 0,
    );
    for (const { name } of able) cuts.get(name)?.add(stage);
    if (able.length > 0) return true;
  }
  return false;
}

function describe(components: readonly CollectedComponent[], owner: ReadonlyMap<string, string>, graph: Graph): ApplicationPart[] {
  const levels = levelsOf(graph);
  return components.flatMap((component) => {
    const names = [
      ...new Set(component.stages.map(({ stage }) => owner.get(nodeOf({ component: component.name, stage })) ?? component.name)),
    ];
    return names.map((name) => ({
      name,
      component,
      stages: component.stages
        .map(({ stage }) => stage)
        .filter((stage) => owner.get(nodeOf({ component: component.name, stage })) === name),
      wave: (levels.get(name) ?? 0) * 10,
      after: graph.edges.get(name) ?? [],
    }));
  });
}
