import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import { VolumeSnapshotClass, VolumeSnapshotClassDeletionPolicy } from '../../imports/snapshot.storage.k8s.io.js';
import { Component } from '../lib/component.js';
import type { StorageClassRef } from '../lib/handle.js';
import { container, driver, images, livenessProbe, probed, socketFolder } from './containers.js';

export { KubevirtCsiController, type KubevirtCsiControllerProps } from './controller.js';

export interface KubevirtCsiProps {
  /** Class of the parent cluster that the volumes are of, as the controller there has it. @example 'linstor-lvm-r2' */
  readonly parentStorageClass: string;
  /**
   * Snapshots: the component that defines their kinds, and the class of the parent cluster that they are of.
   *
   * @default - none
   */
  readonly snapshots?: { readonly controller: { readonly node: { readonly id: string } }; readonly parentClass: string } | undefined;
}

const labels = { 'app.kubernetes.io/name': 'kubevirt-csi-node' };
const name = 'kubevirt-csi-node';
const pluginFolder = `/var/lib/kubelet/plugins/${driver}`;
const healthPort = 10300;

/**
 * In a cluster whose nodes are virtual machines of another one: mounts volumes that the controller in the parent plugs into the machines.
 * Nodes must know their machine (`providerID`), which the parent's cloud provider tells them.
 *
 * Source: https://github.com/kubevirt/csi-driver (main at 27b52aa: deploy/tenant/base/deploy.yaml)
 */
export class KubevirtCsi extends Component {
  constructor(scope: Construct, id: string, props: KubevirtCsiProps) {
    // The node part mounts volumes through the root of the host.
    super(scope, id, { namespace: { name: 'kubevirt-csi-driver', podSecurity: 'privileged' }, project: 'storage' });
    new k8s.KubeCsiDriver(this.base, 'driver', {
      metadata: { name: driver },
      spec: { attachRequired: true, podInfoOnMount: true, fsGroupPolicy: 'ReadWriteOnceWithFSType' },
    });
    this.addRights();
    this.addNodePart();
    this.addClasses(props);
  }

  /** The default class. */
  get storageClass(): StorageClassRef {
    return this.handle('resources', { name: 'kubevirt' });
  }

  /** It reads which machine its node is, and nothing more. */
  private addRights(): void {
    const metadata = { name, labels };
    new k8s.KubeServiceAccount(this.base, 'service-account', { metadata });
    new k8s.KubeClusterRole(this.base, 'cluster-role', { metadata, rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }] });
    new k8s.KubeClusterRoleBinding(this.base, 'cluster-role-binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: this.namespaceName }],
    });
  }

  private addNodePart(): void {
    new k8s.KubeDaemonSet(this.resources, 'node', {
      metadata: { name, labels },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: name,
            priorityClassName: 'system-node-critical',
            tolerations: [{ operator: 'Exists' }],
            containers: nodeContainers(),
            volumes: [
              folder('kubelet', '/var/lib/kubelet', 'Directory'),
              folder('plugin', pluginFolder, 'DirectoryOrCreate'),
              folder('registration', '/var/lib/kubelet/plugins_registry', 'Directory'),
              folder('devices', '/dev', 'Directory'),
              folder('udev', '/run/udev'),
            ],
          },
        },
      },
    });
  }

  private addClasses({ parentStorageClass, snapshots }: KubevirtCsiProps): void {
    new k8s.KubeStorageClass(this.resources, 'class', {
      metadata: { name: 'kubevirt', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: driver,
      allowVolumeExpansion: true,
      reclaimPolicy: 'Delete',
      // Any machine can have any volume; and a claim is bound, hence healthy, in whatever wave it comes.
      volumeBindingMode: 'Immediate',
      parameters: { infraStorageClassName: parentStorageClass, bus: 'scsi' },
    });
    if (snapshots === undefined) return;
    this.resources.after(snapshots.controller, 'release');
    new VolumeSnapshotClass(this.resources, 'snapshots', {
      metadata: { name: 'kubevirt', annotations: { 'snapshot.storage.kubernetes.io/is-default-class': 'true' } },
      driver,
      deletionPolicy: VolumeSnapshotClassDeletionPolicy.DELETE,
      parameters: { infraSnapshotClassName: snapshots.parentClass },
    });
  }
}

function nodeContainers(): k8s.Container[] {
  const socket = { name: 'plugin', mountPath: socketFolder };
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  return [
    container('csi-driver', images.driver, ['50Mi', '256Mi'], {
      args: [
        `--endpoint=unix:${socketFolder}/csi.sock`,
        '--node-name=$(KUBE_NODE_NAME)',
        '--run-node-service=true',
        '--run-controller-service=false',
      ],
      env: [{ name: 'KUBE_NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
      ...probed(healthPort),
      securityContext: { privileged: true, allowPrivilegeEscalation: true },
      volumeMounts: [
        { name: 'kubelet', mountPath: '/var/lib/kubelet', mountPropagation: 'Bidirectional' },
        socket,
        { name: 'devices', mountPath: '/dev' },
        { name: 'udev', mountPath: '/run/udev' },
      ],
    }),
    container('csi-node-driver-registrar', images.registrar, ['20Mi', '64Mi'], {
      args: [`--csi-address=${socketFolder}/csi.sock`, `--kubelet-registration-path=${pluginFolder}/csi.sock`],
      securityContext,
      volumeMounts: [socket, { name: 'registration', mountPath: '/registration' }],
    }),
    livenessProbe(healthPort, { securityContext, volumeMounts: [socket] }),
  ];
}

function folder(volume: string, path: string, type?: 'Directory' | 'DirectoryOrCreate'): k8s.Volume {
  return { name: volume, hostPath: { path, ...(type === undefined ? {} : { type }) } };
}
