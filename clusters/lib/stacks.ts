import type { App } from 'cdk8s';
import { ArgoCd } from '../../charts/argo-cd/index.js';
import { CertManager } from '../../charts/cert-manager.js';
import { Cilium } from '../../charts/cilium.js';
import type { Exposure } from '../../charts/lib/expose.js';
import type { IssuerRef, StorageClassRef, TrustBundleRef } from '../../charts/lib/handle.js';
import { MetricsServer } from '../../charts/metrics-server.js';
import { Piraeus } from '../../charts/piraeus/index.js';
import { Reloader } from '../../charts/reloader.js';
import { SnapshotController } from '../../charts/snapshot-controller.js';
import { TrustManager } from '../../charts/trust-manager.js';
import type { Cluster } from './facts.js';
import { contains, parseAddress } from './ipv4.js';

/** What the components of a platform offer to those that come on top. */
export interface Platform {
  readonly issuer: IssuerRef;
  readonly exposure: Exposure;
  readonly trust: TrustBundleRef;
}

/** What every cluster with Argo CD and Cilium's ingress runs. The only places that turn facts into props are the stacks. */
export function platform(app: App, c: Cluster): Platform {
  const certManager = new CertManager(app, 'cert-manager', { authorityName: `${c.name} platform` });
  const issuer = certManager.issuer('ingress');
  const { bundle: trust } = new TrustManager(app, 'trust-manager', {
    namespace: certManager.namespaceRef,
    issuer,
    authoritySecret: certManager.authoritySecret,
  });
  const cilium = new Cilium(app, 'cilium', {
    ...announcedInterfaces(c),
    pools: c.network.loadBalancerPools.map((pool) => ({ ...pool, autoAssign: pool.autoAssign ?? true })),
    ingressAddress: c.network.ingressAddress,
    ingressPool: poolOf(c, c.network.ingressAddress),
    nodeCount: c.workers.length || c.controlPlanes.length,
    issuer,
    hubbleHost: c.host('hubble'),
  });
  const exposure = { ingressClass: cilium.ingressClass, issuer };
  new ArgoCd(app, 'argo-cd', { host: c.host('argocd'), exposure, installation: c.name, trust });
  new MetricsServer(app, 'metrics-server', { issuer });
  new Reloader(app, 'reloader');
  return { issuer, exposure, trust };
}

/** Volumes on the nodes' own disks, with snapshots. For clusters whose nodes have data disks. */
export function replicatedStorage(app: App, c: Cluster, { issuer }: Platform): StorageClassRef {
  new SnapshotController(app, 'snapshot-controller');
  const piraeus = new Piraeus(app, 'piraeus', {
    nodes: c.storageNodes.map(({ name, disks }) => ({ name, disks: disks.data ?? [] })),
    replicas: c.storage.replicas ?? 1,
    issuer,
  });
  return piraeus.storageClass;
}

/** Load-balancer addresses are announced where they live: on the node network or on a VLAN of it. */
function announcedInterfaces({ network }: Cluster): { devices: string[]; announcedOn: string[] } {
  const vlans = (network.vlans ?? []).map(({ id }) => `${network.interface}.${id}`);
  return { devices: [network.interface, ...vlans], announcedOn: vlans.length > 0 ? vlans : [network.interface] };
}

function poolOf({ network }: Cluster, address: string): string {
  const value = parseAddress(address) ?? 0;
  const pool = network.loadBalancerPools.find(({ start, stop }) =>
    contains({ first: parseAddress(start) ?? 0, last: parseAddress(stop) ?? 0 }, { first: value, last: value }),
  );
  return pool?.name ?? '';
}
