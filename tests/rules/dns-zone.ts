import { DeclaredSecret } from '../../charts/lib/secret.js';
import { Made } from '../fixtures/components.js';
import { controller, ingress, ingressRoute, service } from '../fixtures/exposed.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const env = [{ name: 'EXTERNAL_DNS_RFC2136_TSIG_SECRET', valueFrom: { secretKeyRef: { name: 'tsig', key: 'secret' } } }];
const sound = {
  provider: { name: 'rfc2136' },
  txtOwnerId: 'made-up',
  domainFilters: ['example.test'],
  extraArgs: ['--rfc2136-zone=example.test'],
  env,
};

const withDns = (changes: object, manifests = '', keys: Record<string, string> = { secret: 'a key' }): Fixture => ({
  manifests: service + manifests,
  release: controller,
  build: (app) => {
    const made = new Made(app, 'external-dns').install({}, { values: { ...sound, ...changes } });
    new DeclaredSecret(made.base, 'key', { name: 'tsig', keys, consumer: 'ExternalDNS' });
  },
});
const inApps = { domainFilters: ['apps.example.test'], extraArgs: [] };
const target = (route: string) =>
  route.replace('metadata: {', 'metadata: {annotations: {external-dns.alpha.kubernetes.io/target: web.apps.example.test}, ');

export const fixtures: RuleFixtures = {
  rejected: {
    'a host that the filters leave out': {
      ...withDns(inApps, ingress('a', 'web.example.test')),
      says: 'writes no record for "web.example.test", since it looks after "apps.example.test" only',
    },
    'the same with a route of Traefik and a flag': {
      ...withDns(
        { sources: ['ingress', 'traefik-proxy'], domainFilters: [], extraArgs: ['--domain-filter=apps.example.test'] },
        target(ingressRoute('a', 'Host(`web.example.test`)')),
      ),
      says: 'app/resources/IngressRoute-a spec.routes[0].match',
    },
    'a filter outside of the zone': {
      ...withDns({ extraArgs: ['--rfc2136-zone=apps.example.test'] }),
      says: 'It looks after "example.test", which is not in the zone "apps.example.test"',
    },
    'records without an owner': { ...withDns({ txtOwnerId: undefined }), says: 'Fix: write "made-up"' },
    'no key': { ...withDns({ env: [] }), says: 'It has no key to sign its changes with' },
  },
  accepted: {
    'hosts in the zone': withDns({}, ingress('a', 'web.example.test')),
    'flags as a map': withDns({ extraArgs: { 'rfc2136-zone': 'example.test' } }),
    'a host that somebody else looks after': withDns(
      inApps,
      ingress('a', 'web.example.test', { annotations: 'external-dns.alpha.kubernetes.io/controller: none' }),
    ),
    'a route without a target, which it does not see': withDns(
      { ...inApps, sources: ['traefik-proxy'] },
      ingressRoute('a', 'Host(`web.example.test`)'),
    ),
  },
};
