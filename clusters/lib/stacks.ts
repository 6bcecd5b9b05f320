import type { App } from 'cdk8s';
import { ArgoCd } from '../../charts/argo-cd/index.js';
import { BasicLogin } from '../../charts/basic-login.js';
import { type AcmeProof, type AcmeProps, CertManager, type DynamicZone } from '../../charts/cert-manager/index.js';
import { Cilium, type CiliumProps } from '../../charts/cilium/index.js';
import { ClusterAccess } from '../../charts/cluster-access.js';
import type { Exposure } from '../../charts/lib/expose.js';
import type { Handle, IssuerRef, NamespaceRef, StorageClassRef, TrustBundleRef } from '../../charts/lib/handle.js';
import { Problems } from '../../charts/lib/problem.js';
import { MetricsServer } from '../../charts/metrics-server.js';
import { Piraeus, type PiraeusProps } from '../../charts/piraeus/index.js';
import { Reloader } from '../../charts/reloader.js';
import { SnapshotController } from '../../charts/snapshot-controller.js';
import { Traefik } from '../../charts/traefik/index.js';
import { TrustManager } from '../../charts/trust-manager.js';
import { type Cluster, type LanCluster, nodeLinkOf } from './facts.js';
import { contains, parseAddress } from './ipv4.js';
import { tokenPrefix } from './login.js';

/** Who signs certificates. */
export interface Certificates {
  /** Signs the names of what is exposed. */
  readonly issuer: IssuerRef;
  /** Signs wildcards of the domain. */
  readonly wildcardIssuer: IssuerRef;
  /** Signs the names of what stays inside. */
  readonly internalIssuer: IssuerRef;
  /** Namespace of cert-manager, for those that look into it. */
  readonly certManagerNamespace: NamespaceRef;
  /** Secret of the private authority there. */
  readonly authoritySecret: string;
}

/** What every other component builds on. */
export interface Foundation extends Certificates {
  readonly trust: TrustBundleRef;
}

/** What the components of a platform offer to those that come on top. */
export interface Platform extends Foundation {
  readonly exposure: Exposure;
}

/** What answers when Let's Encrypt asks for proof; only the one that the facts choose is read. */
export interface ProofSource {
  /** The zone of the domain, for `certificates.dnsProvider: 'rfc2136'`. */
  readonly zone?: DynamicZone | Handle<DynamicZone>;
  /** Class of the ingress controller, for HTTP-01. @default 'traefik' */
  readonly ingressClass?: string;
}

/** The stacks are the only places that turn facts into props. */
export function certificates(app: App, c: Cluster, source: ProofSource = {}): Certificates {
  const certManager = new CertManager(app, 'cert-manager', { authorityName: `${c.name} platform`, acme: acmeOf(c, source) });
  const { internalIssuer, issuer, wildcardIssuer, authoritySecret, namespaceRef: certManagerNamespace } = certManager;
  return { issuer, wildcardIssuer, internalIssuer, certManagerNamespace, authoritySecret };
}

/** Certificates, and trust in them, which all clusters have but the smallest. */
export function foundation(app: App, c: Cluster, source?: ProofSource): Foundation {
  const base = certificates(app, c, source);
  const { internalIssuer: issuer, certManagerNamespace: namespace, authoritySecret } = base;
  const trustManager = new TrustManager(app, 'trust-manager', { namespace, issuer, authoritySecret });
  return { ...base, trust: trustManager.bundle };
}

/** A cluster whose ingress controller is Cilium's own. */
export function platform(app: App, c: LanCluster): Platform {
  const base = foundation(app, c, { ingressClass: 'cilium' });
  const { ingressAddress } = c.network;
  const cilium = new Cilium(app, 'cilium', {
    ...ciliumFacts(c),
    ingress: { address: ingressAddress, pool: poolOf(c, ingressAddress) },
    issuer: base.internalIssuer,
  });
  const exposure = { ingressClass: cilium.ingressClass, issuer: base.issuer };
  cilium.exposeHubble(exposure, c.host('hubble'));
  new ArgoCd(app, 'argo-cd', { host: c.host('argocd'), exposure, installation: c.name, trust: base.trust });
  new MetricsServer(app, 'metrics-server', { issuer: base.internalIssuer });
  new Reloader(app, 'reloader');
  return { ...base, exposure };
}

/** What a cluster behind Traefik is reached by. */
export interface Gateway {
  readonly cilium: Cilium;
  readonly traefik: Traefik;
  /** Without a login. */
  readonly exposure: Exposure;
}

/** Traefik on the fixed address of the cluster, which Cilium announces or, for a child on KubeVirt, the parent. */
export function traefikGateway(
  app: App,
  c: Cluster,
  { issuer, wildcardIssuer, internalIssuer }: Certificates,
  { isMonitored = false, hasVirtualMachines = false } = {},
): Gateway {
  const address = c.network.ingressAddress;
  const isLan = c.platform !== 'kubevirt';
  const facts = isLan ? ciliumFacts(c) : { nodeCount: c.nodeCount };
  const cilium = new Cilium(app, 'cilium', { ...facts, issuer: internalIssuer, isMonitored, hasVirtualMachines });
  const traefik = new Traefik(app, 'traefik', {
    address,
    loadBalancer: cilium.loadBalancer,
    pool: isLan ? poolOf(c, address) : undefined,
    allowedSources: isLan ? c.network.ingressSources : undefined,
    nodeCount: c.nodeCount,
    domain: c.domain,
    issuer: wildcardIssuer,
    isMonitored,
  });
  return { cilium, traefik, exposure: { ingressClass: traefik.ingressClass, issuer } };
}

