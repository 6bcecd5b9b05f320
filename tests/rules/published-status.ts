import { Made } from '../fixtures/components.js';
import { ingress, service } from '../fixtures/exposed.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const withTraefik = (values: object, { annotations = '', ...more }: Fixture & { annotations?: string } = {}): Fixture => ({
  manifests: service + ingress('a', 'web.example.test', { annotations }),
  build: (app) => {
    new Made(app, 'traefik').install({ classes: { IngressClass: ['web'] } }, { values: { ingressClass: { name: 'web' }, ...values } });
  },
  ...more,
});
const unpublished = { providers: { kubernetesIngress: { publishedService: { enabled: false } } } };

export const fixtures: RuleFixtures = {
  rejected: {
    'Traefik that publishes no Service': {
      ...withTraefik({ ...unpublished, service: { loadBalancerClass: 'example.test/other' } }),
      says: 'traefik/release/traefik values.providers.kubernetesIngress.publishedService.enabled',
    },
    'Traefik without a Service': { ...withTraefik({ service: { enabled: false } }), says: 'values.service.enabled' },
    'a Service that never gets an address': {
      ...withTraefik({ service: { spec: { type: 'NodePort' } } }),
      says: "Traefik's Service is of the type NodePort",
    },
  },
  accepted: {
    'what the chart does by itself': withTraefik({ service: { loadBalancerClass: 'example.test/other' } }),
    'a fixed address': withTraefik({
      providers: { kubernetesIngress: { publishedService: { enabled: false }, ingressEndpoint: { ip: '192.0.2.200' } } },
      service: { enabled: false },
    }),
    'an Ingress whose health nobody asks for': withTraefik(
      { ...unpublished, service: { enabled: false } },
      { annotations: 'argocd.argoproj.io/ignore-healthcheck: "true"' },
    ),
    'Flux, which does not look at the status': withTraefik({ ...unpublished, service: { enabled: false } }, { facts: { engine: 'flux' } }),
  },
};
