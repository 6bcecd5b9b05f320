import type { Stage } from '../lib/stage.js';
import type { Infrastructure } from './infrastructure.js';
import type { KubeVirtChildProps, MachinePool } from './props.js';

/** Port of the API server, which the provider's load balancer has, too. */
const apiPort = 6443;

/**
 * Machines as pods of the parent.
 *
 * Source: https://github.com/kubernetes-sigs/cluster-api-provider-kubevirt/blob/v0.11.2/templates/cluster-template-lb-talos-kccm.yaml
 */
export function kubeVirtInfrastructure(stage: Stage, props: KubeVirtChildProps): Infrastructure {
  const { address, loadBalancer, pool } = props.endpoint;
  const { addressAnnotation, poolLabel } = stage.use(loadBalancer);
  const storageClassName = stage.use(props.storageClass).name;
  // No object here is of their kinds; the provider makes those.
  stage.after(props.kubevirt);
  stage.after(props.cdi);
  return {
    apiVersion: 'infrastructure.cluster.x-k8s.io/v1alpha1',
    clusterKind: 'KubevirtCluster',
    cluster: {
      controlPlaneEndpoint: { host: address, port: apiPort },
      controlPlaneServiceTemplate: {
        metadata: {
          annotations: { [addressAnnotation]: address },
          ...(poolLabel === undefined ? {} : { labels: { [poolLabel]: pool } }),
        },
        spec: { type: 'LoadBalancer' },
      },
    },
    templateKind: 'KubevirtMachineTemplate',
    controlPlane: machineSpec(props, props.controlPlane, 'control-plane', storageClassName),
    workers: machineSpec(props, props.workers, 'worker', storageClassName),
  };
}

function machineSpec({ name, imageUrl }: KubeVirtChildProps, pool: MachinePool, role: string, storageClassName: string): object {
  const bootVolume = 'boot-volume';
  const virtualMachine = {
    // The provider drains the node and deletes the machine: a node that moves to another host would get another address.
    evictionStrategy: 'External',
    affinity: spread({ 'cluster.x-k8s.io/cluster-name': name, 'cluster.x-k8s.io/role': role }),
    domain: {
      cpu: { cores: pool.cores },
      memory: { guest: `${pool.memoryMib}Mi` },
      devices: {
        networkInterfaceMultiqueue: true,
        rng: {},
        disks: [{ name: 'system', disk: { bus: 'virtio' } }],
        // Behind masquerading, every node would have the same address.
        interfaces: [{ name: 'default', bridge: {} }],
      },
    },
    networks: [{ name: 'default', pod: {} }],
    volumes: [{ name: 'system', dataVolume: { name: bootVolume } }],
  };
  return {
    template: {
      spec: {
        // Talos has no SSH.
        virtualMachineBootstrapCheck: { checkStrategy: 'none' },
        virtualMachineTemplate: {
          spec: {
            runStrategy: 'Always',
            // The provider puts the name of the machine before the name of the volume.
            dataVolumeTemplates: [
              {
                metadata: { name: bootVolume },
                spec: {
                  pvc: {
                    accessModes: ['ReadWriteOnce'],
                    volumeMode: 'Block',
                    resources: { requests: { storage: `${pool.diskGib}Gi` } },
                    storageClassName,
                  },
                  source: { http: { url: imageUrl } },
                },
              },
            ],
            template: { spec: virtualMachine },
          },
        },
      },
    },
  };
}

/** On different hosts where there are any, by labels that the provider sets. */
function spread(matchLabels: Readonly<Record<string, string>>): object {
  const podAffinityTerm = { labelSelector: { matchLabels }, topologyKey: 'kubernetes.io/hostname' };
  return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] } };
}
