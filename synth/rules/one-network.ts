import type { LanCluster } from '../../clusters/lib/facts.js';
import { overlap } from '../../clusters/lib/ipv4.js';
import { type Claim, claimsOf, isOnLan } from './lib/network-claims.js';
import type { Rule } from './rule.js';

/**
 * Two clusters on one network have different addresses: nodes, VIPs and load-balancer pools. They are on one network when platform, VLAN and gateway
 * of their nodes are the same; two sites that have all of these in common say so by a waiver.
 *
 * Why: two machines answer for one address in turn, and whoever asks gets the one or the other cluster.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc5227#section-1 (one host for each IPv4 address of a link)
 */
export const oneNetwork: Rule = {
  id: 'one-network',
  *checkFleet(views) {
    const known: { cluster: LanCluster; claims: readonly Claim[] }[] = [];
    for (const view of views) {
      const { cluster } = view;
      if (!isOnLan(cluster)) continue;
      const claims = claimsOf(cluster);
      for (const other of known) {
        // What is wrong in a family is told with the facts.
        if (!isOneNetwork(cluster, other.cluster) || isFamily(cluster, other.cluster)) continue;
        const clashes = claims.flatMap((claim) => {
          const owned = other.claims.find((one) => one.vlan === claim.vlan && overlap(one, claim));
          return owned === undefined ? [] : [{ claim, owned }];
        });
        const [first, ...more] = clashes;
        if (first === undefined) continue;
        const { claim, owned } = first;
        const others = more.length > 0 ? ` So are ${more.length} other facts: ${more.map((one) => one.claim.fact).join(', ')}.` : '';
        yield {
          in: view,
          at: { fact: claim.fact },
          problem: `${claim.text} is on one network with ${other.cluster.name}, whose ${owned.fact} is ${owned.text}.${others}`,
          fix: 'give each cluster of a network addresses of its own.',
        };
      }
      known.push({ cluster, claims });
    }
  },
};

function isOneNetwork(a: LanCluster, b: LanCluster): boolean {
  return a.platform === b.platform && a.network.nodeVlan === b.network.nodeVlan && a.network.gateway === b.network.gateway;
}

function isFamily(a: LanCluster, b: LanCluster): boolean {
  return a.parent === b.name || b.parent === a.name || (a.parent !== undefined && a.parent === b.parent);
}
