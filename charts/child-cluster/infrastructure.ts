/** What the two sources of machines have in common for the rest of a child cluster. */
export interface Infrastructure {
  readonly apiVersion: 'infrastructure.cluster.x-k8s.io/v1alpha1' | 'infrastructure.cluster.x-k8s.io/v1alpha2';
  readonly clusterKind: 'KubevirtCluster' | 'ProxmoxCluster';
  /** Spec of the object of that kind. */
  readonly cluster: object;
  readonly templateKind: 'KubevirtMachineTemplate' | 'ProxmoxMachineTemplate';
  /** Specs of the machine templates. */
  readonly controlPlane: object;
  readonly workers: object;
}
