import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { Component } from './lib/component.js';
import { Manifest } from './lib/manifest.js';
import { ReleaseManifest } from './lib/release.js';
import type { Resources } from './lib/resources.js';

// renovate: datasource=github-releases depName=kubevirt/kubevirt
const version = 'v1.9.0';

const namespace = 'kubevirt';

export interface KubeVirtProps {
  /** Nodes of the cluster: on one there is nowhere to migrate to, and no second replica helps. */
  readonly nodeCount: number;
}

/** What we set of it. Source: the CustomResourceDefinition (v1.9.0) */
interface IKubeVirt {
  readonly apiVersion: 'kubevirt.io/v1';
  readonly kind: 'KubeVirt';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly certificateRotateStrategy: Readonly<Record<string, never>>;
    readonly imagePullPolicy: 'IfNotPresent';
    readonly uninstallStrategy: 'BlockUninstallIfWorkloadsExist';
    readonly workloadUpdateStrategy: { readonly workloadUpdateMethods: readonly ('LiveMigrate' | 'Evict')[] };
    readonly infra: { readonly replicas: number };
    readonly configuration: {
      readonly evictionStrategy: 'LiveMigrate' | 'None';
      readonly developerConfiguration: { readonly featureGates: readonly string[] };
    };
    readonly customizeComponents: { readonly patches: readonly Patch[] };
  };
}

interface Patch {
  readonly resourceType: 'Deployment' | 'DaemonSet';
  readonly resourceName: string;
  readonly type: 'strategic';
  readonly patch: string;
}

/**
 * Virtual machines as pods.
 *
 * Source: manifests/release of kubevirt/kubevirt at v1.9.0, as its own generator renders them
 */
export class KubeVirt extends Component {
  constructor(scope: Construct, id: string, { nodeCount }: KubeVirtProps) {
    // virt-handler works on the host's devices and processes.
    super(scope, id, { namespace: { name: namespace, podSecurity: 'privileged' }, project: 'platform' });
    // Upstream's Namespace has it.
    const own = this.base.node.findChild('namespace');
    if (ApiObject.isApiObject(own)) own.metadata.addLabel('kubevirt.io', '');
    this.addOperator();
    this.addCluster(nodeCount);
  }

  private addOperator(): void {
    new ReleaseManifest(this.release, 'operator', {
      urls: [{ url: `https://github.com/kubevirt/kubevirt/releases/download/${version}/kubevirt-operator.yaml` }],
      // Ours has the same labels, and is kept when the component goes.
      without: [{ apiVersion: 'v1', kind: 'Namespace', name: namespace }],
      provides: {
        crds: { 'kubevirt.io': ['KubeVirt'] },
        crdsAtRunTime: {
          'backup.kubevirt.io': ['VirtualMachineBackup', 'VirtualMachineBackupTracker'],
          'clone.kubevirt.io': ['VirtualMachineClone'],
          'export.kubevirt.io': ['VirtualMachineExport'],
          'instancetype.kubevirt.io': [
            'VirtualMachineClusterInstancetype',
            'VirtualMachineClusterPreference',
            'VirtualMachineInstancetype',
            'VirtualMachinePreference',
          ],
          'kubevirt.io': [
            'VirtualMachine',
            'VirtualMachineInstance',
            'VirtualMachineInstanceMigration',
            'VirtualMachineInstancePreset',
            'VirtualMachineInstanceReplicaSet',
          ],
          'migrations.kubevirt.io': ['MigrationPolicy'],
          'plugin.kubevirt.io': ['Plugin'],
          'pool.kubevirt.io': ['VirtualMachinePool'],
          'snapshot.kubevirt.io': ['VirtualMachineRestore', 'VirtualMachineSnapshot', 'VirtualMachineSnapshotContent'],
        },
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'], 'scheduling.k8s.io': ['PriorityClass'] },
        namespaced: { '': ['ServiceAccount'], apps: ['Deployment'], 'rbac.authorization.k8s.io': ['Role', 'RoleBinding'] },
        classes: { PriorityClass: ['kubevirt-cluster-critical'] },
        webhooks: {
          'clone.kubevirt.io': ['VirtualMachineClone'],
          'export.kubevirt.io': ['VirtualMachineExport'],
          'instancetype.kubevirt.io': [
            'VirtualMachineClusterInstancetype',
            'VirtualMachineClusterPreference',
            'VirtualMachineInstancetype',
            'VirtualMachinePreference',
          ],
          'kubevirt.io': [
            'KubeVirt',
            'VirtualMachine',
            'VirtualMachineInstance',
            'VirtualMachineInstanceMigration',
            'VirtualMachineInstancePreset',
            'VirtualMachineInstanceReplicaSet',
          ],
          'migrations.kubevirt.io': ['MigrationPolicy'],
          'pool.kubevirt.io': ['VirtualMachinePool'],
          'snapshot.kubevirt.io': ['VirtualMachineRestore', 'VirtualMachineSnapshot'],
        },
        podSecurity: 'privileged',
      },
    });
  }

  private addCluster(nodeCount: number): void {
    const isMigratable = nodeCount > 1;
    new Manifest<IKubeVirt>(this.resources, 'kubevirt', {
      apiVersion: 'kubevirt.io/v1',
      kind: 'KubeVirt',
      metadata: { name: 'kubevirt' },
      spec: {
        certificateRotateStrategy: {},
        imagePullPolicy: 'IfNotPresent',
        uninstallStrategy: 'BlockUninstallIfWorkloadsExist',
        workloadUpdateStrategy: { workloadUpdateMethods: isMigratable ? ['LiveMigrate', 'Evict'] : ['Evict'] },
        // The webhook of virt-api answers for each eviction of a virtual machine: without a second one, a drain can wait for itself.
        infra: { replicas: isMigratable ? 2 : 1 },
        configuration: {
          // On one node a drain would wait for ever.
          evictionStrategy: isMigratable ? 'LiveMigrate' : 'None',
          // Everything that we use is on by default; HotplugVolumes, which older guides name, would take the old path.
          developerConfiguration: { featureGates: [] },
        },
        customizeComponents: {
          patches: [
            limit('DaemonSet', 'virt-handler', { requests: { cpu: '10m', memory: '325Mi' }, limits: { memory: '2Gi' } }),
            limit('Deployment', 'virt-api', { requests: { cpu: '10m', memory: '500Mi' }, limits: { memory: '1Gi' } }),
            limit('Deployment', 'virt-exportproxy', { requests: { cpu: '10m', memory: '150Mi' }, limits: { memory: '512Mi' } }),
            limit('Deployment', 'virt-controller', { requests: { cpu: '10m', memory: '275Mi' }, limits: { memory: '1Gi' } }),
          ],
        },
      },
    });
  }
}

/** Upstream limits none of them. Requests are upstream's; the container is called like its workload. */
function limit(resourceType: Patch['resourceType'], resourceName: string, resources: Resources): Patch {
  const patch = { spec: { template: { spec: { containers: [{ name: resourceName, resources }] } } } };
  return { resourceType, resourceName, type: 'strategic', patch: JSON.stringify(patch) };
}
