import type { ClusterView, Place } from './lib/view.js';

/**
 * One demand on a whole cluster that no schema can make. One file of this folder is one rule, called like its id; the comment of the rule is
 * its page in docs/rules.md: what it demands, then `Why:` with the symptom of breaking it, then `Source:`.
 *
 * A rule reads what is rendered, objects of upstream too where synth rendered them. What only the engine will render it takes from `provides`
 * and from the Helm values, and where these do not tell, it is silent: a rule never guesses.
 */
export interface Rule {
  /** Permanent, kebab-case, the name of the file. */
  readonly id: string;
  /** `warning` only for what is valid but suspicious. @default 'error' */
  readonly severity?: 'error' | 'warning';
  /** What breaks it in one cluster. One mistake is one finding, however many objects show it. @default - nothing of one cluster alone */
  readonly check?: (view: ClusterView) => Iterable<Finding>;
  /** What breaks it between clusters; `in` says whose it is. @default - nothing between them */
  readonly checkFleet?: (views: readonly ClusterView[]) => Iterable<Finding & { readonly in: ClusterView }>;
}

/** What breaks a rule. */
export interface Finding {
  /** What must be changed: an object or a release of the view, a component, or a fact of the cluster. */
  readonly at: Place;
  /** Path of the field in it. @example 'spec.rules[0].host' @default - the whole of it */
  readonly field?: string;
  /** As in a Problem. */
  readonly problem: string;
  /** As in a Problem. */
  readonly fix: string;
}
