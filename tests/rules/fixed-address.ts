import { advertisement, withCilium as ciliumBeside, metalLbPool, policy, withMetalLb } from '../fixtures/load-balancing.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const pool = (name: string, start: string, stop: string, more = '') => `
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: {name: ${name}}
spec: {blocks: [{start: ${start}, stop: ${stop}}]${more}}
---`;
const auto = pool('auto', '192.0.2.200', '192.0.2.219');
const assigned = pool('assigned', '192.0.2.220', '192.0.2.239', ', serviceSelector: {matchLabels: {platform/pool: assigned}}');
const service = (name: string, annotations: string, { labels = '', port = 80, spec = '' } = {}) => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, annotations: {${annotations}}, labels: {${labels}}}
spec: {type: LoadBalancer, ports: [{port: ${port}}]${spec}}
---`;
const at = (address: string) => `lbipam.cilium.io/ips: "${address}"`;
const withCilium = (...manifests: string[]): Fixture => ciliumBeside([auto, assigned, policy(), ...manifests].join(''));
const ofAssigned = { labels: 'platform/pool: assigned' };

export const fixtures: RuleFixtures = {
  rejected: {
    'an address of no pool': {
      ...withCilium(service('a', at('192.0.2.100'))),
      says: 'choose an address of 192.0.2.200-192.0.2.219 (auto), 192.0.2.220-192.0.2.239 (assigned)',
    },
    'the address of a node': { ...withCilium(service('a', at('192.0.2.21'))), says: '192.0.2.21 belongs to the node w0' },
    'the VIP, by the field of the Service': {
      ...withCilium(service('a', '', { spec: ', loadBalancerIP: 192.0.2.10' })),
      says: 'spec.loadBalancerIP',
    },
    'the second of two addresses': { ...withCilium(service('a', at('192.0.2.201, 192.0.2.1'))), says: '192.0.2.1 belongs to the gateway' },
    'an address of a pool that does not select the Service': {
      ...withCilium(service('a', at('192.0.2.220'))),
      says: 'whose serviceSelector does not select this Service',
    },
    'one address twice': {
      ...withCilium(service('a', at('192.0.2.220'), ofAssigned), service('b', at('192.0.2.220'), { ...ofAssigned, port: 81 })),
      says: '192.0.2.220 belongs to Service app/a (app/base/Service-a) already',
    },
    'one port of an address twice': {
      ...withCilium(
        service('a', `${at('192.0.2.220')}, lbipam.cilium.io/sharing-key: x`, ofAssigned),
        service('b', `${at('192.0.2.220')}, lbipam.cilium.io/sharing-key: x`, ofAssigned),
      ),
      says: 'which has the same port 80/TCP',
    },
    'an address that a Service without one may get first': {
      ...withCilium(service('a', at('192.0.2.200')), service('b', '')),
      says: 'Service app/b (app/base/Service-b), which asks for none, may get 192.0.2.200 first',
    },
    'an address of two pools': {
      ...withCilium(pool('second', '192.0.2.210', '192.0.2.215'), service('a', at('192.0.2.211'))),
      says: '192.0.2.211 is in the pools auto',
    },
    'an address by the values of Traefik': {
      ...withCilium(),
      release: { chart: 'traefik', values: { service: { annotations: { 'lbipam.cilium.io/ips': '192.0.3.200' } } } },
      says: 'app/release/app values.service.annotations["lbipam.cilium.io/ips"]',
    },
    "Cilium's annotation where MetalLB has the pools": {
      ...withMetalLb(metalLbPool + advertisement() + service('a', at('192.0.2.200'))),
      says: 'write metallb.io/loadBalancerIPs',
    },
    'no address at all': { ...withCilium(service('a', at('192.0.2.300'))), says: '"192.0.2.300" is not an IPv4 address' },
  },
  accepted: {
    'an address of the assigned pool beside a Service without one': withCilium(
      service('a', at('192.0.2.220'), ofAssigned),
      service('b', ''),
    ),
    'an address of a pool that serves all, when everybody asks for one': withCilium(
      service('a', at('192.0.2.200')),
      service('b', at('192.0.2.201')),
    ),
    'two ports of one address with one key': withCilium(
      service('a', `${at('192.0.2.220')}, lbipam.cilium.io/sharing-key: x`, ofAssigned),
      service('b', `${at('192.0.2.220')}, lbipam.cilium.io/sharing-key: x`, { ...ofAssigned, port: 81 }),
    ),
    'a Service of MetalLB': withMetalLb(metalLbPool + advertisement() + service('a', 'metallb.io/loadBalancerIPs: 192.0.2.200')),
  },
};
