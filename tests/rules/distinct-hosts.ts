import { controller, ingress, ingressRoute, service } from '../fixtures/exposed.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';

const web = (...manifests: string[]) => ({ release: controller, manifests: [service, ...manifests].join('') });
const host = 'shop.example.test';

export const fixtures: RuleFixtures = {
  rejected: {
    'two Ingresses of one host': {
      ...web(ingress('a', host), ingress('b', host)),
      says: '"shop.example.test" with any path belongs to Ingress.networking.k8s.io app/a',
    },
    'a path that is the same but for its last slash': {
      ...web(ingress('a', host, { path: '/api' }), ingress('b', host, { path: '/api/' })),
      says: 'with /api belongs to',
    },
    'an Ingress and a route of Traefik for one host': {
      ...web(ingress('a', host), ingressRoute('b', `Host(\`${host}\`)`)),
      says: 'app/resources/IngressRoute-b spec.routes[0].match',
    },
    'one of several paths of a route that an Ingress has': {
      ...web(ingress('a', host, { path: '/api' }), ingressRoute('b', `Host(\`${host}\`) && (PathPrefix(\`/api\`) || PathPrefix(\`/x\`))`)),
      says: 'with /api belongs to Ingress.networking.k8s.io app/a',
    },
    'an Ingress of the host that a chart exposes by its values': {
      manifests: service + ingress('a', host),
      release: { ...controller, values: { web: { ingress: { enabled: true, hosts: [{ host, paths: [{ path: '/' }] }] } } } },
      says: 'values.web.ingress.hosts[0]',
    },
  },
  accepted: {
    'two paths of one host': web(ingress('a', host), ingress('b', host, { path: '/api' })),
    'the exact path beside the prefix': web(ingress('a', host, { path: '/api' }), ingress('b', host, { path: '/api', pathType: 'Exact' })),
    'a redirect on the entry point without TLS': web(
      ingressRoute('a', `Host(\`${host}\`)`, 'entryPoints: [web]'),
      ingressRoute('b', `Host(\`${host}\`)`, 'entryPoints: [websecure]'),
    ),
    'a route for some requests only': web(ingress('a', host), ingressRoute('b', `Host(\`${host}\`) && Header(\`X-Canary\`, \`1\`)`)),
    'an Ingress of a chart that is switched off': {
      manifests: service + ingress('a', host),
      release: { ...controller, values: { ingress: { enabled: false, hosts: [host] } } },
    },
  },
};
