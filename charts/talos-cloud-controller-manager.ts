import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/talos-cloud-controller-manager.js';
import { Component } from './lib/component.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=docker depName=ghcr.io/siderolabs/charts/talos-cloud-controller-manager
const chartVersion = '0.5.4';

/** Of health and metrics. */
const port = 10458;

/**
 * In a cluster whose machines Cluster API clones on Proxmox: tells each new node the provider ID that its machine got in its metadata
 * (`proxmox://` and the UUID), by which Cluster API knows whose node it is, and takes the taint off that keeps other pods away until then.
 * It asks the Talos API, which the machine configuration of the control planes must open to kube-system with the role os:reader.
 *
 * Nodes take no other pod before it ran, those of Argo CD among them, so that the parent installs it together with the network.
 *
 * Source: https://github.com/siderolabs/talos-cloud-controller-manager (v1.12.0: docs/controllers.md, pkg/talos/instances.go, the chart's
 * values), pkg/cloudinit/metadata.go of Cluster API's provider for Proxmox (v0.9.0), platform/nocloud of Talos (v1.13.9)
 */
export class TalosCloudControllerManager extends Component {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'kube-system', project: 'platform', bootstrap: true });
    new HelmRelease<Values>(this.release, 'talos-cloud-controller-manager', {
      repository: 'oci://ghcr.io/siderolabs/charts',
      chart: 'talos-cloud-controller-manager',
      version: chartVersion,
      values: {
        replicaCount: 1,
        // Cluster API deletes the nodes of lost machines itself, and kubelets sign their own serving certificates.
        enabledControllers: ['cloud-node'],
        // Upstream changed the default without a new version of the chart.
        service: { port, containerPort: port },
        // That form would need the network of the host. Cilium and CoreDNS, which it needs in this one, run on new nodes, too.
        daemonSet: { enabled: false },
        tolerations: ['node-role.kubernetes.io/control-plane', 'node.cloudprovider.kubernetes.io/uninitialized'].map((key) => ({
          key,
          operator: 'Exists',
          effect: 'NoSchedule',
        })),
        resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      },
      provides: {
        // Talos makes this kind, where its API is open to pods, and answers an object of it with a Secret for the API.
        crdsAtRunTime: { 'talos.dev': ['ServiceAccount'] },
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'] },
        namespaced: {
          '': ['ConfigMap', 'Service', 'ServiceAccount'],
          apps: ['Deployment'],
          'rbac.authorization.k8s.io': ['RoleBinding'],
          'talos.dev': ['ServiceAccount'],
        },
        podSecurity: 'restricted',
      },
    });
  }
}
