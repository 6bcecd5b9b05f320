import type { Values } from '../../imports/helm/velero.js';

/** Resources of pods that Velero makes by itself; all four must be there, or none is read. '0' is no limit. */
export const jobResources = { cpuRequest: '50m', cpuLimit: '0', memoryRequest: '256Mi', memoryLimit: '1Gi' } as const;

/** How the trusted authorities reach a pod. */
export type Volumes = Pick<Values, 'extraVolumes' | 'extraVolumeMounts'>;

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
export function nodeAgentValues(volumes: Volumes): Required<Pick<Values, 'configMaps' | 'nodeAgent'>> {
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
