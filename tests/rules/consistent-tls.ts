import { Made } from '../fixtures/components.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

/** Argo CD as its chart, in the namespace of "app", and the class of its Ingress. */
const argoCd =
  (params: object, more: object = {}, ingressClass = 'traefik'): NonNullable<Fixture['build']> =>
  (app, made) => {
    new Made(app, 'controller').install({ classes: { IngressClass: [ingressClass] } });
    made.install({ namespaced: { '': ['Service'] } }, { chart: 'argo-cd', values: { configs: { params }, ...more } });
  };

const ingress = (port: string, ingressClass = 'traefik', annotations = '') => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {${annotations}}}
spec:
  ingressClassName: ${ingressClass}
  rules:
    - host: web.example.test
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: argocd-server, port: {${port}}}}}]}`;

const route = (service: string) => `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: web}
spec:
  routes: [{kind: Rule, match: "Host(\`web.example.test\`)", services: [{name: web, ${service}}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{name: http, port: 80}]}`;

const isInsecure = { 'server.insecure': true };
const scheme = { server: { service: { annotations: { 'traefik.ingress.kubernetes.io/service.serversscheme': 'https' } } } };
const traefik = (...additionalArguments: string[]): Fixture => ({ release: { chart: 'traefik', values: { additionalArguments } } });

export const fixtures: RuleFixtures = {
  rejected: {
    'Argo CD with TLS behind plain HTTP': {
      stage: 'exposure',
      manifests: ingress('name: http'),
      build: argoCd({}),
      says: 'speaks http to argocd-server, which speaks https',
    },
    'Argo CD without TLS behind HTTPS': {
      stage: 'exposure',
      manifests: ingress('number: 443'),
      build: argoCd({ 'server.insecure': 'true' }),
      says: 'spec.rules[0].http.paths[0].backend.service.port.number',
    },
    'Argo CD without TLS, asked for by an annotation of its Service': {
      stage: 'exposure',
      manifests: ingress('name: http'),
      build: argoCd(isInsecure, scheme),
      says: 'name the port for http, and no scheme',
    },
    'an annotation of a Service on an Ingress': {
      stage: 'exposure',
      manifests: ingress('name: http', 'traefik', 'traefik.ingress.kubernetes.io/service.serversscheme: h2c'),
      build: argoCd(isInsecure),
      says: 'write it onto the Service',
    },
    'an annotation for another controller': {
      stage: 'exposure',
      manifests: ingress('name: http', 'cilium', 'nginx.ingress.kubernetes.io/backend-protocol: HTTPS'),
      build: argoCd(isInsecure, {}, 'cilium'),
      says: 'Only ingress-nginx reads this annotation, and the class is "cilium"',
    },
    'a route that speaks HTTPS to the port for HTTP': { manifests: route('port: 80, scheme: https'), says: 'write scheme: http, or' },
    'Traefik that takes any certificate': { ...traefik('--serversTransport.insecureSkipVerify=true'), says: 'additionalArguments[0]' },
  },
  accepted: {
    'Argo CD without TLS behind plain HTTP': { stage: 'exposure', manifests: ingress('name: http'), build: argoCd(isInsecure) },
    'Argo CD with TLS behind HTTPS': { stage: 'exposure', manifests: ingress('name: https'), build: argoCd({}) },
    'Argo CD with TLS, asked for by an annotation of its Service': {
      stage: 'exposure',
      manifests: ingress('name: http'),
      build: argoCd({}, scheme),
    },
    'Argo CD without TLS at the other port of Cilium, which speaks HTTP to all': {
      stage: 'exposure',
      manifests: ingress('number: 443', 'cilium'),
      build: argoCd(isInsecure, {}, 'cilium'),
    },
    'a route that speaks gRPC without TLS': { manifests: route('port: 80, scheme: h2c') },
    'Traefik that checks certificates': traefik('--serversTransport.insecureSkipVerify=false'),
  },
};
