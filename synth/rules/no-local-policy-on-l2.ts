import { hasBgp, listAnnouncements } from './lib/announcements.js';
import { listLoadBalancers } from './lib/load-balancers.js';
import type { Rule } from './rule.js';

/**
 * A Service that Cilium announces by ARP has no `externalTrafficPolicy: Local`.
 *
 * Why: one node answers for the address, chosen without regard to where the pods are; when they are elsewhere it drops every packet, from one
 * election of a lease to the next.
 *
 * Source: https://docs.cilium.io/en/v1.20/network/l2-announcements/#limitations
 */
export const noLocalPolicyOnL2: Rule = {
  id: 'no-local-policy-on-l2',
  *check(view) {
    if (hasBgp(view) || !listAnnouncements(view).some(({ owner }) => owner === 'cilium')) return;
    for (const { at, field, isLocal } of listLoadBalancers(view)) {
      if (!isLocal) continue;
      const path = field === '' ? 'spec.externalTrafficPolicy' : `${field}.externalTrafficPolicy`;
      const problem = 'With Local only nodes that run its pods serve it, and Cilium lets any node answer ARP for its address.';
      yield { at, field: path, problem, fix: 'write Cluster, which is the default.' };
    }
  },
};
