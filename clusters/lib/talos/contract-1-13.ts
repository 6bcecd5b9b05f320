import type { TalosPatch } from '../../../charts/child-cluster/index.js';
import { storageNodeLabel } from '../../../charts/lib/labels.js';
import { type Child, type NetworkFacts, type NodeFacts, nodeLinkOf, type RootCluster } from '../facts.js';
import { formatAddress, parseAddress, parseCidr } from '../ipv4.js';
import { apiServerArguments } from '../login.js';
import type { MachineNeeds } from './index.js';

/**
 * Machine configuration of one node for Talos 1.12 and 1.13: the v1alpha1 document and the network documents. Only strategic-merge
 * patches work on several documents, so that nothing here is a JSON patch.
 *
 * Source: https://docs.siderolabs.com/talos/v1.13/reference/configuration/
 */
export function renderNode(cluster: RootCluster, node: NodeFacts, machine: MachineNeeds): readonly object[] {
  return [machineDocument(cluster, node, machine), ...networkDocuments(cluster, node)];
}

/**
 * What machines of a child get on top of what Cluster API generates for them, which knows their addresses and names.
 *
 * @param systemDisk where the image is, which is what an upgrade in place would write to. @example '/dev/sda'
 */
export function renderChild(child: Child, role: NodeFacts['role'], machine: MachineNeeds, systemDisk: string): readonly TalosPatch[] {
  const isStorage =
    child.platform === 'capmox' && (child.machines[role === 'worker' ? 'workers' : 'controlPlane'].dataDisks ?? []).length > 0;
  return [
    {
      machine: {
        install: { disk: systemDisk, image: machine.installer, wipe: false },
        ...(child.platform === 'capmox' ? { kubelet: { nodeIP: { validSubnets: [child.network.nodeCidr] } } } : {}),
        ...machineParts(machine, isStorage),
      },
      ...(role === 'controlplane' ? { cluster: controlPlaneParts(child, machine) } : {}),
    },
    { apiVersion: 'v1alpha1', kind: 'TimeSyncConfig', ntp: { servers: child.network.ntpServers } },
  ];
}

function machineDocument(cluster: RootCluster, node: NodeFacts, machine: MachineNeeds): object {
  const { network } = cluster;
  const isControlPlane = node.role === 'controlplane';
  const isStorage = (node.disks.data ?? []).length > 0;
  const names = [network.vip, ...cluster.controlPlanes.map(({ address }) => address)];
  const { apiServer, etcd, ...parts } = controlPlaneParts(cluster, machine);
  return {
    version: 'v1alpha1',
    machine: {
      type: node.role,
      certSANs: isControlPlane ? names : undefined,
      install: { disk: node.disks.system, image: machine.installer, wipe: false },
      kubelet: { nodeIP: { validSubnets: [network.nodeCidr] } },
      ...machineParts(machine, isStorage),
      features: { kubePrism: { enabled: true, port: 7445 } },
    },
    cluster: {
      clusterName: cluster.name,
      controlPlane: { endpoint: cluster.endpoint },
      network: { cni: { name: 'none' }, dnsDomain: 'cluster.local', podSubnets: [network.podCidr], serviceSubnets: [network.serviceCidr] },
      ...(isControlPlane
        ? {
            // Cilium replaces it.
            proxy: { disabled: true },
            apiServer: { certSANs: names, ...apiServer },
            etcd: { advertisedSubnets: [network.nodeCidr], ...etcd },
            ...parts,
            allowSchedulingOnControlPlanes: cluster.workers.length === 0,
          }
        : {}),
    },
  };
}

/** What components ask of every machine. */
function machineParts({ kernelModules }: MachineNeeds, isStorage: boolean): object {
  return {
    ...(isStorage ? { nodeLabels: storageNodeLabel } : {}),
    ...(kernelModules.length > 0 ? { kernel: { modules: kernelModules } } : {}),
  };
}

/** What components and people ask of the control plane. */
function controlPlaneParts({ login, phase }: Pick<RootCluster | Child, 'login' | 'phase'>, { controlPlaneMetrics }: MachineNeeds) {
  // They answer on loopback only by default.
  const reachable = { extraArgs: { 'bind-address': '0.0.0.0' } };
  const loginArguments = apiServerArguments(login, phase);
  return {
    ...(loginArguments ? { apiServer: { extraArgs: loginArguments } } : {}),
    ...(controlPlaneMetrics
      ? { etcd: { extraArgs: { 'listen-metrics-urls': 'http://0.0.0.0:2381' } }, controllerManager: reachable, scheduler: reachable }
      : {}),
  };
}

function networkDocuments({ network, platform }: RootCluster, node: NodeFacts): object[] {
  const document = (kind: string, fields: object) => ({ apiVersion: 'v1alpha1', kind, ...fields });
  const length = network.nodeCidr.split('/')[1];
  // On metal the interface gets a fixed name by its MAC; virtual machines already have predictable ones.
  const alias =
    node.mac !== undefined && platform === 'metal'
      ? [document('LinkAliasConfig', { name: network.interface, selector: { match: `mac(link.permanent_addr) == "${node.mac}"` } })]
      : [];
  return [
    // Both are needed: since 1.12 the default is an automatic name, which a static one alone conflicts with.
    document('HostnameConfig', { auto: 'off', hostname: node.name }),
    ...alias,
    ...nodeLinks(network, { addresses: [{ address: `${node.address}/${length}` }], routes: [{ gateway: network.gateway }] }, document),
    ...(network.vlans ?? []).map(({ id, cidr }) =>
      document('VLANConfig', {
        name: `${network.interface}.${id}`,
        parent: network.interface,
        vlanID: id,
        up: true,
        addresses: [{ address: addressInVlan(node.address, network.nodeCidr, cidr) }],
      }),
    ),
    ...(node.role === 'controlplane' ? [document('Layer2VIPConfig', { name: network.vip, link: nodeLinkOf(network) })] : []),
    document('ResolverConfig', { nameservers: network.dnsServers.map((address) => ({ address })) }),
    document('TimeSyncConfig', { ntp: { servers: network.ntpServers } }),
  ];
}

/** The interface itself and, where the node network is tagged, the VLAN on it that holds the address. */
function nodeLinks({ interface: name, nodeVlan }: NetworkFacts, addressing: object, document: (kind: string, fields: object) => object) {
  if (nodeVlan === undefined) return [document('LinkConfig', { name, up: true, ...addressing })];
  return [
    document('LinkConfig', { name, up: true }),
    document('VLANConfig', { name: `${name}.${nodeVlan}`, parent: name, vlanID: nodeVlan, up: true, ...addressing }),
  ];
}

/** The node's host part of its own network, in the VLAN. */
function addressInVlan(address: string, nodeCidr: string, cidr: string): string {
  const host = (parseAddress(address) ?? 0) - (parseCidr(nodeCidr)?.first ?? 0);
  const vlan = parseCidr(cidr);
  return `${formatAddress((vlan?.first ?? 0) + host)}/${vlan?.prefix ?? 32}`;
}
