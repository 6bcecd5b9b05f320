import type { Infrastructure } from './infrastructure.js';
import type { ProxmoxChildProps, ProxmoxMachinePool } from './props.js';

/**
 * Machines as clones of a template in Proxmox.
 *
 * Source: https://github.com/ionos-cloud/cluster-api-provider-proxmox/tree/v0.9.0 (the CustomResourceDefinitions of v1alpha2)
 */
export function proxmoxInfrastructure(props: ProxmoxChildProps): Infrastructure {
  const { addresses, prefix, gateway } = props;
  return {
    apiVersion: 'infrastructure.cluster.x-k8s.io/v1alpha2',
    clusterKind: 'ProxmoxCluster',
    cluster: {
      controlPlaneEndpoint: { host: props.endpoint, port: 6443 },
      // The metric is the default, which the API server would add.
      ipv4Config: { addresses: [...addresses], prefix, gateway, metric: 100 },
      dnsServers: [...props.dnsServers],
      allowedNodes: [...props.allowedNodes],
      externalManagedControlPlane: false,
    },
    templateKind: 'ProxmoxMachineTemplate',
    controlPlane: machineSpec(props, props.controlPlane),
    workers: machineSpec(props, props.workers),
  };
}

function machineSpec(
  { sourceNode, storage, bridge }: ProxmoxChildProps,
  { template, cores, memoryMib, diskGib }: ProxmoxMachinePool,
): object {
  return {
    template: {
      spec: {
        sourceNode,
        templateID: template,
        // A linked clone would tie every machine to the disk of the template, and to its storage.
        full: true,
        storage,
        numSockets: 1,
        numCores: cores,
        memoryMiB: memoryMib,
        disks: { bootVolume: { disk: 'scsi0', sizeGb: diskGib } },
        network: { networkDevices: [{ name: 'net0', bridge, model: 'virtio' }] },
        // Talos has no cloud-init.
        checks: { skipCloudInitStatus: true },
        metadataSettings: { providerIDInjection: true },
      },
    },
  };
}
