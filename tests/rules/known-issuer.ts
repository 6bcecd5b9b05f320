import { certificate, controller, ingress, privateIssuer, service } from '../fixtures/exposed.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';

const issuerOf = (issuer: string) => ({ manifests: privateIssuer + certificate('web-tls', 'web.example.test', { issuer }) });
const issuer = (namespace: string) => `
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: local, namespace: ${namespace}}
spec: {selfSigned: {}}
---`;
const byAnnotation = (annotations: string) => ({
  release: controller,
  manifests:
    service + privateIssuer + ingress('a', 'web.example.test', { tls: '{hosts: [web.example.test], secretName: web-tls}', annotations }),
});

export const fixtures: RuleFixtures = {
  rejected: {
    'a name with a typo': { ...issuerOf('{kind: ClusterIssuer, name: privat}'), says: 'name one of ClusterIssuer private' },
    'a ClusterIssuer without its kind': { ...issuerOf('{name: private}'), says: 'without a kind Issuer is meant' },
    'an Issuer of another namespace': {
      manifests: issuer('default') + certificate('web-tls', 'web.example.test', { issuer: '{kind: Issuer, name: local}' }),
      says: 'There is no Issuer "local" in the namespace "app"',
    },
    'the annotation for an Issuer, with a ClusterIssuer': {
      ...byAnnotation('cert-manager.io/issuer: private'),
      says: 'metadata.annotations["cert-manager.io/issuer"]',
    },
    'an issuer that the values of a chart name': {
      manifests: privateIssuer,
      release: { values: { tls: { certManagerIssuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt' } } } },
      says: 'app/release/app values.tls.certManagerIssuerRef',
    },
    'an issuer by annotation in the values of a chart': {
      manifests: privateIssuer,
      release: { values: { ingress: { annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' } } } },
      says: 'values.ingress.annotations["cert-manager.io/cluster-issuer"]',
    },
  },
  accepted: {
    'the issuer of the cluster': issuerOf('{group: cert-manager.io, kind: ClusterIssuer, name: private}'),
    'an Issuer of the namespace': {
      manifests: issuer('app') + certificate('web-tls', 'web.example.test', { issuer: '{name: local}' }),
    },
    'an issuer of somebody else': issuerOf('{group: awspca.cert-manager.io, kind: AWSPCAClusterIssuer, name: pca}'),
    'an Issuer that a chart may make': {
      manifests: issuer('default') + certificate('web-tls', 'web.example.test', { issuer: '{kind: Issuer, name: of-the-chart}' }),
      release: { provides: { namespaced: { 'cert-manager.io': ['Issuer'] }, podSecurity: 'restricted' } },
    },
  },
};
