import { advertisement, ciliumPool, loadBalancer, metalLbPool, policy, withCilium, withMetalLb } from '../fixtures/load-balancing.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';

export const fixtures: RuleFixtures = {
  rejected: {
    'a Service with Local': {
      ...withCilium(ciliumPool + policy() + loadBalancer(', externalTrafficPolicy: Local')),
      says: 'app/base/Service-web spec.externalTrafficPolicy',
    },
    'Traefik with Local in its values': {
      ...withCilium(ciliumPool + policy()),
      release: { chart: 'traefik', values: { service: { spec: { externalTrafficPolicy: 'Local' } } } },
      says: 'app/release/app values.service.externalTrafficPolicy',
    },
  },
  accepted: {
    'a Service with Cluster': withCilium(ciliumPool + policy() + loadBalancer(', externalTrafficPolicy: Cluster')),
    'Local with MetalLB, which asks where the pods are': withMetalLb(
      metalLbPool + advertisement() + loadBalancer(', externalTrafficPolicy: Local'),
    ),
  },
};
