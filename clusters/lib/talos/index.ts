import type { TalosPatch } from '../../../charts/child-cluster/index.js';
import type { TalosNeeds } from '../../../charts/lib/component.js';
import type { Child, Cluster, NodeFacts, RootCluster } from '../facts.js';
import { minorOf } from '../versions.js';
import { renderChild, renderNode } from './contract-1-13.js';
import { type Schematic, schematicId, schematicOf } from './schematic.js';

/** Documents of the Talos machine configuration by their path below dist/<cluster>/; none holds a secret. */
export type TalosFiles = ReadonlyMap<string, readonly object[]>;

/** A Talos contract: configuration without secrets, as strategic-merge patches over what `talosctl gen config` or Cluster API writes. */
interface Contract {
  readonly renderNode: (cluster: RootCluster, node: NodeFacts, machine: MachineNeeds) => readonly object[];
  readonly renderChild: (child: Child, role: NodeFacts['role'], machine: MachineNeeds, systemDisk: string) => readonly TalosPatch[];
}

/** What all nodes of a cluster share. */
export interface MachineNeeds {
  /** Installer image of the exact Talos version with the schematic's extensions. */
  readonly installer: string;
  readonly kernelModules: readonly { readonly name: string; readonly parameters?: readonly string[] }[];
  /** Whether etcd, the scheduler and the controller manager offer their metrics to the cluster. */
  readonly controlPlaneMetrics: boolean;
}

/** By minor version; facts-relations.ts refuses versions that are not here. */
const contracts: Readonly<Record<string, Contract>> = { '1.13': { renderNode, renderChild } };

/** The image schematic, and one patch set a node. The machines of a child get theirs from the tree of its parent. */
export function renderTalos(cluster: Cluster, needs: readonly TalosNeeds[]): TalosFiles {
  const machine = machineNeedsOf(cluster, needs);
  const nodes = 'nodes' in cluster ? cluster.nodes : [];
  return new Map<string, readonly object[]>([
    ['talos/schematic.yaml', [schematicFor(cluster, needs)]],
    ...nodes.map((node): [string, readonly object[]] => [
      `talos/nodes/${node.name}.yaml`,
      contractOf(cluster).renderNode(cluster as RootCluster, node, machine),
    ]),
  ]);
}

/** What Cluster API gives to the machines of a child, and the image that they start from. */
export interface ChildMachines {
  readonly patches: { readonly controlPlane: readonly TalosPatch[]; readonly workers: readonly TalosPatch[] };
  /** Disk image of the schematic in the form that KubeVirt imports. */
  readonly imageUrl: string;
}

/** The machines of a child, for the tree of its parent. @param needs of the components of the child. */
export function renderChildMachines(child: Child, needs: readonly TalosNeeds[]): ChildMachines {
  const machine = machineNeedsOf(child, needs);
  // Machines of KubeVirt have virtio disks, those of Proxmox SCSI disks.
  const systemDisk = child.platform === 'kubevirt' ? '/dev/vda' : '/dev/sda';
  const patchesOf = (role: NodeFacts['role']) => contractOf(child).renderChild(child, role, machine, systemDisk);
  return {
    patches: { controlPlane: patchesOf('controlplane'), workers: patchesOf('worker') },
    imageUrl: `https://factory.talos.dev/image/${schematicId(schematicFor(child, needs))}/${child.versions.talos}/openstack-amd64.raw.xz`,
  };
}

function contractOf({ versions }: Cluster): Contract {
  const contract = contracts[minorOf(versions.talos)];
  if (!contract) throw new Error(`no machine configuration for Talos ${versions.talos}`);
  return contract;
}

function schematicFor({ platform }: Cluster, needs: readonly TalosNeeds[]): Schematic {
  return schematicOf(
    platform,
    needs.flatMap(({ systemExtensions = [] }) => systemExtensions),
  );
}

function machineNeedsOf(cluster: Cluster, needs: readonly TalosNeeds[]): MachineNeeds {
  const id = schematicId(schematicFor(cluster, needs));
  return {
    installer: `factory.talos.dev/${installerOf(cluster.platform)}/${id}:${cluster.versions.talos}`,
    kernelModules: uniteModules(needs.flatMap(({ kernelModules = [] }) => kernelModules)),
    controlPlaneMetrics: needs.some((need) => need.controlPlaneMetrics),
  };
}

/** One entry a module, with the parameters of everyone who needs it. */
function uniteModules(modules: MachineNeeds['kernelModules']): MachineNeeds['kernelModules'] {
  const names = [...new Set(modules.map(({ name }) => name))].sort();
  return names.map((name) => {
    const parameters = modules.filter((module) => module.name === name).flatMap((module) => module.parameters ?? []);
    return parameters.length > 0 ? { name, parameters: [...new Set(parameters)].sort() } : { name };
  });
}

/** Source: https://docs.siderolabs.com/talos/v1.13/learn-more/image-factory */
function installerOf(platform: Cluster['platform']): string {
  return {
    vsphere: 'vmware-installer',
    metal: 'metal-installer',
    proxmox: 'nocloud-installer',
    capmox: 'nocloud-installer',
    kubevirt: 'openstack-installer',
  }[platform];
}