/** A name and a password in front of what has no login of its own, where there is nothing better. */
export function basicLogin(app: App, { traefik, exposure }: Gateway): Exposure {
  const { protection } = new BasicLogin(app, 'basic-login', { namespace: traefik.namespaceRef });
  return { ...exposure, protection };
}

/** The rights of people who log in, on a cluster that has a login. */
export function clusterAccess(app: App, { login }: Cluster): void {
  if (login) new ClusterAccess(app, 'cluster-access', { adminGroup: `${tokenPrefix}${login.adminGroup}` });
}

/** Classes of volumes. */
export interface Storage {
  /** The default: as many copies as the cluster asks for. */
  readonly storageClass: StorageClassRef;
  /** One copy, for databases, which make their own. */
  readonly singleCopyClass: StorageClassRef;
}

/** Volumes on the nodes' own disks, with snapshots. For clusters whose nodes have data disks. */
export function replicatedStorage(app: App, c: LanCluster, { internalIssuer }: Foundation): Storage {
  new SnapshotController(app, 'snapshot-controller');
  const piraeus = new Piraeus(app, 'piraeus', {
    nodes: storageNodesOf(c),
    replicas: c.storage.replicas ?? 1,
    issuer: internalIssuer,
  });
  const { storageClass, singleCopyClass } = piraeus;
  return { storageClass, singleCopyClass };
}

/** Nodes that hold volumes: by name, or how many there are of machines that get their names when they are made. */
function storageNodesOf(c: LanCluster): PiraeusProps['nodes'] {
  if (c.platform !== 'capmox') return c.nodes.flatMap(({ name, disks: { data = [] } }) => (data.length > 0 ? [{ name, disks: data }] : []));
  const { dataDisks: disks = [], replicas: count } = c.machines.workers;
  return { count, disks };
}

/** What Cilium must know of the nodes. */
export function nodeFacts(c: LanCluster): Pick<CiliumProps, 'devices' | 'nodeCount'> {
  return { devices: [nodeLinkOf(c.network), ...vlanLinks(c)], nodeCount: c.nodeCount };
}

/** The same where Cilium announces the load-balancer addresses, on the links where they live. */
export function ciliumFacts(c: LanCluster): Pick<CiliumProps, 'devices' | 'addresses' | 'nodeCount'> {
  const vlans = vlanLinks(c);
  return { ...nodeFacts(c), addresses: { pools: poolsOf(c), announcedOn: vlans.length > 0 ? vlans : [nodeLinkOf(c.network)] } };
}

/** The load-balancer pools with their defaults. */
export function poolsOf({ network }: LanCluster) {
  return network.loadBalancerPools.map((pool) => ({ ...pool, autoAssign: pool.autoAssign ?? true }));
}

function vlanLinks({ network }: LanCluster): string[] {
  return (network.vlans ?? []).map(({ id }) => `${network.interface}.${id}`);
}

/**
 * Name of the pool that holds an address.
 *
 * @throws {Problems} when none does. `network.ingressAddress` was checked with the facts.
 */
export function poolOf({ name, network }: Pick<LanCluster, 'name' | 'network'>, address: string): string {
  const value = parseAddress(address) ?? Number.NaN;
  const pools = network.loadBalancerPools;
  const pool = pools.find(({ start, stop }) =>
    contains({ first: parseAddress(start) ?? 0, last: parseAddress(stop) ?? 0 }, { first: value, last: value }),
  );
  if (pool) return pool.name;
  const ranges = pools.map(({ start, stop }) => `${start} to ${stop}`).join(', ');
  throw new Problems([
    {
      rule: 'address-inside-pool',
      severity: 'error',
      file: `clusters/${name}.ts`,
      field: 'network.loadBalancerPools',
      problem: `A component asks for the address "${address}", which no pool holds, so that its Service would get none.`,
      fix: `give it an address of a pool (${ranges}), or add a pool.`,
    },
  ]);
}

function acmeOf(c: Cluster, source: ProofSource): AcmeProps | undefined {
  const { authority = 'private', email } = c.certificates ?? {};
  return authority === 'private' || email === undefined ? undefined : { server: authority, email, proof: proofOf(c, source) };
}

function proofOf({ name, certificates }: Cluster, { zone, ingressClass = 'traefik' }: ProofSource): AcmeProof {
  if (certificates?.dnsProvider === undefined) return { kind: 'http01', ingressClass };
  if (certificates.dnsProvider === 'cloudflare') return { kind: 'cloudflare' };
  if (zone) return { kind: 'rfc2136', zone };
  throw new Problems([
    {
      rule: 'acme-proof',
      severity: 'error',
      file: `clusters/${name}.ts`,
      field: 'certificates.dnsProvider',
      problem: 'A name server takes the proof, and its stack was not told which.',
      fix: 'give the stack the zone: its name, the server and the key.',
    },
  ]);
}
