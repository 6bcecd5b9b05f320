import { recordOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import { findSelected, mayHidePods } from './lib/pod-owners.js';
import type { Workload } from './lib/pods.js';
import { findCopies } from './lib/value-copies.js';
import type { ClusterView, SeenObject, SeenRelease } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * A PodDisruptionBudget selects pods, those of no other budget, and lets one of them go.
 *
 * Why: a drain waits for ever, so that no node is upgraded; a pod with two budgets cannot be evicted at all, and one that selects nothing protects
 * nothing.
 *
 * Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/ (v1.36),
 * https://cloudnative-pg.io/documentation/1.30/kubernetes_upgrade/, templates/_helpers.tpl of the chart vault (0.34)
 */
export const drainable: Rule = {
  id: 'drainable',
  *check(view) {
    const owners = new Map<Workload, SeenObject>();
    for (const budget of view.of('PodDisruptionBudget.policy')) yield* checkBudget(view, budget, owners);
    for (const object of view.of('Cluster.postgresql.cnpg.io')) {
      const { instances = 1, enablePDB = true } = recordOf(object.manifest['spec']);
      const problem = 'Its only instance is the primary, which the budget of the operator keeps.';
      if (instances === 1 && enablePDB === true)
        yield { at: object, field: 'spec.enablePDB', problem, fix: 'write false, or more instances.' };
    }
    for (const release of view.releases) if (!release.isSeen) yield* checkValues(release);
  },
};

function* checkBudget(view: ClusterView, budget: SeenObject, owners: Map<Workload, SeenObject>): Generator<Finding> {
  const { selector, minAvailable, maxUnavailable } = recordOf(budget.manifest['spec']);
  const namespace = budget.manifest.metadata.namespace ?? 'default';
  const selected = findSelected(view, namespace, selector).filter(({ object }) => object.manifest.kind !== 'DaemonSet');
  const isPartial = mayHidePods(view, namespace);
  if (selected.length === 0 && !isPartial && budget.origin !== 'upstream') {
    const names = view.workloads.filter((one) => one.namespace === namespace).map(({ object }) => object.manifest.metadata.name);
    const known = names.length > 0 ? ` Its workloads are ${names.join(', ')}.` : '';
    const problem = `It selects no pod of the namespace "${namespace}".${known}`;
    yield { at: budget, field: 'spec.selector', problem, fix: 'select the labels of a pod template, or remove it.' };
    return;
  }
  const first = selected.map((workload) => owners.get(workload)).find((owner) => owner !== undefined);
  for (const workload of selected) owners.set(workload, budget);
  if (first) {
    const problem = `${first.path} selects the same pods, and a pod with two budgets cannot be evicted.`;
    yield { at: budget, field: 'spec.selector', problem, fix: 'leave the pods to one of them.' };
    return;
  }
  const pods = isPartial ? undefined : selected.reduce((sum, { replicas }) => sum + (replicas ?? 0), 0);
  const field = maxUnavailable === undefined ? 'spec.minAvailable' : 'spec.maxUnavailable';
  const problem = describe(minAvailable, maxUnavailable, pods);
  if (problem !== undefined) yield { at: budget, field, problem, fix };
}

/** Charts write nothing and an empty text alike. */
function given(value: unknown): unknown {
  return value === null || value === '' ? undefined : value;
}

const fix = 'write maxUnavailable: 1, and no budget for a single pod.';

/** What keeps the last pod that may go, or undefined where one may. @param pods @default - not known */
function describe(minAvailable: unknown, maxUnavailable: unknown, pods: number | undefined): string | undefined {
  if (maxUnavailable === 0 || maxUnavailable === '0%') return 'It lets no pod go.';
  const [percent] = textsOf([minAvailable]);
  if (percent === '100%') return 'It keeps all pods.';
  if (pods === undefined || pods === 0 || minAvailable === undefined || maxUnavailable !== undefined) return undefined;
  const kept = percent === undefined ? Number(minAvailable) : Math.ceil((Number.parseFloat(percent) * pods) / 100);
  return kept >= pods ? `It keeps ${kept} of ${pods}, so that none may go.` : undefined;
}

function* checkValues(release: SeenRelease): Generator<Finding> {
  const { values } = release;
  for (const { field, replicas, map } of findCopies(values)) {
    for (const key of ['podDisruptionBudget', 'pdb', 'disruptionBudget']) {
      const { enabled, create, minAvailable, maxUnavailable } = recordOf(map[key]);
      const problem = enabled === true || create === true ? describe(given(minAvailable), given(maxUnavailable), replicas) : undefined;
      const path = [field, key].filter(Boolean).join('.');
      if (problem !== undefined) yield { at: release, field: path, problem, fix };
    }
  }
  const { enabled, replicas = 3, disruptionBudget } = recordOf(valueAt(values, 'server.ha'));
  const { enabled: isKept = true, maxUnavailable } = recordOf(disruptionBudget);
  const isVault = ['vault', 'openbao'].includes(release.release.props.chart) && enabled === true && isKept === true;
  // Unless it is told, the chart lets less than half of them go; it lets none of one or two.
  if (isVault && (replicas === 1 || (replicas === 2 && !maxUnavailable))) {
    const problem = `The chart lets no pod go where there ${replicas === 1 ? 'is 1' : 'are 2'}.`;
    yield { at: release, field: 'server.ha.disruptionBudget', problem, fix: 'write {enabled: false}, or three replicas.' };
  }
}
