import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/synology-csi.js';
import { VolumeSnapshotClass, VolumeSnapshotClassDeletionPolicy } from '../imports/snapshot.storage.k8s.io.js';
import { Component } from './lib/component.js';
import type { StorageClassRef } from './lib/handle.js';
import { HelmRelease } from './lib/release.js';
import { DeclaredSecret } from './lib/secret.js';

// renovate: datasource=helm depName=synology-csi registryUrl=https://christian-schlichtherle.github.io/synology-csi-chart
const chartVersion = '0.11.1';

// renovate: datasource=docker depName=registry.k8s.io/sig-storage/csi-snapshotter
const snapshotterVersion = 'v8.6.0';

const driver = 'csi.san.synology.com';

export interface SynologyCsiProps {
  /** Address of the NAS, as the Secret with its login has it. @example '192.0.2.10' */
  readonly dsm: string;
  /** Volume of the NAS that holds the LUNs. @example '/volume1' */
  readonly volume: string;
  /** Name of the storage class and of the snapshot class. @example 'synelia-iscsi' */
  readonly className: string;
  /** Installs the kinds of snapshots: the chart has a snapshotter only where they exist when it is rendered. */
  readonly snapshotController: Component;
}

/**
 * Volumes on a Synology NAS, each a LUN that one node at a time mounts over iSCSI.
 *
 * Its containers have neither requests nor limits, because the chart has no key for them: when a node runs out of memory, Talos kills
 * them first.
 *
 * Source: https://github.com/christian-schlichtherle/synology-csi-chart (values of v0.11.1) and
 * https://github.com/SynologyOpenSource/synology-csi (v1.2.1: --iscsiadm-path, parameters of the class)
 */
export class SynologyCsi extends Component {
  readonly #className: string;

  constructor(scope: Construct, id: string, props: SynologyCsiProps) {
    super(scope, id, {
      // The node part mounts volumes through the root of the host.
      namespace: { name: 'synology-csi', podSecurity: 'privileged' },
      project: 'storage',
      talos: { systemExtensions: ['siderolabs/iscsi-tools'] },
    });
    this.#className = props.className;
    const login = new DeclaredSecret(this.base, 'client-info', {
      name: 'synology-csi-client-info',
      keys: {
        'client-info.yaml':
          `YAML: clients: [{host: ${props.dsm}, port: 5001, https: true, username, password}]; ` +
          'the user is in the group administrators of the NAS',
      },
      consumer: 'the storage driver, to log in to the NAS; its source must not lie on a volume of that NAS',
    });
    this.addLimits();
    this.addRelease(props.snapshotController, login.props.name);
    this.addClasses(props);
  }

  /** The default class. */
  get storageClass(): StorageClassRef {
    return this.handle('resources', { name: this.#className });
  }

  /** The chart sets no resources and has no value for them, and Talos kills pods without a memory limit first. */
  private addLimits(): void {
    const quantity = (cpu: string | undefined, memory: string) => ({
      ...(cpu === undefined ? {} : { cpu: k8s.Quantity.fromString(cpu) }),
      memory: k8s.Quantity.fromString(memory),
    });
    new k8s.KubeLimitRange(this.base, 'limits', {
      metadata: { name: 'defaults' },
      spec: { limits: [{ type: 'Container', default: quantity(undefined, '256Mi'), defaultRequest: quantity('10m', '64Mi') }] },
    });
  }

  private addRelease(snapshotController: Component, clientInfo: string): void {
    this.release.after(snapshotController, 'release');
    new HelmRelease<Values>(this.release, 'synology-csi', {
      repository: 'https://christian-schlichtherle.github.io/synology-csi-chart',
      chart: 'synology-csi',
      version: chartVersion,
      values: {
        clientInfoSecret: { create: false, name: clientInfo },
        smbUserSecret: { create: false },
        installCSIDriver: true,
        // Talos has no /usr/bin/env, with which the driver would look for it.
        node: { kubeletPath: '/var/lib/kubelet', plugin: { extraArgs: ['--iscsiadm-path=/usr/local/sbin/iscsiadm'] } },
        // The version that belongs to the snapshot controller; the chart's is older.
        images: { snapshotter: { tag: snapshotterVersion } },
        // Null drops the classes that the chart has of its own: their names are not ours to choose, and three of them delete data.
        storageClasses: null,
        volumeSnapshotClasses: null,
      },
      provides: {
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'], 'storage.k8s.io': ['CSIDriver'] },
        namespaced: { '': ['ServiceAccount'], apps: ['DaemonSet', 'StatefulSet'] },
        podSecurity: 'privileged',
      },
    });
  }

  private addClasses({ dsm, volume, className }: SynologyCsiProps): void {
    new k8s.KubeStorageClass(this.resources, 'class', {
      metadata: { name: className, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: driver,
      allowVolumeExpansion: true,
      reclaimPolicy: 'Retain',
      // Every node reaches the NAS alike, so that waiting for the pod would gain nothing; and a claim is bound, hence healthy, in whatever
      // wave it comes.
      volumeBindingMode: 'Immediate',
      parameters: { 'csi.storage.k8s.io/fstype': 'ext4', dsm, location: volume, protocol: 'iscsi' },
    });
    new VolumeSnapshotClass(this.resources, 'snapshots', {
      metadata: { name: className, annotations: { 'snapshot.storage.kubernetes.io/is-default-class': 'true' } },
      driver,
      deletionPolicy: VolumeSnapshotClassDeletionPolicy.RETAIN,
    });
  }
}
