import { Made } from '../fixtures/components.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const ingress = (name: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ${name}}
spec:
  ingressClassName: traefik
  rules:
    - host: ${name}.example.test
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: ${name}-server, port: {name: http}}}}]}`;

/** Authentik with the clients of the cluster. */
const provider = (redirectUri = 'https://argocd.example.test/auth/callback') => `
${ingress('argocd')}
---${ingress('auth')}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: clients}
data:
  clients.yaml: |
    version: 1
    entries:
      - model: authentik_providers_oauth2.oauth2provider
        id: argocd
        attrs:
          client_id: argocd
          client_secret: !Env SECRET
          redirect_uris: [{matching_mode: strict, url: "${redirectUri}"}]
      - model: authentik_core.application
        identifiers: {slug: argocd}
        attrs: {provider: !KeyOf argocd}
      - model: authentik_providers_oauth2.oauth2provider
        id: kubernetes
        attrs: {client_id: kubernetes, redirect_uris: [{matching_mode: strict, url: "http://localhost:8000"}]}
      - model: authentik_core.application
        identifiers: {slug: kubernetes}
        attrs: {provider: !KeyOf kubernetes}`;

interface Login {
  readonly issuer?: string;
  readonly clientId?: string;
  readonly domain?: string;
  readonly cm?: object;
}

const argoCd = ({ issuer = 'https://auth.example.test/application/o/argocd/', clientId = 'argocd', domain, cm }: Login = {}) => ({
  build: ((app, made) => {
    new Made(app, 'controller').install({ classes: { IngressClass: ['traefik'] } });
    const values = {
      global: { domain: domain ?? 'argocd.example.test' },
      configs: { params: { 'server.insecure': true }, cm: { 'oidc.config': `issuer: ${issuer}\nclientID: ${clientId}\n`, ...cm } },
    };
    made.install({ namespaced: { '': ['Service'] } }, { chart: 'argo-cd', values });
  }) satisfies Fixture['build'],
});

const login = (kubernetes = 'kubernetes') =>
  ({ provider: 'authentik', host: 'auth.example.test', clients: { kubernetes, argocd: 'argocd' }, adminGroup: 'admins' }) as const;

const shown = { stage: 'exposure', manifests: provider() } as const;

export const fixtures: RuleFixtures = {
  rejected: {
    'a client that the provider does not have': { ...shown, ...argoCd({ clientId: 'argo' }), says: 'does not have' },
    'an issuer without its slash': {
      ...shown,
      ...argoCd({ issuer: 'https://auth.example.test/application/o/argocd' }),
      says: 'write https://auth.example.test/application/o/argocd/, letter by letter',
    },
    'an issuer that nobody serves': {
      ...shown,
      ...argoCd({ issuer: 'https://login.example.test/application/o/argocd/' }),
      says: 'below the domain of made-up and has no Ingress there',
    },
    'an issuer without https': { ...shown, ...argoCd({ issuer: 'http://auth.example.test/' }), says: 'no https:// address' },
    'a login that returns elsewhere': {
      stage: 'exposure',
      manifests: provider('https://argo.example.test/auth/callback'),
      ...argoCd(),
      says: 'A login returns to https://argocd.example.test/auth/callback',
    },
    'a host that leads nowhere': {
      ...shown,
      manifests: provider('https://argo.example.test/auth/callback'),
      ...argoCd({ domain: 'argo.example.test' }),
      says: 'name one of argocd.example.test, auth.example.test',
    },
    'no administrator while the provider may not be there': {
      facts: { phase: 'bootstrap' },
      ...shown,
      ...argoCd({ cm: { 'admin.enabled': false } }),
      says: 'in the phase "bootstrap"',
    },
    'neither administrator nor provider': {
      release: { chart: 'argo-cd', values: { configs: { cm: { 'admin.enabled': 'false' } } } },
      says: 'no other way',
    },
    'an API server that is a client of nobody': {
      facts: { login: login('kube') },
      ...shown,
      ...argoCd(),
      says: 'The API server is the client "kube"',
    },
  },
  accepted: {
    'a login that works': { facts: { login: login() }, ...shown, ...argoCd({ cm: { 'admin.enabled': false } }) },
    'a provider that is somewhere else': { ...shown, ...argoCd({ issuer: 'https://login.example.org' }) },
    'an administrator in the phase "bootstrap"': { facts: { phase: 'bootstrap' }, ...shown, ...argoCd() },
  },
};
