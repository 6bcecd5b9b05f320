import { gateOf } from '../../../charts/lib/argo-cd/application.js';
import type { ApplicationPart } from '../../../charts/lib/argo-cd/partition.js';
import { nodeOf, type StageId, stageNames } from '../../../charts/lib/handle.js';
import type { ClusterView } from './view.js';

/** A stage of a component. */
export type StagePlace = StageId;

/** In which order the GitOps engine brings up the stages of a cluster. */
export interface SyncOrder {
  /** True where nothing waits for the health of a stage. */
  readonly isGated: (place: StagePlace) => boolean;
  /** Why a stage is synced only after another one is healthy, as the end of a sentence; undefined when it is not. */
  readonly explainLater: (first: StagePlace, later: StagePlace) => string | undefined;
}

/** Argo CD goes by the waves of Applications and of the stages inside of one, Flux by what waits for what. */
export function orderOf(view: ClusterView): SyncOrder {
  return view.cluster.engine === 'flux' ? orderOfFlux(view) : orderOfArgoCd(view);
}

function orderOfArgoCd({ plan }: ClusterView): SyncOrder {
  const parts = new Map<string, ApplicationPart>(
    plan.applications.flatMap((part) => part.stages.map((stage) => [nodeOf({ component: part.component.name, stage }), part] as const)),
  );
  return {
    isGated(place) {
      const part = parts.get(nodeOf(place));
      return part === undefined || gateOf(part.component) !== undefined;
    },
    explainLater(first, later) {
      const [a, b] = [parts.get(nodeOf(first)), parts.get(nodeOf(later))];
      if (a === undefined || b === undefined) return undefined;
      if (a !== b) {
        if (b.wave <= a.wave) return undefined;
        return `${nodeOf(later)} comes with the Application ${b.name} of wave ${b.wave}, after ${a.name} of wave ${a.wave} is healthy.`;
      }
      if (stageNames.indexOf(later.stage) <= stageNames.indexOf(first.stage)) return undefined;
      return `${nodeOf(later)} comes after ${nodeOf(first)} in the Application ${a.name}.`;
    },
  };
}

function orderOfFlux({ plan }: ClusterView): SyncOrder {
  const { edges } = plan.dependencies.graph;
  const reached = new Map<string, ReadonlySet<string>>();
  /** Everything that a stage waits for. */
  const before = (node: string): ReadonlySet<string> => {
    const known = reached.get(node);
    if (known) return known;
    const found = new Set<string>();
    const open = [node];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const target of edges.get(next) ?? []) {
        if (found.has(target)) continue;
        found.add(target);
        open.push(target);
      }
    }
    reached.set(node, found);
    return found;
  };
  return {
    isGated: () => false,
    explainLater(first, later) {
      if (!before(nodeOf(later)).has(nodeOf(first))) return undefined;
      return `${nodeOf(later)} waits until ${nodeOf(first)} is ready.`;
    },
  };
}
