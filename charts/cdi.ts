import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { Component } from './lib/component.js';
import type { StorageClassRef } from './lib/handle.js';
import { Manifest } from './lib/manifest.js';
import { ReleaseManifest } from './lib/release.js';
import type { Resources } from './lib/resources.js';

// renovate: datasource=github-releases depName=kubevirt/containerized-data-importer
const version = 'v1.66.1';

const namespace = 'cdi';

export interface CdiProps {
  /** Where images are unpacked before they are written to a disk. A single copy is enough: it lives for one import. */
  readonly scratchSpace: StorageClassRef;
  /** Nodes of the cluster: on one, no second replica helps. */
  readonly nodeCount: number;
}

/** What we set of it. Source: the CustomResourceDefinition (v1.66) */
interface ICdi {
  readonly apiVersion: 'cdi.kubevirt.io/v1beta1';
  readonly kind: 'CDI';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly imagePullPolicy: 'IfNotPresent';
    readonly uninstallStrategy: 'BlockUninstallIfWorkloadsExist';
    readonly config: {
      readonly featureGates: readonly 'HonorWaitForFirstConsumer'[];
      readonly scratchSpaceStorageClass: string;
      readonly podResourceRequirements: Resources;
    };
    readonly infra: {
      readonly nodeSelector: Readonly<Record<string, string>>;
      readonly deploymentReplicas: number;
      readonly apiServerReplicas: number;
      readonly uploadProxyReplicas: number;
    };
    readonly workload: { readonly nodeSelector: Readonly<Record<string, string>> };
    readonly customizeComponents: { readonly patches: readonly Patch[] };
  };
}

interface Patch {
  readonly resourceType: 'Deployment';
  readonly resourceName: string;
  readonly type: 'strategic';
  readonly patch: string;
}

/**
 * Containerized Data Importer: fills the disks of virtual machines from images.
 *
 * Source: kubevirt/containerized-data-importer at v1.66.0, as its own generator renders cdi-operator.yaml
 */
export class Cdi extends Component {
  constructor(scope: Construct, id: string, { scratchSpace, nodeCount }: CdiProps) {
    super(scope, id, { namespace: { name: namespace, podSecurity: 'baseline' }, project: 'platform' });
    // Upstream's Namespace has it.
    const own = this.base.node.findChild('namespace');
    if (ApiObject.isApiObject(own)) own.metadata.addLabel('cdi.kubevirt.io', '');
    this.addOperator();
    this.addCluster(this.resources.use(scratchSpace).name, nodeCount);
  }

  private addOperator(): void {
    new ReleaseManifest(this.release, 'operator', {
      urls: [{ url: `https://github.com/kubevirt/containerized-data-importer/releases/download/${version}/cdi-operator.yaml` }],
      // Upstream's enforces no Pod Security level.
      without: [{ apiVersion: 'v1', kind: 'Namespace', name: namespace }],
      provides: {
        crds: { 'cdi.kubevirt.io': ['CDI'] },
        crdsAtRunTime: {
          'cdi.kubevirt.io': [
            'CDIConfig',
            'DataImportCron',
            'DataSource',
            'DataVolume',
            'ObjectTransfer',
            'StorageProfile',
            'VolumeCloneSource',
            'VolumeImportSource',
            'VolumeUploadSource',
          ],
          'forklift.cdi.kubevirt.io': ['OpenstackVolumePopulator', 'OvirtVolumePopulator'],
        },
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'] },
        namespaced: { '': ['ServiceAccount'], apps: ['Deployment'], 'rbac.authorization.k8s.io': ['Role', 'RoleBinding'] },
        webhooks: { 'cdi.kubevirt.io': ['DataImportCron', 'DataVolume', 'ObjectTransfer'] },
        podSecurity: 'baseline',
      },
    });
  }

  private addCluster(scratchSpaceStorageClass: string, nodeCount: number): void {
    const nodeSelector = { 'kubernetes.io/os': 'linux' };
    const replicas = nodeCount > 1 ? 2 : 1;
    new Manifest<ICdi>(this.resources, 'cdi', {
      apiVersion: 'cdi.kubevirt.io/v1beta1',
      kind: 'CDI',
      metadata: { name: 'cdi' },
      spec: {
        imagePullPolicy: 'IfNotPresent',
        uninstallStrategy: 'BlockUninstallIfWorkloadsExist',
        config: {
          // A disk is made only where its machine is to run.
          featureGates: ['HonorWaitForFirstConsumer'],
          scratchSpaceStorageClass,
          podResourceRequirements: { requests: { cpu: '100m', memory: '60M' }, limits: { cpu: '750m', memory: '2Gi' } },
        },
        infra: { nodeSelector, deploymentReplicas: 1, apiServerReplicas: replicas, uploadProxyReplicas: 1 },
        workload: { nodeSelector },
        customizeComponents: {
          patches: [limit('cdi-deployment', '1Gi'), limit('cdi-apiserver', '512Mi'), limit('cdi-uploadproxy', '512Mi')],
        },
      },
    });
  }
}

/** Upstream limits none of them. The container is called like its Deployment. */
function limit(resourceName: string, memory: string): Patch {
  const patch = { spec: { template: { spec: { containers: [{ name: resourceName, resources: { limits: { memory } } }] } } } };
  return { resourceType: 'Deployment', resourceName, type: 'strategic', patch: JSON.stringify(patch) };
}
