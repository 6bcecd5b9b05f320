import type { App } from 'cdk8s';
import type { Delivery } from '../../charts/lib/delivery.js';
import type { Waiver } from '../../charts/lib/waiver.js';
import type { Fleet } from './fleet.js';

/** One machine of a cluster. Read by the Talos machine configuration, the address rules and the bootstrap. */
export interface NodeFacts {
  /** Host name and Kubernetes node name, a DNS label, unique in the cluster. @example 'c0' */
  readonly name: string;
  readonly role: 'controlplane' | 'worker';
  /** IPv4 address inside `network.nodeCidr`, outside every load-balancer pool. @example '10.17.3.80' */
  readonly address: string;
  /** Needed on metal, where interfaces are found by their MAC. @example '00:50:56:00:00:01' */
  readonly mac?: string;
  readonly disks: {
    /** Disk that Talos runs from. @example '/dev/sda' */
    readonly system: string;
    /** Raw disks that the storage component may use. They make the node a storage node. @default - none */
    readonly data?: readonly string[];
  };
}

/** A range of addresses that Services of type LoadBalancer get theirs from. */
export interface LoadBalancerPool {
  /** Name of the pool object, a DNS label. */
  readonly name: string;
  /** First address, included. @example '10.17.3.130' */
  readonly start: string;
  /** Last address, included; not before `start`. @example '10.17.3.230' */
  readonly stop: string;
  /** Whether a Service that names no address may get one from here. @default true */
  readonly autoAssign?: boolean;
}

/** An additional tagged network of every node, without a default route. */
export interface VlanFacts {
  /** 802.1Q id, 1 to 4094. */
  readonly id: number;
  /** Canonical network of the VLAN; each node's host part of `nodeCidr` is its host part here too. */
  readonly cidr: string;
}

/** What the network of every cluster has. */
export interface ClusterNetwork {
  /**
   * Address of the Kubernetes API: inside `nodeCidr` and held by one control plane at a time; of a child on KubeVirt a load-balancer address of
   * its parent.
   */
  readonly vip: string;
  /** Host names or addresses of the time servers. */
  readonly ntpServers: readonly string[];
  /** Canonical network of the pods, disjoint from all others, those of the parent too. */
  readonly podCidr: string;
  /** Canonical network of the Services, disjoint from all others, those of the parent too. */
  readonly serviceCidr: string;
  /** Address of the ingress controller: inside one of the pools, of a child on KubeVirt one of its parent's. */
  readonly ingressAddress: string;
  /** Whether the internet reaches it on ports 80 and 443. Only then can HTTP-01 prove a name. @default false */
  readonly publicIngress?: boolean;
}

/** A network that the nodes are wired to, with addresses of ours. */
export interface NetworkFacts extends ClusterNetwork {
  /** Canonical network of the nodes. @example '10.17.3.0/24' */
  readonly nodeCidr: string;
  /** Default gateway of the nodes, inside `nodeCidr`. */
  readonly gateway: string;
  /** IPv4 addresses of the resolvers that nodes ask. */
  readonly dnsServers: readonly string[];
  /** Network interface that the nodes are wired to. @example 'eth0' */
  readonly interface: string;
  /** 802.1Q id of the node network, where it is tagged too. @default - untagged */
  readonly nodeVlan?: number;
  /** @default - none */
  readonly vlans?: readonly VlanFacts[];
  /** Inside `nodeCidr` or a VLAN, clear of nodes, VIP and gateway, disjoint from each other. */
  readonly loadBalancerPools: readonly LoadBalancerPool[];
  /** Address of the name server that the cluster runs, for itself and its children; inside one of the pools. @default - it runs none */
  readonly nameServer?: string;
  /** Networks that may open connections to the ingress controller. @default - whoever can route to it @example ['192.0.2.0/24'] */
  readonly ingressSources?: readonly string[];
}

/** Machines that are alike, which Cluster API makes. */
export interface PoolFacts {
  /** How many; of control planes an odd number. */
  readonly replicas: number;
  /** Virtual processors. */
  readonly cores: number;
  /** @example 8192 */
  readonly memoryMib: number;
  /** System disk. @example 40 */
  readonly diskGib: number;
}

/** Machines that are pods of the parent. */
export interface KubeVirtMachines {
  readonly controlPlane: PoolFacts;
  readonly workers: PoolFacts;
}

