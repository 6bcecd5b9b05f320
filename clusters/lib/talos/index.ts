import type { TalosNeeds } from '../../../charts/lib/component.js';
import type { Cluster } from '../facts.js';
import { minorOf } from '../versions.js';
import { renderNode } from './contract-1-13.js';
import { schematicId, schematicOf } from './schematic.js';

/** Documents of the Talos machine configuration by their path below dist/<cluster>/; none holds a secret. */
export type TalosFiles = ReadonlyMap<string, readonly object[]>;

/** A machine configuration without secrets: strategic-merge patches over what `talosctl gen config` writes. */
export type NodePatches = (cluster: Cluster, node: Cluster['nodes'][number], machine: MachineNeeds) => readonly object[];

/** What all nodes of a cluster share. */
export interface MachineNeeds {
  /** Installer image of the exact Talos version with the schematic's extensions. */
  readonly installer: string;
  readonly kernelModules: readonly { readonly name: string; readonly parameters?: readonly string[] }[];
  /** Whether etcd, the scheduler and the controller manager offer their metrics to the cluster. */
  readonly controlPlaneMetrics: boolean;
}

/** Machine configuration by Talos contract; facts-relations.ts refuses versions that are not here. */
const contracts: Readonly<Record<string, NodePatches>> = { '1.13': renderNode };

/** The image schematic, and one patch set a node. Children of another cluster get theirs from Cluster API. */
export function renderTalos(cluster: Cluster, needs: readonly TalosNeeds[]): TalosFiles {
  if (cluster.parent !== undefined) return new Map();
  const render = contracts[minorOf(cluster.versions.talos)];
  if (!render) throw new Error(`no machine configuration for Talos ${cluster.versions.talos}`);
  const schematic = schematicOf(
    cluster.platform,
    needs.flatMap(({ systemExtensions = [] }) => systemExtensions),
  );
  const machine: MachineNeeds = {
    installer: `factory.talos.dev/${installerOf(cluster.platform)}/${schematicId(schematic)}:${cluster.versions.talos}`,
    kernelModules: uniteModules(needs.flatMap(({ kernelModules = [] }) => kernelModules)),
    controlPlaneMetrics: needs.some((need) => need.controlPlaneMetrics),
  };
  return new Map<string, readonly object[]>([
    ['talos/schematic.yaml', [schematic]],
    ...cluster.nodes.map((node): [string, readonly object[]] => [`talos/nodes/${node.name}.yaml`, render(cluster, node, machine)]),
  ]);
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
