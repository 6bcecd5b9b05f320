import { certificate } from '../fixtures/exposed.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';

const acme = (...solvers: string[]) => `
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: public}
spec:
  acme:
    server: https://acme.example.org/directory
    privateKeySecretRef: {name: account}
    solvers: [${solvers.join(', ')}]
---`;
const http01 = '{http01: {ingress: {serviceType: ClusterIP}}}';
const dns01 = (zones = '') =>
  `{dns01: {rfc2136: {nameserver: "192.0.2.53:53"}}${zones === '' ? '' : `, selector: {dnsZones: [${zones}]}`}}`;
const signed = (names: string, ...solvers: string[]) => ({
  manifests: acme(...solvers) + certificate('web-tls', names, { issuer: '{kind: ClusterIssuer, name: public}' }),
});

export const fixtures: RuleFixtures = {
  rejected: {
    'a name of a private domain': { ...signed('web.home.arpa', http01), says: 'signs no name that is not public: "web.home.arpa"' },
    'the name of a Service': { ...signed('web.example.org, web.app.svc', dns01()), says: '"web.app.svc"' },
    'a wildcard by HTTP-01': {
      ...signed('"*.example.org"', http01),
      says: 'none of its solvers proves the wildcard "*.example.org" by DNS-01',
    },
    'a name outside of the zone of the only solver': {
      ...signed('web.example.com', dns01('example.org')),
      says: 'none of its solvers takes "web.example.com"',
    },
    'an authority': {
      manifests: `${acme(http01)}
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: ca}
spec: {isCA: true, commonName: example.org, secretName: ca, privateKey: {rotationPolicy: Never}, issuerRef: {kind: ClusterIssuer, name: public}}`,
      says: 'which signs no authority',
    },
  },
  accepted: {
    'a public host by HTTP-01': signed('web.example.org', http01),
    'a wildcard by DNS-01 in its zone': signed('"*.example.org", example.org', dns01('example.org')),
    'a wildcard by the second solver': signed('web.example.net, "*.example.org"', http01, dns01('example.org')),
  },
};
