import type { Resources } from '../lib/resources.js';

/** Resources of pods that Velero makes by itself; all four must be there, or none is read. '0' is no limit. */
export const jobResources = { cpuRequest: '50m', cpuLimit: '0', memoryRequest: '256Mi', memoryLimit: '1Gi' } as const;

/** How the trusted authorities reach a pod. */
export interface Volumes {
  readonly extraVolumes?: readonly { readonly name: string; readonly configMap: { readonly name: string } }[];
  readonly extraVolumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: boolean }[];
}

/** Source: values of the chart (12.1.0) */
export interface VeleroValues extends Volumes {
  readonly initContainers: readonly {
    readonly name: string;
    readonly image: string;
    readonly imagePullPolicy: 'IfNotPresent';
    readonly volumeMounts: readonly { readonly mountPath: string; readonly name: string }[];
    readonly securityContext: object;
    readonly resources: Resources;
  }[];
  readonly upgradeCRDs: boolean;
  readonly cleanUpCRDs: boolean;
  readonly backupsEnabled: boolean;
  readonly snapshotsEnabled: boolean;
  readonly deployNodeAgent: boolean;
  readonly credentials: { readonly useSecret: boolean; readonly existingSecret: string };
  readonly configuration: {
    readonly features?: 'EnableCSI';
    readonly uploaderType: 'kopia';
    readonly defaultVolumesToFsBackup: boolean;
    readonly defaultSnapshotMoveData: boolean;
    readonly extraEnvVars: readonly { readonly name: string; readonly value: string }[];
    readonly repositoryMaintenanceJob: {
      readonly repositoryConfigData: {
        readonly name: string;
        readonly global: { readonly keepLatestMaintenanceJobs: number; readonly podResources: typeof jobResources };
      };
    };
  };
  /** The chart puts `velero-` before each name. */
  readonly configMaps?: Readonly<Record<string, { readonly data: Readonly<Record<string, string>> }>>;
  readonly podSecurityContext: object;
  readonly containerSecurityContext: object;
  readonly resources: Resources;
  readonly nodeAgent?: Volumes & {
    readonly extraArgs: readonly string[];
    readonly podSecurityContext: object;
    readonly containerSecurityContext: object;
    readonly tolerations: readonly { readonly effect: string; readonly operator: string }[];
    readonly resources: Resources;
  };
  readonly metrics: { readonly enabled: boolean; readonly serviceMonitor: { readonly enabled: boolean; readonly autodetect: boolean } };
  readonly rbac: { readonly create: boolean; readonly clusterAdministrator: boolean };
}

/** Folder of the pods that holds the trusted authorities. */
export const trustPath = '/etc/platform-trust';

/** Mounts the authorities of a ConfigMap. Pods that copy volumes inherit the mounts and variables of the node agent. */
export function trustVolumes(configMap: string): Volumes {
  return {
    extraVolumes: [{ name: 'platform-trust', configMap: { name: configMap } }],
    extraVolumeMounts: [{ name: 'platform-trust', mountPath: trustPath, readOnly: true }],
  };
}

/** The agent that copies volumes, and the pods that it makes: one copy at a time on each node. */
export function nodeAgentValues(volumes: Volumes): Required<Pick<VeleroValues, 'configMaps' | 'nodeAgent'>> {
  const config = { loadConcurrency: { globalConfig: 1 }, podResources: jobResources };
  return {
    configMaps: { 'node-agent-config': { data: { 'node-agent-config.json': JSON.stringify(config) } } },
    nodeAgent: {
      extraArgs: ['--node-agent-configmap=velero-node-agent-config'],
      podSecurityContext: { runAsUser: 0 },
      // Block volumes are devices of the host.
      containerSecurityContext: { privileged: true },
      tolerations: [{ effect: 'NoSchedule', operator: 'Exists' }],
      resources: { requests: { cpu: '50m', memory: '256Mi' }, limits: { memory: '1Gi' } },
      ...volumes,
    },
  };
}
