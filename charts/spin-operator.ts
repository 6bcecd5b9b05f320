import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import { SpinAppExecutor } from '../imports/core.spinkube.dev.js';
import type { Values } from '../imports/helm/spin-operator.js';
import { Component } from './lib/component.js';
import { podSecurityLabels } from './lib/labels.js';
import { HelmRelease, ReleaseManifest } from './lib/release.js';

// renovate: datasource=docker depName=ghcr.io/spinframework/charts/spin-operator
const chartVersion = '0.6.1';

const crds = `https://raw.githubusercontent.com/spinframework/spin-operator/v${chartVersion}/config/crd/bases`;

export interface SpinOperatorProps {
  /** Namespace that SpinApps live in; an executor serves its own namespace only. @default 'spin-apps' */
  readonly appNamespace?: string;
}

/**
 * WebAssembly applications as Kubernetes workloads. The runtime itself is a system extension of Talos.
 *
 * Source: https://www.spinkube.dev/docs/install/ (spin-operator v0.6.1)
 */
export class SpinOperator extends Component {
  constructor(scope: Construct, id: string, props: SpinOperatorProps = {}) {
    super(scope, id, {
      namespace: { name: 'spin-operator', podSecurity: 'restricted' },
      project: 'platform',
      talos: { systemExtensions: ['siderolabs/spin'] },
    });
    this.addKinds();
    this.addRelease();
    this.addExecutor(props.appNamespace ?? 'spin-apps');
  }

  /** The chart comes without its CustomResourceDefinitions. */
  private addKinds(): void {
    new ReleaseManifest(this.release, 'crds', {
      urls: [
        {
          url: `${crds}/core.spinkube.dev_spinappexecutors.yaml`,
          sha256: 'c290585b469a6076eeab764af63be1aac11d584c903b5f72a45a1df807634107',
        },
        { url: `${crds}/core.spinkube.dev_spinapps.yaml`, sha256: '08051de70925efe25bafca636c9b9410a4fe61e17015bd199be1efa04a5b5762' },
      ],
      provides: { crds: { 'core.spinkube.dev': ['SpinApp', 'SpinAppExecutor'] }, podSecurity: 'restricted' },
    });
  }

  private addRelease(): void {
    new HelmRelease<Values>(this.release, 'spin-operator', {
      repository: 'oci://ghcr.io/spinframework/charts',
      chart: 'spin-operator',
      version: chartVersion,
      values: {
        controllerManager: {
          replicas: 1,
          manager: {
            containerSecurityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ['ALL'] },
              seccompProfile: { type: 'RuntimeDefault' },
            },
            resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
          },
        },
      },
      provides: {
        cluster: {
          'admissionregistration.k8s.io': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
          'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
        },
        namespaced: {
          '': ['Service', 'ServiceAccount'],
          apps: ['Deployment'],
          'cert-manager.io': ['Certificate', 'Issuer'],
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        webhooks: { 'core.spinkube.dev': ['SpinApp', 'SpinAppExecutor'] },
        podSecurity: 'restricted',
      },
    });
  }

  private addExecutor(namespace: string): void {
    new k8s.KubeNamespace(this.base, 'app-namespace', { metadata: { name: namespace, labels: podSecurityLabels('baseline') } });
    // Talos registers the runtime under this handler.
    const runtime = new k8s.KubeRuntimeClass(this.resources, 'runtime-class', { metadata: { name: 'wasmtime-spin-v2' }, handler: 'spin' });
    new SpinAppExecutor(this.resources, 'executor', {
      metadata: { name: 'containerd-shim-spin', namespace },
      spec: { createDeployment: true, deploymentConfig: { runtimeClassName: runtime.name, installDefaultCaCerts: true } },
    });
  }
}
