import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import { Component } from '../lib/component.js';
import type { NamespaceRef, StorageClassRef } from '../lib/handle.js';
import { container, images, livenessProbe, probed, socketFolder } from './containers.js';

export interface KubevirtCsiControllerProps {
  /** Name of the child cluster, as Cluster API has it. @example 'apps' */
  readonly cluster: string;
  /** The namespace of this cluster that holds the child's machines. It must allow pods of the level restricted. */
  readonly namespace: NamespaceRef;
  /** The class of this cluster that the child's volumes are of; the child may ask for no other. */
  readonly storageClass: StorageClassRef;
  /**
   * The class of this cluster that the child's snapshots are of; the child then must have the kinds of snapshots.
   *
   * @default - the child takes no snapshots
   */
  readonly snapshotClass?: string | undefined;
}

const kubeconfig = '/var/run/secrets/tenantcluster/value';
const healthPort = 10301;

/**
 * In a cluster whose virtual machines are the nodes of another one: makes the child's volumes here, and plugs them into its machines. It
 * needs CDI. The child has the other half.
 *
 * Source: https://github.com/kubevirt/csi-driver (main at 27b52aa: deploy/controller-infra, deploy/infra-cluster-service-account.yaml)
 */
export class KubevirtCsiController extends Component {
  readonly #cluster: string;
  readonly #labels: Record<string, string>;

  constructor(scope: Construct, id: string, props: KubevirtCsiControllerProps) {
    const { cluster } = props;
    super(scope, id, {
      namespace: props.namespace,
      project: 'storage',
      humanGate: `Cluster API must make ${cluster} and its Secret ${cluster}-kubeconfig first, which needs nothing of what comes before`,
    });
    this.#cluster = cluster;
    this.#labels = { 'app.kubernetes.io/name': 'kubevirt-csi-controller', 'app.kubernetes.io/instance': cluster };
    this.addRights();
    this.addDeployment(this.resources.use(props.storageClass).name, props.snapshotClass);
  }

  private get objectName(): string {
    return `${this.#cluster}-kubevirt-csi`;
  }

  private addRights(): void {
    const metadata = { name: this.objectName, labels: this.#labels };
    const apiGroup = 'rbac.authorization.k8s.io';
    const subjects = [{ kind: 'ServiceAccount', name: this.objectName, namespace: this.namespaceName }];
    new k8s.KubeServiceAccount(this.base, 'service-account', { metadata });
    new k8s.KubeRole(this.base, 'role', {
      metadata,
      rules: [
        { apiGroups: ['cdi.kubevirt.io'], resources: ['datavolumes'], verbs: ['get', 'create', 'delete'] },
        { apiGroups: ['kubevirt.io'], resources: ['virtualmachineinstances', 'virtualmachines'], verbs: ['list', 'get'] },
        {
          apiGroups: ['subresources.kubevirt.io'],
          resources: ['virtualmachines/addvolume', 'virtualmachines/removevolume'],
          verbs: ['update'],
        },
        { apiGroups: ['snapshot.storage.k8s.io'], resources: ['volumesnapshots'], verbs: ['get', 'create', 'delete'] },
        { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get', 'patch'] },
      ],
    });
    new k8s.KubeRoleBinding(this.base, 'role-binding', { metadata, roleRef: { apiGroup, kind: 'Role', name: this.objectName }, subjects });
    // Named after the child: two children must not take them from each other.
    new k8s.KubeClusterRole(this.base, 'cluster-role', {
      metadata,
      rules: [{ apiGroups: [''], resources: ['persistentvolumes'], verbs: ['get'] }],
    });
    new k8s.KubeClusterRoleBinding(this.base, 'cluster-role-binding', {
      metadata,
      roleRef: { apiGroup, kind: 'ClusterRole', name: this.objectName },
      subjects,
    });
  }

  private addDeployment(storageClass: string, snapshotClass: string | undefined): void {
    new k8s.KubeDeployment(this.resources, 'deployment', {
      metadata: {
        name: this.objectName,
        labels: this.#labels,
        annotations: { 'secret.reloader.stakater.com/reload': `${this.#cluster}-kubeconfig` },
      },
      spec: {
        replicas: 1,
        // Two controllers at once would both answer for the same volumes.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: this.#labels },
        template: {
          metadata: { labels: this.#labels },
          spec: {
            serviceAccountName: this.objectName,
            enableServiceLinks: false,
            priorityClassName: 'system-cluster-critical',
            securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' } },
            containers: this.containers(storageClass, snapshotClass),
            volumes: [
              { name: 'socket', emptyDir: {} },
              { name: 'tenantcluster', secret: { secretName: `${this.#cluster}-kubeconfig` } },
            ],
          },
        },
      },
    });
  }

  private containers(storageClass: string, snapshotClass: string | undefined): k8s.Container[] {
    const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true };
    const volumeMounts = [
      { name: 'socket', mountPath: socketFolder },
      { name: 'tenantcluster', mountPath: '/var/run/secrets/tenantcluster', readOnly: true },
    ];
    const sidecar = (name: string, image: string, ...args: string[]) =>
      container(name, image, ['32Mi', '128Mi'], {
        args: [`--csi-address=${socketFolder}/csi.sock`, `--kubeconfig=${kubeconfig}`, '--timeout=3m', ...args],
        securityContext,
        volumeMounts,
      });
    return [
      container('csi-driver', images.driver, ['64Mi', '256Mi'], {
        args: [
          `--endpoint=unix://${socketFolder}/csi.sock`,
          `--infra-cluster-namespace=${this.namespaceName}`,
          `--infra-cluster-labels=cluster.x-k8s.io/cluster-name=${this.#cluster}`,
          `--tenant-cluster-kubeconfig=${kubeconfig}`,
          '--run-node-service=false',
          '--run-controller-service=true',
        ],
        env: [{ name: 'INFRA_STORAGE_CLASS_ENFORCEMENT', value: enforcement(storageClass, snapshotClass) }],
        ...probed(healthPort),
        securityContext,
        volumeMounts,
      }),
      sidecar('csi-provisioner', images.provisioner, '--default-fstype=ext4', '--retry-interval-max=1m'),
      sidecar('csi-attacher', images.attacher, '--retry-interval-max=1m'),
      sidecar('csi-resizer', images.resizer, '--handle-volume-inuse-error=false'),
      ...(snapshotClass === undefined ? [] : [sidecar('csi-snapshotter', images.snapshotter)]),
      livenessProbe(healthPort, { securityContext, volumeMounts }),
    ];
  }
}

/** YAML, of which JSON is a part. Source: https://github.com/kubevirt/csi-driver (main at 27b52aa: pkg/util, README.md) */
function enforcement(storageClass: string, snapshotClass: string | undefined): string {
  const mapping = [{ storageClasses: [storageClass], volumeSnapshotClasses: [snapshotClass] }];
  return JSON.stringify({
    allowAll: false,
    allowDefault: false,
    allowList: [storageClass],
    ...(snapshotClass === undefined ? {} : { storageSnapshotMapping: mapping }),
  });
}
