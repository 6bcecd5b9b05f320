import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import { VolumeSnapshotClass, VolumeSnapshotClassDeletionPolicy } from '../../imports/snapshot.storage.k8s.io.js';
import { problemOf } from '../lib/collect.js';
import { Component } from '../lib/component.js';
import type { IssuerRef, StorageClassRef } from '../lib/handle.js';
import { type Problem, Problems } from '../lib/problem.js';
import { HelmRelease } from '../lib/release.js';
import type { Resources } from '../lib/resources.js';
import { DeclaredSecret } from '../lib/secret.js';
import { addAuthorities } from './authorities.js';
import { addCluster } from './cluster.js';
import { addSatellites, areMachines, poolName, type StorageMachines, type StorageNode } from './satellites.js';

export type { StorageMachines, StorageNode } from './satellites.js';

// renovate: datasource=docker depName=ghcr.io/piraeusdatastore/piraeus-operator/piraeus
const chartVersion = '2.11.0';

const driver = 'linstor.csi.linbit.com';

/** Class of snapshots, for other clusters too, which have no handle of it. */
export const snapshotClassName = 'linstor';

const clusterApiPath = '/etc/cluster-api';
const kubeconfigKey = 'kubeconfig';

interface PiraeusValues {
  readonly installCRDs: boolean;
  readonly replicaCount: number;
  readonly tls: {
    readonly autogenerate: boolean;
    readonly certManagerIssuerRef: { readonly group: string; readonly kind: string; readonly name: string };
  };
  readonly operator: {
    readonly resources: Resources;
    readonly securityContext: object;
    readonly options?: { readonly clusterApiKubeconfig: string };
    readonly extraVolumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: true }[];
  };
  readonly extraVolumes?: readonly { readonly name: string; readonly secret: { readonly secretName: string } }[];
  readonly podSecurityContext: object;
}

export interface PiraeusProps {
  /** Nodes with raw disks, at least one: by their names, or all of a pool that Cluster API keeps. */
  readonly nodes: readonly StorageNode[] | StorageMachines;
  /** Copies of each volume of the default class; at most the number of nodes. */
  readonly replicas: number;
  /** Signs the certificate of the operator's webhook. */
  readonly issuer: IssuerRef;
}

/**
 * Replicated volumes on the raw disks of the nodes: LINSTOR places them, DRBD copies them, thin LVM holds them, because a thick volume
 * cannot be snapshotted.
 *
 * A node with a name keeps its place in LINSTOR for ever, and finds its copies again when it comes back. One that Cluster API replaces does
 * not come back: the operator holds its machine until LINSTOR has copied everything to others, which needs a node more than there are copies,
 * as a rollout has, and that all other satellites run. A machine that died cannot be emptied, and waits for a person. Once no volume lacks
 * a copy elsewhere: `kubectl exec -n piraeus-datastore deploy/linstor-controller -- linstor node lost <node>`. What it alone held is lost.
 *
 * Source: https://piraeus.io/docs/stable/how-to/talos/, docs/explanation/deletion-policies.md and docs/how-to/external-cluster-api.md of the
 * operator (January 2026 and later), and the chart's values (2.10.2)
 */
export class Piraeus extends Component {
  readonly #replicas: number;

  /** @throws {Problems} when there are fewer nodes than copies, or nodes without disks. */
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
    const { nodes } = props;
    const count = areMachines(nodes) ? nodes.count : nodes.length;
    checkNodes(id, props, count);
    this.#replicas = props.replicas;
    this.addRelease(this.release.use(props.issuer).ref, areMachines(nodes) ? this.declareClusterApi() : undefined);
    const authorities = addAuthorities(this.resources);
    addCluster(this.resources, authorities, count);
    addSatellites(this.resources, authorities, nodes);
    this.addClasses();
  }

  /** A class that keeps one copy of each volume, for what makes copies itself. */
  get singleCopyClass(): StorageClassRef {
    return this.handle('resources', { name: storageClassName(1) });
  }

  /** The default class: as many copies as the cluster asks for. */
  get storageClass(): StorageClassRef {
    return this.handle('resources', { name: storageClassName(this.#replicas) });
  }

  /** What the operator holds machines with until they are empty. @returns name of the Secret. */
  private declareClusterApi(): string {
    const { name } = new DeclaredSecret(this.base, 'cluster-api', {
      name: 'piraeus-cluster-api',
      keys: {
        [kubeconfigKey]:
          'kubeconfig for the cluster that manages this one, of a ServiceAccount that may get and update machines.cluster.x-k8s.io in the namespace of these machines',
      },
      consumer: 'the operator of Piraeus, so that no machine goes before the last copy that it holds',
    }).props;
    return name;
  }

  private addRelease(certManagerIssuerRef: PiraeusValues['tls']['certManagerIssuerRef'], clusterApi: string | undefined): void {
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
          ...(clusterApi === undefined
            ? {}
            : {
                options: { clusterApiKubeconfig: `${clusterApiPath}/${kubeconfigKey}` },
                extraVolumeMounts: [{ name: clusterApi, mountPath: clusterApiPath, readOnly: true }],
              }),
        },
        ...(clusterApi === undefined ? {} : { extraVolumes: [{ name: clusterApi, secret: { secretName: clusterApi } }] }),
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
      new k8s.KubeStorageClass(this.resources, storageClassName(replicas), {
        metadata: {
          name: storageClassName(replicas),
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
      metadata: { name: snapshotClassName, annotations: { 'snapshot.storage.kubernetes.io/is-default-class': 'true' } },
      driver,
      deletionPolicy: VolumeSnapshotClassDeletionPolicy.DELETE,
    });
  }
}

/** Name of the class that keeps so many copies, for other clusters too, which have no handle of it. */
export function storageClassName(replicas: number): string {
  return `linstor-lvm-r${replicas}`;
}

/** What LINSTOR would only say of each volume, or not at all. */
function checkNodes(id: string, { nodes, replicas }: PiraeusProps, count: number): void {
  const problems: Problem[] = [];
  const report = (field: string, problem: string, fix: string) => problems.push(problemOf(id, field, 'valid-storage', problem, fix));
  if (count < replicas)
    report(
      'replicas',
      `There are fewer nodes, ${count}, than copies, ${replicas}.`,
      `write at most ${count}, or give it more nodes with disks.`,
    );
  for (const { name, disks } of areMachines(nodes) ? [{ name: 'machines', disks: nodes.disks }] : nodes)
    if (disks.length === 0) report('nodes', `There is no disk for the pool of ${name}.`, 'name at least one, or leave the node out.');
  if (problems.length > 0) throw new Problems(problems);
}
