import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import { Component } from '../lib/component.js';
import type { Handle } from '../lib/handle.js';
import { Manifest } from '../lib/manifest.js';
import { type AddOn, helmChartProxyOf } from './add-ons.js';
import { contentHash } from './content-hash.js';
import type { Infrastructure } from './infrastructure.js';
import { kubeVirtInfrastructure } from './kubevirt.js';
import type { ChildClusterProps } from './props.js';
import { proxmoxInfrastructure } from './proxmox.js';
import { talosConfigOf } from './talos.js';

export type { AddOn } from './add-ons.js';
export type { ChildClusterProps, KubeVirtChildProps, MachinePool, ProxmoxChildProps, ProxmoxMachinePool, TalosPatch } from './props.js';

/** A child cluster, for what its parent puts beside it, or installs in it. */
export type ChildClusterRef = Handle<{
  /** Of the Cluster object. */
  readonly name: string;
  readonly namespace: string;
  /** Labels by which a HelmChartProxy selects it. */
  readonly labels: Readonly<Record<string, string>>;
  /** Secret that Cluster API makes, once the control plane is up; key `value`. */
  readonly kubeconfigSecret: string;
}>;

/** An object of Cluster API; its schema says what else it holds. */
interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: object;
}

/** A person must agree in Argo CD before they go, because the machines go with them; Flux leaves them. */
const confirmed = {
  'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};

/** Machines that still run were made from them; that one is no longer in Git is what a change looks like, no drift. */
const kept = {
  'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
  'argocd.argoproj.io/sync-options': 'Prune=false',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};

const clusterLabel = 'cluster.x-k8s.io/cluster-name';
const deploymentLabel = 'cluster.x-k8s.io/deployment-name';

/**
 * One child cluster, in the tree of its parent: what Cluster API there makes its machines from.
 *
 * Source: https://cluster-api.sigs.k8s.io/ (v1.12, v1beta2) and the API types of the Talos providers (v0.6.12, v0.5.13)
 */
export class ChildCluster extends Component {
  readonly #name: string;
  readonly #labels: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: ChildClusterProps) {
    const { name, infrastructure } = props;
    // Machines on KubeVirt are pods; beside those on Proxmox, no pod runs here.
    const podSecurity = infrastructure === 'kubevirt' ? 'baseline' : 'restricted';
    super(scope, id, {
      namespace: { name, podSecurity },
      project: 'platform',
      humanGate: gateOf(props),
    });
    this.#name = name;
    this.#labels = { 'platform/child': name };
    this.resources.after(props.clusterApi);
    const machines = infrastructure === 'kubevirt' ? kubeVirtInfrastructure(this.resources, props) : proxmoxInfrastructure(props);
    this.addCluster(props, machines);
    this.addControlPlane(props, machines);
    this.addWorkers(props, machines);
    this.addHealthCheck(props);
    if (props.infrastructure === 'proxmox' && props.hasStorage) this.addStorageAccount();
    for (const addOn of props.addOns ?? []) this.addAddOn(addOn);
  }

  /** The child, for its add-ons and its controllers in the parent. */
  get cluster(): ChildClusterRef {
    const name = this.#name;
    return this.handle('resources', { name, namespace: name, labels: this.#labels, kubeconfigSecret: `${name}-kubeconfig` });
  }

  private get controlPlaneName(): string {
    return `${this.#name}-control-plane`;
  }

  private get workersName(): string {
    return `${this.#name}-workers`;
  }

  private addCluster({ network }: ChildClusterProps, { apiVersion, clusterKind, cluster }: Infrastructure): void {
    const name = this.#name;
    this.add('infrastructure', { apiVersion, kind: clusterKind, metadata: { name, annotations: confirmed }, spec: cluster });
    this.add('cluster', {
      apiVersion: 'cluster.x-k8s.io/v1beta2',
      kind: 'Cluster',
      metadata: { name, labels: this.#labels, annotations: confirmed },
      spec: {
        clusterNetwork: {
          pods: { cidrBlocks: [network.podCidr] },
          services: { cidrBlocks: [network.serviceCidr] },
          serviceDomain: network.clusterDomain,
        },
        infrastructureRef: { apiGroup: 'infrastructure.cluster.x-k8s.io', kind: clusterKind, name },
        controlPlaneRef: { apiGroup: 'controlplane.cluster.x-k8s.io', kind: 'TalosControlPlane', name: this.controlPlaneName },
      },
    });
  }

  private addControlPlane(props: ChildClusterProps, { apiVersion, templateKind, controlPlane }: Infrastructure): void {
    const template = this.addTemplate(this.controlPlaneName, { apiVersion, kind: templateKind, spec: controlPlane });
    this.add('control-plane', {
      apiVersion: 'controlplane.cluster.x-k8s.io/v1alpha3',
      kind: 'TalosControlPlane',
      metadata: { name: this.controlPlaneName, annotations: confirmed },
      spec: {
        version: props.versions.kubernetes,
        replicas: props.controlPlane.replicas,
        infrastructureTemplate: { apiVersion, kind: templateKind, name: template, namespace: this.namespaceName },
        controlPlaneConfig: { controlplane: talosConfigOf(props, 'controlplane') },
        // The default, which the API server would add.
        rolloutStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
      },
    });
  }

  private addWorkers(props: ChildClusterProps, { apiVersion, templateKind, workers }: Infrastructure): void {
    const name = this.workersName;
    const machine = this.addTemplate(name, { apiVersion, kind: templateKind, spec: workers });
    const config = this.addTemplate(name, {
      apiVersion: 'bootstrap.cluster.x-k8s.io/v1alpha3',
      kind: 'TalosConfigTemplate',
      spec: { template: { spec: talosConfigOf(props, 'worker') } },
    });
    this.add('workers', {
      apiVersion: 'cluster.x-k8s.io/v1beta2',
      kind: 'MachineDeployment',
      metadata: { name, labels: { [clusterLabel]: this.#name }, annotations: confirmed },
      spec: {
        clusterName: this.#name,
        replicas: props.workers.replicas,
        // Both labels, and the strategy, are what its webhook would add.
        selector: { matchLabels: this.workerLabels },
        rollout: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
        template: {
          metadata: { labels: this.workerLabels },
          spec: {
            clusterName: this.#name,
            version: props.versions.kubernetes,
            bootstrap: { configRef: { apiGroup: 'bootstrap.cluster.x-k8s.io', kind: 'TalosConfigTemplate', name: config } },
            infrastructureRef: { apiGroup: 'infrastructure.cluster.x-k8s.io', kind: templateKind, name: machine },
          },
        },
      },
    });
  }

  /** Replaces workers that are lost. The control plane provider replaces none: that is for a person, because etcd is on them. */
  private addHealthCheck({ workers }: ChildClusterProps): void {
    this.add('health-check', {
      apiVersion: 'cluster.x-k8s.io/v1beta2',
      kind: 'MachineHealthCheck',
      metadata: { name: this.workersName, labels: { [clusterLabel]: this.#name } },
      spec: {
        clusterName: this.#name,
        selector: { matchLabels: this.workerLabels },
        checks: {
          // A machine imports its disk before it boots.
          nodeStartupTimeoutSeconds: 1200,
          unhealthyNodeConditions: [
            { type: 'Ready', status: 'Unknown', timeoutSeconds: 300 },
            // A new node stays like this until the network of the child is installed.
            { type: 'Ready', status: 'False', timeoutSeconds: 900 },
          ],
        },
        // When more than half is gone at once, it is the host or the network, and new machines make it worse.
        remediation: { triggerIf: { unhealthyLessThanOrEqualTo: Math.max(1, Math.floor(workers.replicas / 2)) } },
      },
    });
  }

  /** What the storage operator of the child logs in with here; a person makes a kubeconfig of it. */
  private addStorageAccount(): void {
    const metadata = { name: `${this.#name}-storage` };
    const apiGroup = 'rbac.authorization.k8s.io';
    new k8s.KubeServiceAccount(this.base, 'storage-account', { metadata });
    new k8s.KubeRole(this.base, 'storage-role', {
      metadata,
      rules: [{ apiGroups: ['cluster.x-k8s.io'], resources: ['machines'], verbs: ['get', 'update'] }],
    });
    new k8s.KubeRoleBinding(this.base, 'storage-role-binding', {
      metadata,
      roleRef: { apiGroup, kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: metadata.name, namespace: this.namespaceName }],
    });
  }

  private addAddOn(addOn: AddOn): void {
    this.add(`add-on-${addOn.release}`, {
      apiVersion: 'addons.cluster.x-k8s.io/v1alpha1',
      kind: 'HelmChartProxy',
      metadata: { name: addOn.release },
      spec: helmChartProxyOf(addOn, this.#labels),
    });
  }

  private get workerLabels(): Readonly<Record<string, string>> {
    return { [clusterLabel]: this.#name, [deploymentLabel]: this.workersName };
  }

  /** What machines are made from, called by its content, so that a change reaches all of them, one after the other. @returns its name. */
  private addTemplate(prefix: string, template: Omit<ClusterObject, 'metadata'>): string {
    const name = `${prefix}-${contentHash(template.spec)}`;
    this.add(`${prefix}-${template.kind}`, { ...template, metadata: { name, annotations: kept } });
    return name;
  }

  private add(id: string, object: ClusterObject): void {
    new Manifest<ClusterObject>(this.resources, id, object);
  }
}

/** What its machines need that nothing here can wait for. */
function gateOf(props: ChildClusterProps): string {
  if (props.infrastructure === 'kubevirt') return 'its nodes count as ready only once its cloud provider, which comes later, has seen them';
  const templates = [...new Set([props.controlPlane.template, props.workers.template])].join(' and ');
  return `in Proxmox, node ${props.sourceNode} must have the templates ${templates}, made from the image of the schematic of ${props.name}`;
}
