import type { CollectedComponent } from '../collect.js';
import { type Graph, levelsOf } from '../graph.js';
import { nodeOf, type StageName, stageNames } from '../handle.js';

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
  const parts: Parts = {
    owner: new Map(graph.nodes.map((node) => [node, node])),
    members: new Map(graph.nodes.map((node) => [node, [node]])),
  };
  // Apart there is no cycle, because the graph of stages has none. Early stages join first, so that late ones are split off.
  for (const stage of stageNames) {
    for (const { name, component, stages } of components) {
      const previous = stages[stages.findIndex((other) => other.stage === stage) - 1];
      if (previous === undefined || (component.options.bootstrap && stage === 'exposure')) continue;
      const node = nodeOf({ component: name, stage });
      const part = ownerOf(parts, nodeOf({ component: name, stage: previous.stage }));
      if (waitsThroughOthers(node, part, graph, parts)) continue;
      parts.owner.set(node, part);
      parts.members.get(part)?.push(node);
    }
  }
  return describe(components, contract(graph, parts), parts);
}

/** Stages by Application, which until it gets its name is known by its first stage. */
interface Parts {
  readonly owner: Map<string, string>;
  readonly members: Map<string, string[]>;
}

function ownerOf({ owner }: Parts, node: string): string {
  return owner.get(node) ?? node;
}

/** True when something else that the stage waits for itself waits for the part, so that the two cannot be one. */
function waitsThroughOthers(node: string, part: string, graph: Graph, parts: Parts): boolean {
  const seen = new Set<string>();
  const partsAfter = (nodes: readonly string[]) => nodes.flatMap((from) => graph.edges.get(from) ?? []).map((to) => ownerOf(parts, to));
  const leadsBack = (other: string): boolean => {
    if (other === part) return true;
    if (seen.has(other)) return false;
    seen.add(other);
    return partsAfter(parts.members.get(other) ?? []).some(leadsBack);
  };
  return partsAfter([node]).some((other) => other !== part && leadsBack(other));
}

function contract(graph: Graph, parts: Parts): Graph {
  const edges = new Map<string, string[]>();
  for (const node of graph.nodes) {
    const from = ownerOf(parts, node);
    const targets = (graph.edges.get(node) ?? []).map((target) => ownerOf(parts, target)).filter((target) => target !== from);
    edges.set(from, [...new Set([...(edges.get(from) ?? []), ...targets])]);
  }
  return { nodes: [...edges.keys()], edges };
}

function describe(components: readonly CollectedComponent[], graph: Graph, parts: Parts): ApplicationPart[] {
  const levels = levelsOf(graph);
  const found = components.flatMap((component) => {
    const firstOf = (stage: StageName) => ownerOf(parts, nodeOf({ component: component.name, stage }));
    const stages = component.stages.map(({ stage }) => stage);
    return [...new Set(stages.map(firstOf))].map((first, index) => {
      const own = stages.filter((stage) => firstOf(stage) === first);
      return { component, first, name: index === 0 ? component.name : `${component.name}-${own[0]}`, stages: own };
    });
  });
  const names = new Map(found.map(({ first, name }) => [first, name]));
  return found.map(({ component, first, name, stages }) => ({
    name,
    component,
    stages,
    wave: (levels.get(first) ?? 0) * 10,
    after: (graph.edges.get(first) ?? []).map((other) => names.get(other) ?? other).sort(),
  }));
}
