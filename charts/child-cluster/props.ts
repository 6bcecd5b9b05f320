import type { LoadBalancerRef, StorageClassRef } from '../lib/handle.js';
import type { AddOn } from './add-ons.js';

/** What a child cluster is made of: the props of ChildCluster, one form for each source of machines. */

/** A component that must work first. */
interface Installed {
  readonly node: { readonly id: string };
}

/** Machines that are alike. */
export interface MachinePool {
  /** How many of them. Control planes hold etcd, so that their number is odd. */
  readonly replicas: number;
  /** Virtual processors. */
  readonly cores: number;
  /** In MiB. @example 8192 */
  readonly memoryMib: number;
  /** System disk, in GiB. @example 40 */
  readonly diskGib: number;
}

/** Machines that are clones of one template. */
export interface ProxmoxMachinePool extends MachinePool {
  /** Id of the template: the Talos image for nocloud of the version `versions.talos`, with the QEMU guest agent. @example 9000 */
  readonly template: number;
}

/** A part of a Talos machine configuration, or a document of its own; merged strategically into what Cluster API makes. */
export type TalosPatch = Readonly<Record<string, unknown>>;

interface CommonProps {
  /** Name of the child, of its namespace here, and of its machines. @example 'child' */
  readonly name: string;
  /** The management component; its providers make everything else. */
  readonly clusterApi: Installed;
  readonly versions: {
    /** With its patch release. @example 'v1.13.10' */
    readonly talos: string;
    /** @example 'v1.36.4' */
    readonly kubernetes: string;
  };
  readonly network: {
    /** Of the child's pods; no network that the parent has, too. @example '10.245.0.0/16' */
    readonly podCidr: string;
    /** Of the child's Services, likewise. @example '10.97.0.0/16' */
    readonly serviceCidr: string;
    /** @example 'cluster.local' */
    readonly clusterDomain: string;
  };
  readonly controlPlane: MachinePool;
  readonly workers: MachinePool;
  /**
   * Whether a cloud controller runs for the child: cloud-provider-kubevirt on KubeVirt, talos-cloud-controller-manager on Proxmox. Its nodes
   * take no pods until it has initialized them. On Proxmox nobody else tells nodes their provider ID, without which no machine ever counts as ready.
   */
  readonly hasCloudController: boolean;
  /** What the child's machines have beyond what every child has: login, registries, API server. @default - nothing */
  readonly patches?: { readonly controlPlane?: readonly TalosPatch[]; readonly workers?: readonly TalosPatch[] };
  /** What the child cannot get from its own Argo CD, because that needs it: network, cloud controller, Argo CD itself and its root. @default - nothing */
  readonly addOns?: readonly AddOn[];
}

/** Machines that are pods of the parent. */
export interface KubeVirtChildProps extends CommonProps {
  readonly infrastructure: 'kubevirt';
  readonly kubevirt: Installed;
  readonly cdi: Installed;
  /**
   * Disk image that each machine imports; the form for OpenStack, because the provider hands over the configuration as its config drive.
   *
   * @example 'https://factory.talos.dev/image/<schematic>/v1.13.10/openstack-amd64.raw.xz'
   */
  readonly imageUrl: string;
  /** Of the system disks; it must know block volumes. */
  readonly storageClass: StorageClassRef;
  /** Where the child's API answers: a load balancer of the parent. */
  readonly endpoint: {
    /** @example '192.0.2.210' */
    readonly address: string;
    readonly loadBalancer: LoadBalancerRef;
    /** Pool that holds the address. */
    readonly pool: string;
  };
}

/** Machines that are clones of a Proxmox template. */
export interface ProxmoxChildProps extends CommonProps {
  readonly infrastructure: 'proxmox';
  readonly controlPlane: ProxmoxMachinePool;
  readonly workers: ProxmoxMachinePool;
  /** Whether volumes lie on disks of the workers: its storage operator may then hold a machine that goes until they are copied. @default false */
  readonly hasStorage?: boolean;
  /** Proxmox node that holds the templates. */
  readonly sourceNode: string;
  /** Proxmox nodes that machines may run on, at least one. */
  readonly allowedNodes: readonly string[];
  /** Proxmox storage of the system disks. @example 'local-lvm' */
  readonly storage: string;
  /** Where the child's API answers: an address that the control planes share, outside of `addresses`. @example '192.0.2.50' */
  readonly endpoint: string;
  /** Interface of the machines, as Talos calls it; the shared address is on it. @example 'ens18' */
  readonly interface: string;
  /** Proxmox bridge that it is on. @example 'vmbr1' */
  readonly bridge: string;
  /** Addresses of the machines; one more than there are machines, because a rollout adds one first. @example ['192.0.2.51-192.0.2.59'] */
  readonly addresses: readonly string[];
  /** Length of the network that holds them. @example 24 */
  readonly prefix: number;
  readonly gateway: string;
  readonly dnsServers: readonly string[];
}

export type ChildClusterProps = KubeVirtChildProps | ProxmoxChildProps;
