import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/vault.js';
import { Component } from './lib/component.js';
import { type Exposure, exposeService } from './lib/expose.js';
import type { StorageClassRef } from './lib/handle.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=helm depName=vault registryUrl=https://helm.releases.hashicorp.com
const chartVersion = '0.34.1';

/** Port of the API, by number because the Services call it after its scheme. */
const apiPort = 8200;

export interface VaultProps {
  /** Host name of the interface and of the API for other clusters. @example 'vault.example.test' */
  readonly host: string;
  readonly exposure: Exposure;
  readonly storageClass: StorageClassRef;
  /** Schedulable nodes: below three there is one server, else three, no two of which share a node. */
  readonly nodeCount: number;
  /** Size of the volume of each server, as a Kubernetes quantity. It cannot be changed later. @default '10Gi' */
  readonly volumeSize?: string;
  /** Whether Prometheus scrapes it. The numbers, not the secrets, are then readable without a login. @default false */
  readonly isMonitored?: boolean;
}

/**
 * Keeps secrets, for people and for External Secrets of this cluster and of others. The servers hold the data themselves, in agreement
 * by Raft. After each restart a server is sealed, and a person with the unseal keys opens it: the keys are nowhere in the cluster. For the
 * same reason new versions wait until a person deletes the pods, the standbys first.
 *
 * Audit logs go to standard output, where the log collector takes them, because Vault stops answering when a volume for them is full; a
 * person enables that with `vault audit enable file file_path=stdout`.
 *
 * Source: https://developer.hashicorp.com/vault/docs/deploy/kubernetes/helm, https://developer.hashicorp.com/vault/docs/configuration/storage/raft
 * and the chart's values (0.34.1, Vault 2.0.4)
 */
export class Vault extends Component {
  constructor(scope: Construct, id: string, props: VaultProps) {
    super(scope, id, {
      namespace: { name: 'vault', podSecurity: 'restricted' },
      project: 'security',
      humanGate:
        'run "vault operator init" in the pod vault-0 once, keep the unseal keys outside of the cluster, and "vault operator unseal" in ' +
        'every pod after each restart',
    });
    this.addRelease(props);
    // Never behind the platform's login: other clusters call its API, and it has a login of its own.
    exposeService(this.exposure, props.exposure, { host: props.host, service: 'vault-active', port: apiPort, name: 'vault' });
  }

  /** URL inside the cluster: the one server that is unsealed and leads. */
  get address(): string {
    return `http://vault-active.${this.namespaceName}.svc:${apiPort}`;
  }

  private addRelease({ nodeCount, storageClass, volumeSize, isMonitored = false }: VaultProps): void {
    const replicas = nodeCount < 3 ? 1 : 3;
    const [on, off] = [{ enabled: true }, { enabled: false }];
    new HelmRelease<Values>(this.release, 'vault', {
      repository: 'https://helm.releases.hashicorp.com',
      chart: 'vault',
      version: chartVersion,
      values: {
        // TLS ends at the ingress controller.
        global: { enabled: true, tlsDisable: true },
        // External Secrets brings secrets to pods; the default is a webhook that changes every pod.
        injector: off,
        csi: off,
        server: {
          updateStrategyType: 'OnDelete',
          logLevel: 'info',
          logFormat: 'json',
          resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
          // It asks the API server whose tokens it is shown.
          authDelegator: on,
          ingress: off,
          dataStorage: {
            enabled: true,
            size: volumeSize ?? '10Gi',
            storageClass: this.release.use(storageClass).name,
            accessMode: 'ReadWriteOnce',
          },
          auditStorage: off,
          persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
          ha: {
            enabled: true,
            replicas,
            // A sealed server is not ready, so that no node is drained before the last restarted one is unsealed. One alone would block for ever.
            disruptionBudget: replicas > 1 ? on : off,
            raft: { enabled: true, setNodeId: true, config: configuration(replicas, isMonitored) },
          },
          statefulSet: {
            securityContext: {
              pod: { runAsNonRoot: true, runAsUser: 100, runAsGroup: 1000, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
              container: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          },
        },
        ui: { enabled: true, serviceType: 'ClusterIP', activeVaultPodOnly: true },
        serverTelemetry: { serviceMonitor: { enabled: isMonitored } },
      },
      provides: {
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRoleBinding'] },
        namespaced: {
          '': ['ConfigMap', 'Service', 'ServiceAccount'],
          apps: ['StatefulSet'],
          ...(isMonitored ? { 'monitoring.coreos.com': ['ServiceMonitor'] } : {}),
          ...(replicas > 1 ? { policy: ['PodDisruptionBudget'] } : {}),
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        podSecurity: 'restricted',
      },
    });
  }
}

/**
 * Memory is not locked, because that needs a capability; Talos has no swap.
 *
 * Source: https://developer.hashicorp.com/vault/docs/configuration (2.0)
 */
function configuration(replicas: number, isMonitored: boolean): string {
  const members = Array.from(
    { length: replicas },
    (_, index) => `  retry_join { leader_api_addr = "http://vault-${index}.vault-internal:${apiPort}" }`,
  );
  return [
    'ui = true',
    'disable_mlock = true',
    'listener "tcp" {',
    '  tls_disable = 1',
    `  address = "[::]:${apiPort}"`,
    '  cluster_address = "[::]:8201"',
    ...(isMonitored ? ['  telemetry { unauthenticated_metrics_access = true }'] : []),
    '}',
    'storage "raft" {',
    '  path = "/vault/data"',
    ...members,
    '}',
    'service_registration "kubernetes" {}',
    ...(isMonitored ? ['telemetry {', '  prometheus_retention_time = "30s"', '  disable_hostname = true', '}'] : []),
    '',
  ].join('\n');
}
