import type { RuleFixtures } from '../fixtures/rule-harness.js';

const provider = (kind: string, name: string, version: string) => `
apiVersion: operator.cluster.x-k8s.io/v1alpha2
kind: ${kind}
metadata: {name: ${name}}
spec: {version: ${version}}
---
`;

const kept = "annotations: {argocd.argoproj.io/sync-options: 'Prune=confirm,Delete=confirm'}";

const controlPlane = (replicas: number) => `
apiVersion: controlplane.cluster.x-k8s.io/v1alpha3
kind: TalosControlPlane
metadata: {name: child, ${kept}}
spec:
  version: v1.36.4
  replicas: ${replicas}
  infrastructureTemplate: {apiVersion: infrastructure.cluster.x-k8s.io/v1alpha2, kind: ProxmoxMachineTemplate, name: child-1}
  controlPlaneConfig: {controlplane: {generateType: controlplane, talosVersion: v1.13}}
---
`;

const template = (cores: number) => `
apiVersion: infrastructure.cluster.x-k8s.io/v1alpha2
kind: ProxmoxMachineTemplate
metadata: {name: child-1}
spec: {template: {spec: {sourceNode: pve, templateID: 9000, numCores: ${cores}, network: {networkDevices: [{name: net0, bridge: vmbr0, model: virtio}]}}}}
---
`;

const cluster = (infrastructure: string) => `
apiVersion: cluster.x-k8s.io/v1beta2
kind: Cluster
metadata: {name: child, ${kept}}
spec:
  controlPlaneRef: {apiGroup: controlplane.cluster.x-k8s.io, kind: TalosControlPlane, name: child}
  infrastructureRef: {apiGroup: infrastructure.cluster.x-k8s.io, kind: ProxmoxCluster, name: ${infrastructure}}
---
apiVersion: infrastructure.cluster.x-k8s.io/v1alpha2
kind: ProxmoxCluster
metadata: {name: child, ${kept}}
spec:
  controlPlaneEndpoint: {host: 192.0.2.50, port: 6443}
  dnsServers: [192.0.2.2]
  ipv4Config: {addresses: [192.0.2.51-192.0.2.59], prefix: 24, gateway: 192.0.2.1, metric: 100}
---
`;

const committed = (cores: number) => ({
  'manifests/app/resources/proxmox-machine-template.infrastructure.cluster.x-k8s.io_child-1.yaml': template(cores).replace('---\n', ''),
});

export const fixtures: RuleFixtures = {
  rejected: {
    'a provider contract mismatch: the core does not understand the new one': {
      manifests: provider('CoreProvider', 'cluster-api', 'v1.10.9') + provider('InfrastructureProvider', 'proxmox', 'v0.9.0'),
      says: /of the contract v1beta2, and the core, v1\.10\.9, understands v1beta1 only[\s\S]*one of 0\.6, 0\.7/,
    },
    'a provider contract mismatch: the core has dropped the old one': {
      manifests: provider('CoreProvider', 'cluster-api', 'v1.16.0') + provider('BootstrapProvider', 'talos', 'v0.6.12'),
      says: 'take one of 0.7, or another core',
    },
    'providers without a core': { manifests: provider('BootstrapProvider', 'talos', 'v0.6.12'), says: 'Nothing makes a CoreProvider' },
    'two cores': {
      manifests: provider('CoreProvider', 'cluster-api', 'v1.12.11') + provider('CoreProvider', 'other', 'v1.12.11'),
      says: 'There is a CoreProvider already, app/resources/CoreProvider-cluster-api',
    },
    'even control planes': { manifests: template(2) + controlPlane(2), says: /spec\.replicas[\s\S]*write 3/ },
    'a reference to machines that nobody makes': {
      manifests: cluster('other') + template(2) + controlPlane(3),
      says: /spec\.infrastructureRef[\s\S]*ProxmoxCluster "other"[\s\S]*write one of child/,
    },
    'a template that changes under its name': {
      manifests: template(4) + controlPlane(3),
      committed: committed(2),
      says: 'The template "child-1" has another content than it was committed with',
    },
  },
  accepted: {
    'providers that understand each other': {
      manifests:
        provider('CoreProvider', 'cluster-api', 'v1.12.11') +
        provider('BootstrapProvider', 'talos', 'v0.6.12') +
        provider('InfrastructureProvider', 'proxmox', 'v0.9.0'),
    },
    'a cluster all of whose parts are there': { manifests: cluster('child') + template(2) + controlPlane(3), committed: committed(2) },
  },
};
