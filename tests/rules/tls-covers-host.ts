import { certificate, controller, ingress, ingressRoute, privateIssuer, service } from '../fixtures/exposed.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';

const web = (...manifests: string[]) => ({ release: controller, manifests: [service, privateIssuer, ...manifests].join('') });
const host = 'shop.example.test';
const tls = `{hosts: [${host}], secretName: shop-tls}`;

export const fixtures: RuleFixtures = {
  rejected: {
    'a host that no TLS entry lists': {
      ...web(ingress('a', 'api.example.test', { tls }), certificate('shop-tls', host)),
      says: 'No TLS entry lists "api.example.test"',
    },
    'a Certificate of another name': {
      ...web(ingress('a', host, { tls }), certificate('shop-tls', 'store.example.test')),
      says: '"shop.example.test" is not among the names of the Certificate shop-tls',
    },
    'a wildcard that reaches one label only': {
      ...web(
        ingress('a', 'a.shop.example.test', { tls: '{hosts: [a.shop.example.test], secretName: wild}' }),
        certificate('wild', '"*.example.test"'),
      ),
      says: '"a.shop.example.test" is not among',
    },
    'a route of Traefik with the Certificate of another host': {
      ...web(ingressRoute('a', `Host(\`${host}\`)`, 'tls: {secretName: other-tls}'), certificate('other-tls', 'other.example.test')),
      says: 'spec.tls.secretName',
    },
    'two Certificates that fill one Secret': {
      ...web(ingress('a', host, { tls }), certificate('shop-tls', host), certificate('second', host, { secretName: 'shop-tls' })),
      says: 'both fill the Secret app/shop-tls',
    },
    'a Certificate beside the annotation that makes one': {
      ...web(ingress('a', host, { tls, annotations: 'cert-manager.io/cluster-issuer: private' }), certificate('shop-tls', host)),
      says: 'remove the annotation, or the Certificate',
    },
  },
  accepted: {
    'a Certificate with all names': web(ingress('a', host, { tls }), certificate('shop-tls', `store.example.test, ${host}`)),
    'a wildcard': web(ingress('a', host, { tls }), certificate('shop-tls', '"*.example.test"')),
    'an Ingress without TLS, for which the controller has a certificate': web(ingress('a', host)),
    'a TLS entry without hosts': web(ingress('a', host, { tls: '{secretName: shop-tls}' }), certificate('shop-tls', host)),
  },
};
