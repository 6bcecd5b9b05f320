/** A kind that works when one condition of its status is true. */
export interface ConditionHealth {
  readonly apiVersion: string;
  readonly kind: string;
  /** Type of the condition. */
  readonly condition: string;
}

/**
 * Kinds that neither engine knows by itself; each engine writes them in its own form.
 *
 * Source: the API types of each operator (trust-manager v0.24, piraeus-operator v2.10).
 */
export const conditionHealth: readonly ConditionHealth[] = [
  { apiVersion: 'piraeus.io/v1', kind: 'LinstorCluster', condition: 'Available' },
  { apiVersion: 'trust.cert-manager.io/v1alpha1', kind: 'Bundle', condition: 'Synced' },
];
