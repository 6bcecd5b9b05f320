import { advertisement, ciliumPool, loadBalancer, metalLbPool, policy, withCilium, withMetalLb } from '../fixtures/load-balancing.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';

export const fixtures: RuleFixtures = {
  rejected: {
    'MetalLB beside a pool of Cilium': {
      ...withMetalLb(ciliumPool + policy()),
      says: 'MetalLB hands out addresses here, and so does Cilium',
    },
    'pools of both': {
      ...withCilium(ciliumPool + policy() + metalLbPool + advertisement()),
      says: 'app/base/IPAddressPool-auto',
    },
    'a pool of Cilium that nothing announces': {
      ...withCilium(ciliumPool),
      says: 'No CiliumL2AnnouncementPolicy announces the addresses of the pool auto',
    },
    'a policy that announces no load-balancer address': {
      ...withCilium(ciliumPool + policy('externalIPs: true')),
      says: 'spec.loadBalancerIPs',
    },
    'announcements that are off in the values of Cilium': {
      ...withCilium(ciliumPool + policy(), { l2announcements: { enabled: false } }),
      says: 'cilium/release/cilium values.l2announcements.enabled',
    },
    'a policy that selects no node': {
      ...withCilium(ciliumPool + policy('loadBalancerIPs: true, nodeSelector: {matchLabels: {kubernetes.io/hostname: w9}}')),
      says: 'It selects no node of this cluster',
    },
    'a Service that no policy selects': {
      ...withCilium(ciliumPool + policy('loadBalancerIPs: true, serviceSelector: {matchLabels: {tier: public}}') + loadBalancer()),
      says: 'No policy announces Service app/web',
    },
    'a pool of MetalLB that no L2Advertisement names': {
      ...withMetalLb(metalLbPool + advertisement('ipAddressPools: [automatic]')),
      says: 'name "auto" in spec.ipAddressPools',
    },
    'a Service of type LoadBalancer without any pool': {
      manifests: loadBalancer(),
      says: 'there is no pool',
    },
  },
  accepted: {
    'a pool of Cilium with a policy': withCilium(ciliumPool + policy() + loadBalancer()),
    'a pool of MetalLB with an L2Advertisement of all pools': withMetalLb(metalLbPool + advertisement() + loadBalancer()),
    'MetalLB with a class of its own beside Cilium': withMetalLb(ciliumPool + policy() + metalLbPool + advertisement(), {
      loadBalancerClass: 'metallb.io/metallb',
    }),
    'a Service of a class, which somebody else looks after': { manifests: loadBalancer(', loadBalancerClass: example.test/other') },
    'pools that BGP announces': withCilium(ciliumPool, { bgpControlPlane: { enabled: true } }),
  },
};
