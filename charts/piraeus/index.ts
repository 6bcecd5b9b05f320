import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import { VolumeSnapshotClass, VolumeSnapshotClassDeletionPolicy } from '../../imports/snapshot.storage.k8s.io.js';
import { Component } from '../lib/component.js';
import type { IssuerRef, StorageClassRef } from '../lib/handle.js';
import { HelmRelease } from '../lib/release.js';
import type { Resources } from '../lib/resources.js';
import { addAuthorities } from './authorities.js';
import { addCluster } from './cluster.js';
import { addSatellites, poolName, type StorageNode } from './satellites.js';

// renovate: datasource=docker depName=ghcr.io/piraeusdatastore/piraeus-operator/piraeus
const chartVersion = '2.11.0';

const driver = 'linstor.csi.linbit.com';

interface PiraeusValues {
  readonly installCRDs: boolean;
  readonly replicaCount: number;
  readonly tls: {
    readonly autogenerate: boolean;
    readonly certManagerIssuerRef: { readonly group: string; readonly kind: string; readonly name: string };
  };
  readonly operator: { readonly resources: Resources; readonly securityContext: object };
  readonly podSecurityContext: object;
}

export interface PiraeusProps {
  /** Nodes with raw disks, at least one. */
  readonly nodes: readonly StorageNode[];
  /** Copies of each volume of the default class; at most the number of nodes. */
  readonly replicas: number;
  /** Signs the certificate of the operator's webhook. */
  readonly issuer: IssuerRef;
}

/**
 * Replicated volumes on the raw disks of the nodes: LINSTOR places them, DRBD copies them, thin LVM holds them, because a thick volume
 * cannot be snapshotted.
 *
 * Source: https://piraeus.io/docs/stable/how-to/talos/ and the chart's values (2.10.2)
 */
export class Piraeus extends Component {
  readonly #replicas: number;

  constructor(scope: Construct, id: string, props: PiraeusProps) {
    super(scope, id, {
      // Satellites and the node part of the driver need the host's devices.
      namespace: { name: 'piraeus-datastore', podSecurity: 'privileged' },
      project: 'storage',
      talos: {
        systemExtensions: ['siderolabs/drbd'],
        kernelModules: [
          // Without the parameter DRBD calls programs of the host, which Talos does not have.
          { name: 'drbd', parameters: ['usermode_helper=disabled'] },
          { name: 'drbd_transport_tcp' },
          { name: 'dm_thin_pool' },
        ],
      },
    });
    this.#replicas = props.replicas;
    this.addRelease(this.release.use(props.issuer).ref);
    const authorities = addAuthorities(this.resources);
    addCluster(this.resources, authorities, props.nodes.length);
    addSatellites(this.resources, authorities, props.nodes);
    this.addClasses();
  }

  /** The default class: as many copies as the cluster asks for. */
  get storageClass(): StorageClassRef {
    return this.handle('resources', { name: className(this.#replicas) });
  }

  private addRelease(certManagerIssuerRef: PiraeusValues['tls']['certManagerIssuerRef']): void {
    new HelmRelease<PiraeusValues>(this.release, 'piraeus-operator', {
      repository: 'oci://ghcr.io/piraeusdatastore/piraeus-operator',
      chart: 'piraeus',
      version: chartVersion,
      values: {
        installCRDs: true,
        replicaCount: 1,
        // The default is another self-signed certificate at each render.
        tls: { autogenerate: false, certManagerIssuerRef },
        operator: {
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            runAsUser: 1000,
          },
        },
        podSecurityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      },
      provides: {
        crds: { 'piraeus.io': ['LinstorCluster', 'LinstorNodeConnection', 'LinstorSatellite', 'LinstorSatelliteConfiguration'] },
        cluster: {
          'admissionregistration.k8s.io': ['ValidatingWebhookConfiguration'],
          'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
        },
        namespaced: {
          '': ['ConfigMap', 'Service', 'ServiceAccount'],
          apps: ['Deployment'],
          'cert-manager.io': ['Certificate'],
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        // It checks every StorageClass of the cluster too.
        webhooks: {
          'piraeus.io': ['LinstorCluster', 'LinstorNodeConnection', 'LinstorSatellite', 'LinstorSatelliteConfiguration'],
          'storage.k8s.io': ['StorageClass'],
        },
        podSecurity: 'privileged',
      },
    });
  }

  private addClasses(): void {
    for (const replicas of new Set([1, this.#replicas])) {
      const isDefault = replicas === this.#replicas;
      new k8s.KubeStorageClass(this.resources, className(replicas), {
        metadata: {
          name: className(replicas),
          ...(isDefault ? { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } : {}),
        },
        provisioner: driver,
        allowVolumeExpansion: true,
        reclaimPolicy: 'Delete',
        volumeBindingMode: 'WaitForFirstConsumer',
        parameters: {
          'csi.storage.k8s.io/fstype': 'ext4',
          [`${driver}/storagePool`]: poolName,
          [`${driver}/autoPlace`]: String(replicas),
          // A single copy is read where it lies; copies can be read from any node over the network.
          [`${driver}/allowRemoteVolumeAccess`]: String(replicas > 1),
        },
      });
    }
    new VolumeSnapshotClass(this.resources, 'snapshots', {
      metadata: { name: 'linstor', annotations: { 'snapshot.storage.kubernetes.io/is-default-class': 'true' } },
      driver,
      deletionPolicy: VolumeSnapshotClassDeletionPolicy.DELETE,
    });
  }
}

function className(replicas: number): string {
  return `linstor-lvm-r${replicas}`;
}