/** Machines that are clones of a template. */
export interface ProxmoxPoolFacts extends PoolFacts {
  /** Id of the Proxmox template: Talos' image for nocloud with the schematic of dist/<cluster>/talos. @example 9000 */
  readonly template: number;
  /** Raw disks that the template has beside the system disk. They make its machines storage nodes. @default - none @example ['/dev/sdb'] */
  readonly dataDisks?: readonly string[];
}

/** Machines that are virtual machines of Proxmox. */
export interface ProxmoxMachines {
  readonly controlPlane: ProxmoxPoolFacts;
  readonly workers: ProxmoxPoolFacts;
  /** Proxmox node that holds the templates. */
  readonly sourceNode: string;
  /** Proxmox nodes that machines may run on. */
  readonly hosts: readonly string[];
  /** Proxmox storage of their disks. @example 'local-lvm' */
  readonly storage: string;
  /** Proxmox bridge that they are wired to. @example 'vmbr1' */
  readonly bridge: string;
  /** First address of theirs, inside `network.nodeCidr`. @example '192.0.2.51' */
  readonly firstAddress: string;
  /** Last one: there is one more than there are machines at least, because a rollout adds one first. @example '192.0.2.69' */
  readonly lastAddress: string;
}

/** Who signs the certificates of what the cluster exposes. */
export interface CertificateFacts {
  /**
   * `private`: the cluster itself, so that browsers must be told to trust it. The others are Let's Encrypt and need a public domain; `-staging`
   * has generous limits and a root that nobody trusts.
   */
  readonly authority: 'private' | 'letsencrypt' | 'letsencrypt-staging';
  /** Mail address of the ACME account. Needed for Let's Encrypt. */
  readonly email?: string;
  /**
   * Who takes the TXT record that proves by DNS-01 that the domain is ours: an API, or a name server by signed changes (RFC 2136).
   *
   * @default - nobody; Let's Encrypt then needs `network.publicIngress` for HTTP-01, which proves no wildcard
   */
  readonly dnsProvider?: 'cloudflare' | 'rfc2136';
}

/** A Synology NAS that serves volumes over iSCSI. */
export interface NasFacts {
  /** IPv4 address of its management interface. */
  readonly address: string;
  /** Volume on it that holds the LUNs. @example '/volume1' */
  readonly volume: string;
}

/** Where people log in, to the Kubernetes API too. */
export interface LoginFacts {
  readonly provider: 'authentik' | 'zitadel';
  /** Host name of the provider. @example 'auth.example.test' */
  readonly host: string;
  /** Id of each client. Authentik takes what is written here; Zitadel gives them at the first deployment, before which `phase` is `bootstrap`. */
  readonly clients: { readonly kubernetes: string; readonly argocd: string };
  /** Group whose members administer the cluster. */
  readonly adminGroup: string;
}

/** Everything that is true of one cluster, stated once, whatever makes its machines. Charts get these as props, never this object. */
interface CommonFacts {
  /** A DNS label; equals the file name, the folder below dist/ and the Talos cluster name. */
  readonly name: string;
  readonly stage: 'lab' | 'dev' | 'test' | 'staging' | 'prod';
  /** Repository that the GitOps engine of the cluster reads, as it writes it. @example 'https://git.example.test/platform.git' */
  readonly repository: string;
  /** Branch of `repository` that the cluster follows, without refs/heads/. No tag may have the same name. */
  readonly branch: string;
  /** DNS domain of everything that the cluster exposes, lower case, two labels at least. @example 'example.test' */
  readonly domain: string;
  readonly versions: {
    /** @example 'v1.13.10' */
    readonly talos: string;
    /** Must be in the range that the Talos version supports. @example 'v1.36.4' */
    readonly kubernetes: string;
  };
  readonly storage: {
    /** Copies of each volume; at most the number of nodes with data disks. @default 1 */
    readonly replicas?: number;
    /** @default - no volumes from a NAS */
    readonly nas?: NasFacts;
  };
  /** @default - a private authority */
  readonly certificates?: CertificateFacts;
  /** @default - certificates and local accounts only */
  readonly login?: LoginFacts;
  /** Where Secret values come from: `store` is External Secrets, `bootstrap` an encrypted file applied before root. */
  readonly secrets: 'store' | 'bootstrap';
  readonly engine: 'argocd' | 'flux';
  /**
   * `bootstrap` is the first deployment, before the login works: the Kubernetes API knows none yet, and local accounts stay. `steady` is
   * everything after.
   *
   * @default 'steady'
   */
  readonly phase?: 'bootstrap' | 'steady';
  /** Who renders what comes from upstream, charts and plain manifests. @default - the setting of the fleet, settings.ts */
  readonly delivery?: Delivery;
  /** The same for single components, or one release of one. @example { cilium: 'dist', 'argo-cd/argocd': 'engine' } @default - as `delivery` */
  readonly deliveries?: Readonly<Record<string, Delivery>>;
  /** Rules that this cluster may break, and why that does no harm; what a component breaks everywhere, it waives itself. @default - none */
  readonly waivers?: readonly Waiver[];
}

