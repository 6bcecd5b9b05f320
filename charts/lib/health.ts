/** How a kind that neither engine knows by itself tells that it works. */
export type KindHealth = {
  readonly apiVersion: string;
  readonly kind: string;
} & (
  | {
      /** Type of the condition of its status that is then true. */
      readonly condition: string;
    }
  | {
      /** What `status.phase` then is. */
      readonly phase: string;
    }
);

/** A provider of Cluster API works once its own kinds are there, which others wait for. */
const providers = ['CoreProvider', 'BootstrapProvider', 'ControlPlaneProvider', 'InfrastructureProvider', 'IPAMProvider', 'AddonProvider'];

/**
 * Each engine writes them in its own form.
 *
 * Source: the API types of each operator (trust-manager v0.24, piraeus-operator v2.10, kubevirt v1.9, containerized-data-importer v1.66,
 * cluster-api-operator v0.28, tektoncd-operator v0.81)
 */
export const kindHealth: readonly KindHealth[] = [
  { apiVersion: 'cdi.kubevirt.io/v1beta1', kind: 'CDI', phase: 'Deployed' },
  { apiVersion: 'kubevirt.io/v1', kind: 'KubeVirt', phase: 'Deployed' },
  ...providers.map((kind) => ({ apiVersion: 'operator.cluster.x-k8s.io/v1alpha2', kind, condition: 'ProviderInstalled' })),
  { apiVersion: 'operator.tekton.dev/v1alpha1', kind: 'TektonConfig', condition: 'Ready' },
  { apiVersion: 'piraeus.io/v1', kind: 'LinstorCluster', condition: 'Available' },
  { apiVersion: 'trust.cert-manager.io/v1alpha1', kind: 'Bundle', condition: 'Synced' },
];
