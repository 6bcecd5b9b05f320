import { App } from 'cdk8s';
import { type AddOn, ChildCluster, type ChildClusterProps } from '../../charts/child-cluster/index.js';
import { CloudProviderKubevirt } from '../../charts/cloud-provider-kubevirt.js';
import { KubevirtCsiController } from '../../charts/kubevirt-csi/index.js';
import { renderRootRelease } from '../../charts/lib/argo-cd/root-release.js';
import { findComponents } from '../../charts/lib/collect.js';
import type { Component } from '../../charts/lib/component.js';
import type { LoadBalancerRef, StorageClassRef } from '../../charts/lib/handle.js';
import { HelmRelease } from '../../charts/lib/release.js';
import { snapshotClassName } from '../../charts/piraeus/index.js';
import type { Child, KubeVirtChild, LanCluster, ProxmoxChild } from './facts.js';
import type { Fleet } from './fleet.js';
import { poolOf } from './stacks.js';
import { renderChildMachines } from './talos/index.js';

/** What makes the machines of children on Proxmox. */
export interface Cloning {
  readonly clusterApi: Component;
}

/** What makes the machines of children on KubeVirt. */
export interface Virtualization extends Cloning {
  readonly kubevirt: Component;
  readonly cdi: Component;
  /** Of their system disks and volumes. */
  readonly storageClass: StorageClassRef;
  readonly loadBalancer: LoadBalancerRef;
}

/** In a parent: every child that clones machines in Proxmox. */
export function cloneChildren(app: App, { name }: LanCluster, fleet: Fleet, { clusterApi }: Cloning): void {
  for (const child of fleet.childrenOf(name)) {
    if (child.platform === 'capmox') new ChildCluster(app, child.name, { ...commonProps(child, fleet, clusterApi), ...cloneProps(child) });
  }
}

/** In a parent: every child whose machines are pods here, its load balancers and its volumes. */
export function virtualizeChildren(app: App, c: LanCluster, fleet: Fleet, parts: Virtualization): void {
  for (const child of fleet.childrenOf(c.name)) {
    if (child.platform === 'kubevirt') virtualize(app, c, child, fleet, parts);
  }
}

function virtualize(app: App, c: LanCluster, child: KubeVirtChild, fleet: Fleet, parts: Virtualization): void {
  const { clusterApi, kubevirt, cdi, storageClass, loadBalancer } = parts;
  const { vip, ingressAddress } = child.network;
  const cluster = new ChildCluster(app, child.name, {
    ...commonProps(child, fleet, clusterApi),
    ...child.machines,
    ...{ infrastructure: 'kubevirt', kubevirt, cdi, storageClass },
    endpoint: { address: vip, loadBalancer, pool: poolOf(c, vip) },
  });
  const namespace = cluster.namespaceRef;
  const addresses = { loadBalancer, pool: poolOf(c, ingressAddress) };
  new CloudProviderKubevirt(app, `${child.name}-cloud-provider`, { cluster: child.name, namespace, addresses });
  new KubevirtCsiController(app, `${child.name}-csi-controller`, {
    cluster: child.name,
    namespace,
    storageClass,
    snapshotClass: snapshotClassName,
  });
}

function cloneProps({ network, machines }: ProxmoxChild) {
  const { controlPlane, workers, sourceNode, hosts, storage, bridge, firstAddress, lastAddress } = machines;
  const { vip, gateway, dnsServers, nodeCidr } = network;
  return {
    ...{ infrastructure: 'proxmox' as const, controlPlane, workers, sourceNode, allowedNodes: hosts, storage, bridge },
    ...{ endpoint: vip, interface: network.interface, gateway, dnsServers, prefix: Number(nodeCidr.split('/')[1]) },
    addresses: [`${firstAddress}-${lastAddress}`],
    hasStorage: (workers.dataDisks ?? []).length > 0,
  };
}

/** What the child itself says of its machines, and of what it cannot install by itself. */
function commonProps(
  child: Child,
  fleet: Fleet,
  clusterApi: Component,
): Pick<ChildClusterProps, 'name' | 'clusterApi' | 'versions' | 'network' | 'hasCloudController' | 'patches' | 'addOns'> & {
  readonly imageUrl: string;
} {
  const app = new App();
  child.build(app, fleet);
  const components = findComponents(app);
  const needs = components.map(({ options }) => options.talos ?? {});
  const { name, versions, network, repository, branch } = child;
  return {
    ...{ name, clusterApi, versions, hasCloudController: true },
    network: { podCidr: network.podCidr, serviceCidr: network.serviceCidr, clusterDomain: 'cluster.local' },
    ...renderChildMachines(child, needs),
    addOns: [...components.flatMap(addOnsOf), renderRootRelease({ cluster: name, repository, branch })],
  };
}

/** The releases that must be there before the child's own Argo CD works. */
function addOnsOf({ options, node, namespaceName }: Component): AddOn[] {
  if (!options.bootstrap) return [];
  const releases = node.findAll().filter((child) => child instanceof HelmRelease);
  return releases.map(
    ({ releaseName, props: { repository, chart, version, namespace = namespaceName, values, firstValues = values } }) => ({
      ...{ release: releaseName, namespace, repository, chart, version, values: firstValues },
    }),
  );
}