/** Adds the components of a cluster to `app`. Called once a render, after all facts of the fleet are known. */
type Components<C> = (app: App, cluster: C, fleet: Fleet) => void;

/** A cluster whose machines the bootstrap brings up. */
export interface RootFacts extends CommonFacts {
  readonly platform: 'vsphere' | 'metal' | 'proxmox';
  readonly parent?: undefined;
  readonly network: NetworkFacts;
  /** At least one; an odd number of control planes. */
  readonly nodes: readonly NodeFacts[];
  readonly components: Components<RootCluster>;
}

/** What every cluster has whose machines Cluster API makes in another one. */
interface ChildFacts extends CommonFacts {
  /** Name of the cluster that creates this one, on the same branch. */
  readonly parent: string;
}

/** A child whose machines are clones of a template. */
export interface ProxmoxChildFacts extends ChildFacts {
  readonly platform: 'capmox';
  readonly network: NetworkFacts;
  readonly machines: ProxmoxMachines;
  readonly components: Components<ProxmoxChild>;
}

/** A child whose machines are pods of its parent. */
export interface KubeVirtChildFacts extends ChildFacts {
  readonly platform: 'kubevirt';
  readonly network: ClusterNetwork;
  readonly machines: KubeVirtMachines;
  readonly components: Components<KubeVirtChild>;
}

/** Facts as a file of clusters/ states them. */
export type ClusterFacts = RootFacts | ProxmoxChildFacts | KubeVirtChildFacts;

/** What follows from facts that passed every check; frozen. */
interface Derived {
  /** URL of the Kubernetes API. @example 'https://10.17.3.9:6443' */
  readonly endpoint: string;
  /** Nodes that take pods. */
  readonly nodeCount: number;
  /** A host name below the domain of the cluster. @example cluster.host('gitea') is 'gitea.example.test' */
  host(label: string): string;
  /** Adds the components of the cluster to an app. */
  build(app: App, fleet: Fleet): void;
}

/** With its machines by role. */
export interface RootCluster extends Omit<RootFacts, 'components'>, Derived {
  readonly controlPlanes: readonly NodeFacts[];
  readonly workers: readonly NodeFacts[];
}
/** See {@link ProxmoxChildFacts}. */
export interface ProxmoxChild extends Omit<ProxmoxChildFacts, 'components'>, Derived {}
/** See {@link KubeVirtChildFacts}. */
export interface KubeVirtChild extends Omit<KubeVirtChildFacts, 'components'>, Derived {}

/** A cluster whose machines Cluster API makes in another one. */
export type Child = ProxmoxChild | KubeVirtChild;
/** A cluster on a network of ours, where its own nodes can answer for load-balancer addresses. */
export type LanCluster = RootCluster | ProxmoxChild;
/** Any cluster. */
export type Cluster = LanCluster | KubeVirtChild;

/** What defineCluster makes of facts. */
export type ClusterOf<F extends ClusterFacts> = F extends { platform: 'kubevirt' }
  ? KubeVirtChild
  : F extends { platform: 'capmox' }
    ? ProxmoxChild
    : RootCluster;

/** The link that holds the address of a node: the interface, or the VLAN of the node network on it. @example 'eth0.111' */
export function nodeLinkOf({ interface: name, nodeVlan }: NetworkFacts): string {
  return nodeVlan === undefined ? name : `${name}.${nodeVlan}`;
}
