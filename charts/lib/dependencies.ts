import { type CollectedComponent, type CollectedStage, problemOf } from './collect.js';
import { upstreamOf } from './delivery.js';
import { findCycle, type Graph } from './graph.js';
import { nodeOf, type StageId, type StageName, stageNames } from './handle.js';
import { builtinNamespaces, groupOf, isBuiltinGroup } from './kinds.js';
import type { Problem } from './problem.js';
import { findProviders, type Providers } from './providers.js';
import { pairsOf } from './provides.js';
import { findClassReferences } from './references.js';

export interface Dependencies {
  /** One node a stage that holds anything. */
  readonly graph: Graph;
  readonly providers: Providers;
  readonly problems: readonly Problem[];
}

/**
 * Which stage waits for which, from handles, kinds, classes, namespaces and declarations. What the bootstrap installs is there before the
 * first sync, so that no kind, class or namespace is waited for there; a handle is, because it promises that the thing works.
 */
export function resolveDependencies(components: readonly CollectedComponent[]): Dependencies {
  const { providers, problems } = findProviders(components);
  const edges = new Map<string, string[]>();
  const reasons = new Map<string, string>();
  const filled = new Map(components.map(({ name, stages }) => [name, stages.map(({ stage }) => stage)]));
  const isPresent = isInstalledByBootstrap(components);

  for (const { name, stages } of components) {
    stages.forEach(({ stage }, index) => {
      const before = stages[index - 1]?.stage;
      edges.set(nodeOf({ component: name, stage }), before ? [nodeOf({ component: name, stage: before })] : []);
    });
    for (const stage of stages) {
      const from = nodeOf({ component: name, stage: stage.stage });
      const connect = (to: StageId, why: string) => {
        if (to.component === name) return refuseLater(to, why);
        const last = lastFilled(filled.get(to.component), to.stage);
        if (last === undefined) return;
        const target = nodeOf({ component: to.component, stage: last });
        edges.get(from)?.push(target);
        reasons.set(`${from} ${target}`, why);
      };
      const refuseLater = (to: StageId, why: string) => {
        if (isPresent(to) || stageNames.indexOf(to.stage) <= stageNames.indexOf(stage.stage)) return;
        const problem = `${from} ${why}, which comes only with ${nodeOf(to)}.`;
        if (problems.some((other) => other.problem === problem)) return;
        problems.push(problemOf(name, from, 'stage-order', problem, `move it to ${to.stage} or a later stage.`));
      };
      const wait = (to: StageId, why: string) => {
        if (!isPresent(to)) connect(to, why);
      };
      for (const edge of stage.edges) {
        if (filled.has(edge.to.component)) connect(edge.to, edge.why);
        else
          problems.push(
            problemOf(
              name,
              from,
              'known-component',
              `It waits for "${edge.to.component}", which this cluster does not have.`,
              'add that component, or drop the reference.',
            ),
          );
      }
      resolveStage(name, stage, providers, wait, problems);
    }
  }
  const graph: Graph = {
    nodes: [...edges.keys()],
    edges: new Map([...edges].map(([node, targets]) => [node, [...new Set(targets)].sort()])),
  };
  const cycle = findCycle(graph);
  if (cycle) problems.push(cycleProblem(cycle, reasons));
  return { graph, providers, problems };
}

function isInstalledByBootstrap(components: readonly CollectedComponent[]): (id: StageId) => boolean {
  const names = new Set(components.filter(({ component }) => component.options.bootstrap).map(({ name }) => name));
  return ({ component, stage }) => names.has(component) && (stage === 'base' || stage === 'release');
}

/** The stage itself or, when it holds nothing, the last one before it that does. */
function lastFilled(stages: readonly StageName[] | undefined, wanted: StageName): StageName | undefined {
  return stages?.filter((stage) => stageNames.indexOf(stage) <= stageNames.indexOf(wanted)).at(-1);
}

type Wait = (to: StageId, why: string) => void;

function resolveStage(component: string, stage: CollectedStage, providers: Providers, wait: Wait, problems: Problem[]): void {
  // What is missing is one mistake, however many objects need it.
  const report = (path: string, rule: string, problem: string, fix: string) => {
    const found = problemOf(component, path, rule, problem, fix);
    if (!problems.some((other) => other.file === found.file && other.problem === problem)) problems.push(found);
  };
  const needNamespace = (namespace: string | undefined, path: string) => {
    if (namespace === undefined || builtinNamespaces.includes(namespace)) return;
    const provider = providers.namespaces.get(namespace);
    if (provider) wait(provider, `is in its namespace ${namespace}`);
    else
      report(
        path,
        'known-namespace',
        `Nothing in this cluster makes the namespace "${namespace}".`,
        'let a component own it, or take its namespaceRef.',
      );
  };
  const needKind = (group: string, kind: string, path: string) => {
    for (const provider of providers.webhooks.get(`${group}/${kind}`) ?? [])
      if (provider.component !== component) wait(provider, `passes its webhook with ${kind}`);
    if (isBuiltinGroup(group)) return;
    const provider = providers.kinds.get(`${group}/${kind}`);
    if (provider) wait(provider, `needs its kind ${kind}`);
    else
      report(
        path,
        'installed-kind',
        `Nothing in this cluster installs the kind ${kind} of ${group}.`,
        'add the component that does, or declare the kind in the `provides` of its release.',
      );
  };

  for (const { manifest, path } of stage.objects) {
    needKind(groupOf(manifest.apiVersion), manifest.kind, path);
    needNamespace(manifest.metadata.namespace, path);
    for (const { kind, name } of findClassReferences(manifest)) {
      const provider = providers.classes.get(`${kind} ${name}`);
      if (provider) wait(provider, `names its ${kind} ${name}`);
      else
        report(
          path,
          'known-class',
          `Nothing in this cluster makes the ${kind} "${name}".`,
          'add the component that does, or name another class.',
        );
    }
  }
  for (const release of upstreamOf(stage)) {
    const { provides } = release.props;
    for (const { group, kind } of [...pairsOf(provides.cluster), ...pairsOf(provides.namespaced)]) needKind(group, kind, release.node.path);
    for (const namespace of provides.otherNamespaces ?? []) needNamespace(namespace, release.node.path);
    if ('namespace' in release.props) needNamespace(release.props.namespace, release.node.path);
  }
}

function cycleProblem(cycle: readonly string[], reasons: ReadonlyMap<string, string>): Problem {
  const lines = cycle.slice(0, -1).map((node, index) => {
    const next = cycle[index + 1] ?? '';
    return `${node} waits for ${next}: ${reasons.get(`${node} ${next}`) ?? 'comes later in the same component'}`;
  });
  const component = cycle[0]?.split('/')[0] ?? '';
  return problemOf(
    component,
    cycle.join(' -> '),
    'no-dependency-cycle',
    ['Each of these waits for the next, so that none can start:', ...lines].join('\n'),
    'move what waits into a later stage, or drop one reference.',
  );
}
