import { recordOf, textOf, valueAt } from '../../charts/lib/untyped.js';
import { type AddressPool, listPools } from './lib/address-pools.js';
import { type Announcement, coversPool, coversService, excludesAll, hasBgp, listAnnouncements } from './lib/announcements.js';
import { type LoadBalancer, listLoadBalancers, nameOf } from './lib/load-balancers.js';
import { listNodeLabels } from './lib/node-labels.js';
import type { ClusterView } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * Services of type LoadBalancer get their addresses from exactly one of Cilium and MetalLB, and what hands them out also announces them: each
 * pool, each Service, from at least one node.
 *
 * Why: two would write the status of the same Services in turn; without any a Service waits for its address for ever, and without an announcement
 * it has one that nobody can reach.
 *
 * Source: https://docs.cilium.io/en/v1.20/network/lb-ipam/, https://docs.cilium.io/en/v1.20/network/l2-announcements/,
 * https://metallb.io/configuration/ (0.16)
 */
export const oneBalancer: Rule = {
  id: 'one-balancer',
  *check(view) {
    const pools = listPools(view);
    const services = listLoadBalancers(view).filter(({ className }) => className === undefined);
    const both = findBoth(view, pools);
    if (both) yield both;
    else if (pools.length === 0) yield* findNobody(view, services);
    else if (!hasBgp(view)) yield* findUnannounced(view, pools, services);
  },
};

function findBoth(view: ClusterView, pools: readonly AddressPool[]): Finding | undefined {
  const ofCilium = pools.find(({ owner }) => owner === 'cilium');
  const ofMetalLb = pools.find(({ owner }) => owner === 'metallb');
  const release = view.releasesOf('metallb')[0];
  const second = ofMetalLb?.at ?? release;
  if (ofCilium === undefined || second === undefined) return undefined;
  // Each then looks after Services of its own.
  const isDivided = textOf(release?.values['loadBalancerClass']) !== undefined;
  const isOptional = view.releasesOf('cilium').some(({ values }) => values['defaultLBServiceIPAM'] === 'none');
  if (isDivided || isOptional) return undefined;
  const problem = `MetalLB hands out addresses here, and so does Cilium, since it has the pool ${ofCilium.name} (${ofCilium.at.path}).`;
  return { at: second, problem, fix: 'leave it to one of them: remove MetalLB, or the pools of Cilium.' };
}

/** In a child on KubeVirt the parent hands them out. */
function* findNobody(view: ClusterView, [service]: readonly LoadBalancer[]): Generator<Finding> {
  const isElsewhere =
    view.cluster.platform === 'kubevirt' ||
    view.mayHide('CiliumLoadBalancerIPPool.cilium.io') ||
    view.mayHide('IPAddressPool.metallb.io') ||
    view.releasesOf('cilium').some(({ values }) => valueAt(values, 'nodeIPAM.enabled') === true);
  if (service === undefined || isElsewhere) return;
  const problem = 'Nothing in this cluster hands out addresses of load balancers: there is no pool.';
  yield {
    at: service.at,
    field: service.field || 'spec.type',
    problem,
    fix: 'add pools of Cilium or MetalLB, or write the type ClusterIP.',
  };
}

function* findUnannounced(view: ClusterView, pools: readonly AddressPool[], services: readonly LoadBalancer[]): Generator<Finding> {
  const announcements = listAnnouncements(view);
  const bare = pools.find((pool) => !announcements.some((one) => coversPool(one, pool)));
  if (bare) {
    yield findingOfPool(view, bare);
    return;
  }
  const [cilium] = view.releasesOf('cilium');
  if (cilium && pools.some(({ owner }) => owner === 'cilium') && valueAt(cilium.values, 'l2announcements.enabled') !== true) {
    const problem = 'It announces no address by ARP, which is off where nothing is written, although there are pools and policies.';
    yield { at: cilium, field: 'values.l2announcements.enabled', problem, fix: 'write true.' };
  }
  const nodes = listNodeLabels(view);
  const everywhere = announcements.filter((one) => excludesAll(one, nodes));
  if (everywhere.length === announcements.length && 'workers' in view.cluster && view.cluster.workers.length > 0) {
    const at = everywhere[0]?.at;
    if (at) yield { at, field: 'spec.nodeSelector', problem: 'It selects no node of this cluster.', fix: 'select labels that nodes have.' };
  }
  const silent = services.find((service) => !announcements.some((one) => coversService(one, service)));
  if (silent) {
    const names = announcements.map(({ at }) => at.manifest.metadata.name).join(', ');
    const problem = `No policy announces ${nameOf(silent)}: the serviceSelector of ${names} does not select it.`;
    yield { at: silent.at, field: 'metadata.labels', problem, fix: 'give it the labels that a policy selects.' };
  }
}

function findingOfPool(view: ClusterView, { at, name, owner }: AddressPool): Finding {
  if (owner === 'metallb') {
    const problem = `No L2Advertisement is for the pool ${name}, so that its addresses answer to nobody.`;
    return { at, problem, fix: `name "${name}" in spec.ipAddressPools of an L2Advertisement.` };
  }
  const idle = view.of('CiliumL2AnnouncementPolicy.cilium.io').find(isIdle);
  if (idle === undefined) {
    const problem = `No CiliumL2AnnouncementPolicy announces the addresses of the pool ${name}.`;
    return { at, problem, fix: 'add one with loadBalancerIPs: true.' };
  }
  const problem = `It announces no load-balancer address, which is off where nothing is written, and nothing else announces the pool ${name} (${at.path}).`;
  return { at: idle, field: 'spec.loadBalancerIPs', problem, fix: 'write true.' };
}

function isIdle({ manifest }: Announcement['at']): boolean {
  return recordOf(manifest['spec'])['loadBalancerIPs'] !== true;
}
