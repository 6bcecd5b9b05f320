import type { Problem } from '../charts/lib/problem.js';
import type { Fleet } from '../clusters/lib/fleet.js';
import type { ClusterPlan } from '../clusters/lib/plan.js';
import { checkRules, type Verdict } from './check-rules.js';
import { checkSchemas } from './check-schemas.js';
import { checkSecrets } from './check-secrets.js';
import { rules as everyRule } from './rules/index.js';
import { ClusterView } from './rules/lib/view.js';
import type { Rule } from './rules/rule.js';
import type { Schemas } from './schema/load.js';

/** What the checks of rendered clusters need besides the clusters. */
export interface CheckContext {
  readonly fleet: Fleet;
  readonly schemas: Schemas;
  /** Text of a file below dist/<cluster>/ as it is before this synth, or undefined when there is none. */
  readonly readCommitted: (cluster: string, path: string) => string | undefined;
  /** Names of the repository's tags. */
  readonly tags: ReadonlySet<string>;
}

/** Everything that is checked of clusters that could be planned: each object by itself, then each cluster as a whole, then all of them. */
export function checkPlans(
  plans: readonly ClusterPlan[],
  { fleet, schemas, readCommitted, tags }: CheckContext,
  rules: readonly Rule[] = everyRule,
): Verdict {
  const single = new Map(plans.map((plan) => [plan.cluster.name, checkSchemas(plan, schemas)]));
  const views = plans.map((plan) => new ClusterView(plan, fleet, (path) => readCommitted(plan.cluster.name, path), tags));
  const { problems, waived } = checkRules(
    views,
    new Map([...single].map(([name, found]) => [name, constructsOf(found.filter(({ severity }) => severity === 'error'))])),
    rules,
  );
  const all = plans.map((plan) => {
    const { name } = plan.cluster;
    // What others quote may be a secret.
    return [name, checkSecrets(plan, withoutAsides([...(single.get(name) ?? []), ...(problems.get(name) ?? [])]))] as const;
  });
  return { problems: new Map(all), waived };
}

/** Whoever must mend an object need not be told what else is suspicious about it. */
function withoutAsides(problems: readonly Problem[]): Problem[] {
  const wrong = constructsOf(problems.filter(({ severity }) => severity === 'error'));
  return problems.filter(({ severity, construct }) => severity === 'error' || construct === undefined || !wrong.has(construct));
}

function constructsOf(problems: readonly Problem[]): ReadonlySet<string> {
  return new Set(problems.flatMap(({ construct }) => construct ?? []));
}
