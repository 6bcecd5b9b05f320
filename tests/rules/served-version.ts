import { Made } from '../fixtures/components.js';
import { ciliumPool, policy } from '../fixtures/load-balancing.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const withCilium = (version: string, manifests: string): Fixture => ({
  manifests: manifests + policy(),
  build: (app) => void new Made(app, 'cilium').install({}, { version, values: { l2announcements: { enabled: true } } }),
});
const olderPool = ciliumPool.replace('cilium.io/v2', 'cilium.io/v2alpha1');

export const fixtures: RuleFixtures = {
  rejected: {
    'a pool of v2alpha1 with Cilium 1.20': {
      ...withCilium('1.20.3', olderPool),
      says: /CiliumLoadBalancerIPPool-auto apiVersion[\s\S]*Fix: write "cilium\.io\/v2"/,
    },
    'the same with a Cilium of later': { ...withCilium('v1.21.0', olderPool), says: 'The version v1.21.0 of cilium serves no' },
  },
  accepted: {
    'the same pool of v2': withCilium('1.20.3', ciliumPool),
  },
};
