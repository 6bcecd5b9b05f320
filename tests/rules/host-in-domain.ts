import { controller, ingress, ingressRoute, service } from '../fixtures/exposed.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';

const web = (...manifests: string[]) => ({ release: controller, manifests: [service, ...manifests].join('') });

export const fixtures: RuleFixtures = {
  rejected: {
    'a host of another domain': { ...web(ingress('a', 'shop.example.org')), says: 'write a host below example.test: "shop.example.test"' },
    'a domain that only ends alike': { ...web(ingress('a', 'shop.other-example.test')), says: '"shop.other-example.test" is not below' },
    'a route of Traefik with upper-case letters': {
      ...web(ingressRoute('a', 'Host(`Shop.example.test`)')),
      says: 'write "shop.example.test"',
    },
    'a host of another domain in the values of a chart': {
      release: { values: { ingress: { enabled: true, hosts: ['chart-example.local'] } } },
      says: 'values.ingress.hosts[0]',
    },
    'a single host in the values of a chart': {
      release: { values: { server: { ingress: { enabled: true, hostname: 'shop.example.net' } } } },
      says: 'values.server.ingress.hostname',
    },
  },
  accepted: {
    'hosts at and below the domain': web(ingress('a', 'example.test'), ingress('b', 'a.b.example.test'), ingress('c', '"*.example.test"')),
    'a route by a pattern': web(ingressRoute('a', 'HostRegexp(`^.+$`)')),
  },
};
