import type { App } from 'cdk8s';
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

export interface NetworkFacts {
  /** Canonical network of the nodes. @example '10.17.3.0/24' */
  readonly nodeCidr: string;
  /** Default gateway of the nodes, inside `nodeCidr`. */
  readonly gateway: string;
  /** Virtual address of the Kubernetes API, inside `nodeCidr`, held by one control plane at a time. */
  readonly vip: string;
  /** IPv4 addresses of the resolvers that nodes ask. */
  readonly dnsServers: readonly string[];
  /** Host names or addresses of the time servers. */
  readonly ntpServers: readonly string[];
  /** Canonical network of the pods, disjoint from all others. */
  readonly podCidr: string;
  /** Canonical network of the Services, disjoint from all others. */
  readonly serviceCidr: string;
  /** Network interface that the nodes are wired to. @example 'eth0' */
  readonly interface: string;
  /** 802.1Q id of the node network, where it is tagged too. @default - untagged */
  readonly nodeVlan?: number;
  /** @default - none */
  readonly vlans?: readonly VlanFacts[];
  /** Inside `nodeCidr` or a VLAN, clear of nodes, VIP and gateway, disjoint from each other. */
  readonly loadBalancerPools: readonly LoadBalancerPool[];
  /** Address of the ingress controller, inside one of the pools. */
  readonly ingressAddress: string;
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
  /** Whose API proves by a TXT record that the domain is ours. Needed for Let's Encrypt. */
  readonly dnsProvider?: 'cloudflare';
}

/** A Synology NAS that serves volumes over iSCSI. */
export interface NasFacts {
  /** IPv4 address of its management interface. */
  readonly address: string;
  /** Volume on it that holds the LUNs. @example '/volume1' */
  readonly volume: string;
}

/** Everything that is true of one cluster, stated once. Charts get these as props, never this object. */
export interface ClusterFacts {
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
  readonly platform: 'vsphere' | 'metal' | 'proxmox' | 'kubevirt' | 'capmox';
  readonly network: NetworkFacts;
  /** At least one; an odd number of control planes. */
  readonly nodes: readonly NodeFacts[];
  readonly storage: {
    /** Copies of each volume; at most the number of nodes with data disks. @default 1 */
    readonly replicas?: number;
    /** @default - no volumes from a NAS */
    readonly nas?: NasFacts;
  };
  /** @default - a private authority */
  readonly certificates?: CertificateFacts;
  /** Where Secret values come from: `store` is External Secrets, `bootstrap` an encrypted file applied before root. */
  readonly secrets: 'store' | 'bootstrap';
  readonly engine: 'argocd' | 'flux';
  /** `bootstrap` keeps local admin accounts until single sign-on is proven; `steady` is everything after. @default 'steady' */
  readonly phase?: 'bootstrap' | 'steady';
  /** Name of the cluster that creates this one through Cluster API. @default - none, the bootstrap creates it */
  readonly parent?: string;
  /** Adds the cluster's components to `app`. Called once a render, after all facts of the fleet are known. */
  readonly components: (app: App, cluster: Cluster, fleet: Fleet) => void;
}

/** Facts that passed every check, frozen, with what follows from them. */
export interface Cluster extends ClusterFacts {
  /** URL of the Kubernetes API. @example 'https://10.17.3.9:6443' */
  readonly endpoint: string;
  readonly controlPlanes: readonly NodeFacts[];
  readonly workers: readonly NodeFacts[];
  /** Nodes with data disks. */
  readonly storageNodes: readonly NodeFacts[];
  /** A host name below the domain of the cluster. @example cluster.host('gitea') is 'gitea.example.test' */
  host(label: string): string;
}

/** The link that holds the address of a node: the interface, or the VLAN of the node network on it. @example 'eth0.111' */
export function nodeLinkOf({ interface: name, nodeVlan }: NetworkFacts): string {
  return nodeVlan === undefined ? name : `${name}.${nodeVlan}`;
}
