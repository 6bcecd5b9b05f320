import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const issuers = `
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: self-signed}
spec: {selfSigned: {}}
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: authority}
spec: {ca: {secretName: authority}}
---
`;

const authority = (duration: string, rotationPolicy = 'Never') => `${issuers}
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: authority}
spec:
  isCA: true
  commonName: authority
  secretName: authority
  duration: ${duration}
  privateKey: {algorithm: ECDSA, size: 256${rotationPolicy === '' ? '' : `, rotationPolicy: ${rotationPolicy}`}}
  issuerRef: {name: self-signed, kind: Issuer, group: cert-manager.io}
---
`;

const leaf = (lifetime: string, issuer = 'authority', host = 'web.example.test') => `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web-tls}
spec:
  secretName: web-tls
  dnsNames: [${host}]
  ${lifetime}
  privateKey: {rotationPolicy: Always}
  issuerRef: {name: ${issuer}, kind: Issuer, group: cert-manager.io}
`;

const acme = (more = '') => `
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: public}
spec:
  acme:
    server: https://acme.example.org/directory
    privateKeySecretRef: {name: public-account}
    ${more}
    solvers: [{http01: {ingress: {}}}]
---
`;

/** Behind a controller that a release installs. */
const ingress = (annotations: string): Fixture => ({
  facts: { domain: 'example.org' },
  manifests: `${acme()}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {cert-manager.io/issuer: public${annotations}}}
spec:
  ingressClassName: edge
  tls: [{hosts: [web.example.org], secretName: web-tls}]
  rules: [{host: web.example.org, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: ExternalName, externalName: web.example.org, ports: [{port: 80}]}
`,
  release: { provides: { podSecurity: 'restricted', classes: { IngressClass: ['edge'] } } },
});

export const fixtures: RuleFixtures = {
  rejected: {
    'an authority that gets a new key at each renewal': {
      manifests: authority('87600h', 'Always'),
      says: 'spec.privateKey.rotationPolicy',
    },
    'an authority that says nothing of its key': { manifests: authority('87600h', ''), says: 'which is the default' },
    'an authority that lives hardly longer than what it signs': {
      manifests: authority('4320h') + leaf('duration: 4000h'),
      says: /signs app\/resources\/Certificate-web-tls, which lives 4000[\s\S]*at least "8000h"/,
    },
    'a certificate that is to be renewed before it begins': {
      manifests: authority('87600h') + leaf('renewBefore: 2160h'),
      says: 'spec.renewBefore',
    },
    'a lifetime that an ACME server decides': {
      manifests: acme() + leaf('duration: 4320h', 'public', 'web.example.org'),
      says: 'its issuer "public" is an ACME server',
    },
    'a certificate in the values of a chart that outlives its authority': {
      manifests: authority('4320h'),
      release: { values: { tls: { duration: '4320h', issuerRef: { name: 'authority', kind: 'Issuer' } } } },
      says: 'signs app/release/app, which lives 4320',
    },
    'a certificate in the values of a chart that is renewed before it begins': {
      release: { values: { webhook: { cert: { duration: '720h', renewBefore: '45000m' } } } },
      says: /values\.webhook\.cert\.renewBefore[\s\S]*renewed 750 hours before its end, and lives 720/,
    },
    'a lifetime that an Ingress asks an ACME server for': {
      ...ingress(', cert-manager.io/duration: 4320h'),
      says: 'metadata.annotations["cert-manager.io/duration"]',
    },
  },
  accepted: {
    'an Ingress that leaves the lifetime to its ACME server': ingress(''),
    'an authority of ten years over a leaf of 180 days': {
      manifests: authority('87600h') + leaf('duration: 4320h\n  renewBefore: 2160h'),
    },
    'an ACME server that is told the lifetime': {
      manifests: acme('enableDurationFeature: true') + leaf('duration: 240h\n  renewBefore: 80h', 'public', 'web.example.org'),
    },
    'a leaf of the default lifetime': { manifests: authority('4320h') + leaf('') },
  },
};
