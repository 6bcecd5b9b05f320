import type { Kinds, PodSecurityLevel } from '../lib/provides.js';

/** The providers of Cluster API, as facts: the versions that go together, where they run, and what they install. */

/** Where the machines of child clusters can come from. */
export type MachineSource = 'kubevirt' | 'proxmox';

/** Kinds of providers. Source: config/crd/bases of kubernetes-sigs/cluster-api-operator (v0.28.0) */
export type ProviderKind =
  | 'CoreProvider'
  | 'BootstrapProvider'
  | 'ControlPlaneProvider'
  | 'InfrastructureProvider'
  | 'IPAMProvider'
  | 'AddonProvider';

/** One provider: its release, its namespace, and what its manager needs. */
export interface Provider {
  readonly kind: ProviderKind;
  /** Name by which clusterctl finds its release. */
  readonly name: string;
  readonly namespace: string;
  readonly version: string;
  /** Level that its manager passes. */
  readonly podSecurity: PodSecurityLevel;
  /** Request and limit of memory. */
  readonly memory: readonly [string, string];
  /** Kinds that it installs. */
  readonly crds: Kinds;
  /** Variables of its manifest, each a key of the Secret that it reads. @default - none */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * What every management cluster has. The Talos providers speak the contract v1beta1 only, which this core still takes.
 *
 * Source: config/crd/bases of kubernetes-sigs/cluster-api (main), config/manager of cluster-api-addon-provider-helm (v0.6.2) and of
 * cluster-api-control-plane-provider-talos (v0.5.12)
 */
const commonProviders: readonly Provider[] = [
  {
    kind: 'CoreProvider',
    name: 'cluster-api',
    namespace: 'capi-system',
    // renovate: datasource=github-releases depName=kubernetes-sigs/cluster-api
    version: 'v1.12.11',
    podSecurity: 'restricted',
    memory: ['128Mi', '512Mi'],
    crds: {
      'addons.cluster.x-k8s.io': ['ClusterResourceSet', 'ClusterResourceSetBinding'],
      'cluster.x-k8s.io': [
        'Cluster',
        'ClusterClass',
        'Machine',
        'MachineDeployment',
        'MachineDrainRule',
        'MachineHealthCheck',
        'MachinePool',
        'MachineSet',
      ],
      'ipam.cluster.x-k8s.io': ['IPAddress', 'IPAddressClaim'],
      'runtime.cluster.x-k8s.io': ['ExtensionConfig'],
    },
  },
  {
    kind: 'BootstrapProvider',
    name: 'talos',
    namespace: 'cabpt-system',
    // renovate: datasource=github-releases depName=siderolabs/cluster-api-bootstrap-provider-talos
    version: 'v0.6.12',
    podSecurity: 'baseline',
    memory: ['128Mi', '512Mi'],
    crds: { 'bootstrap.cluster.x-k8s.io': ['TalosConfig', 'TalosConfigTemplate'] },
  },
  {
    kind: 'ControlPlaneProvider',
    name: 'talos',
    namespace: 'cacppt-system',
    // renovate: datasource=github-releases depName=siderolabs/cluster-api-control-plane-provider-talos
    version: 'v0.5.13',
    podSecurity: 'baseline',
    memory: ['128Mi', '512Mi'],
    crds: { 'controlplane.cluster.x-k8s.io': ['TalosControlPlane'] },
  },
  {
    kind: 'AddonProvider',
    name: 'helm',
    namespace: 'caaph-system',
    // renovate: datasource=github-releases depName=kubernetes-sigs/cluster-api-addon-provider-helm
    version: 'v0.6.2',
    podSecurity: 'restricted',
    memory: ['64Mi', '512Mi'],
    crds: { 'addons.cluster.x-k8s.io': ['HelmChartProxy', 'HelmReleaseProxy'] },
  },
];

/**
 * What each source of machines needs.
 *
 * Source: config/ of cluster-api-provider-kubevirt (v0.11.2) and cluster-api-provider-proxmox (v0.9.0)
 */
const providersOf: Readonly<Record<MachineSource, readonly Provider[]>> = {
  kubevirt: [
    {
      kind: 'InfrastructureProvider',
      name: 'kubevirt',
      namespace: 'capk-system',
      // renovate: datasource=github-releases depName=kubernetes-sigs/cluster-api-provider-kubevirt
      version: 'v0.11.2',
      podSecurity: 'baseline',
      memory: ['64Mi', '256Mi'],
      crds: {
        'infrastructure.cluster.x-k8s.io': ['KubevirtCluster', 'KubevirtClusterTemplate', 'KubevirtMachine', 'KubevirtMachineTemplate'],
      },
    },
  ],
  proxmox: [
    {
      kind: 'InfrastructureProvider',
      name: 'proxmox',
      namespace: 'capmox-system',
      // renovate: datasource=github-releases depName=ionos-cloud/cluster-api-provider-proxmox
      version: 'v0.9.0',
      podSecurity: 'restricted',
      memory: ['64Mi', '256Mi'],
      crds: {
        'infrastructure.cluster.x-k8s.io': ['ProxmoxCluster', 'ProxmoxClusterTemplate', 'ProxmoxMachine', 'ProxmoxMachineTemplate'],
      },
      variables: {
        PROXMOX_URL: 'URL of the Proxmox API, with its port',
        PROXMOX_TOKEN: 'user and name of the API token: user@realm!name',
        PROXMOX_SECRET: 'the API token itself',
      },
    },
    // It gives the machines of the Proxmox provider their addresses.
    {
      kind: 'IPAMProvider',
      name: 'in-cluster',
      namespace: 'capi-ipam-in-cluster-system',
      // renovate: datasource=github-releases depName=kubernetes-sigs/cluster-api-ipam-provider-in-cluster
      version: 'v1.1.0',
      podSecurity: 'baseline',
      memory: ['64Mi', '128Mi'],
      crds: { 'ipam.cluster.x-k8s.io': ['GlobalInClusterIPPool', 'InClusterIPPool'] },
    },
  ],
};

/** The providers of a management cluster, in an order that does not depend on that of the sources. */
export function selectProviders(infrastructure: readonly MachineSource[]): readonly Provider[] {
  return [...commonProviders, ...[...new Set(infrastructure)].sort().flatMap((source) => providersOf[source])];
}
