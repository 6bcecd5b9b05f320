import { Made } from '../fixtures/components.js';
import { controller, ingress, ingressRoute, service } from '../fixtures/exposed.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const middleware = (name: string, namespace = 'app', spec = 'stripPrefix: {prefixes: [/x]}') => `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: ${name}, namespace: ${namespace}}
spec: {${spec}}
---`;
const behind = (reference: string) =>
  ingress('a', 'web.example.test', { annotations: `traefik.ingress.kubernetes.io/router.middlewares: "${reference}"` });
const host = 'Host(`web.example.test`)';
const route = (middlewares: string) => ingressRoute('a', host).replace('kind: Rule,', `kind: Rule, middlewares: [${middlewares}],`);

/** With Traefik, whose class is `web`. */
const traefik = (manifests: string, providers: object = {}): Fixture => ({
  manifests: service + manifests,
  build: (app) => {
    const values = { ingressClass: { name: 'web' }, providers: { kubernetesCRD: providers } };
    new Made(app, 'traefik').install({ classes: { IngressClass: ['web'] } }, { values });
  },
});

export const fixtures: RuleFixtures = {
  rejected: {
    'a Middleware with a typo': {
      ...traefik(middleware('login') + behind('app-logn@kubernetescrd')),
      says: 'Fix: name one of app-login@kubernetescrd.',
    },
    'a Middleware without its namespace': {
      ...traefik(middleware('login') + behind('login@kubernetescrd')),
      says: 'Fix: write "app-login@kubernetescrd".',
    },
    'a Middleware without its provider': {
      ...traefik(middleware('login') + behind('app-login')),
      says: 'names no provider',
    },
    'the second of two Middlewares': {
      ...traefik(middleware('login') + behind('app-login@kubernetescrd, app-headers@kubernetescrd')),
      says: 'There is no Middleware "app-headers"',
    },
    'an Ingress of a controller that reads no such annotation': {
      manifests: service + middleware('login') + behind('app-login@kubernetescrd'),
      release: controller,
      says: 'The class "web" is not Traefik\'s',
    },
    'a route that names a Middleware of another namespace without it': {
      ...traefik(middleware('login', 'default') + route('{name: login}'), { allowCrossNamespace: true }),
      says: 'write the namespace "default", where there is one of that name',
    },
    'a route that names one beyond its namespace, which is not allowed': {
      ...traefik(middleware('login', 'default') + route('{name: login, namespace: default}')),
      says: 'Traefik looks into "app" only',
    },
    'a chain with a link that is not there': {
      ...traefik(middleware('all', 'app', 'chain: {middlewares: [{name: login}]}')),
      says: 'spec.chain.middlewares[0]',
    },
    'a Middleware in the values of a chart': {
      ...traefik(middleware('login')),
      release: { values: { ingress: { annotations: { 'traefik.ingress.kubernetes.io/router.middlewares': 'app-logn@kubernetescrd' } } } },
      says: 'app/release/app values.ingress.annotations',
    },
    'options of TLS that nobody makes': {
      ...traefik(ingressRoute('a', host, 'tls: {options: {name: strict}}')),
      says: 'There is no TLSOption "strict" in the namespace "app"',
    },
  },
  accepted: {
    'a Middleware by annotation': traefik(middleware('login') + behind('app-login@kubernetescrd')),
    'a Middleware of a file': traefik(behind('login@file')),
    'a Middleware of another namespace where that is allowed': traefik(
      middleware('login', 'default') + route('{name: login, namespace: default}'),
      { allowCrossNamespace: true },
    ),
    'the default options of TLS': traefik(ingressRoute('a', host, 'tls: {options: {name: default}}')),
    'names with an underscore where the values say so': traefik(middleware('login') + behind('app_login@kubernetescrd'), {
      safeNaming: true,
    }),
  },
};
