import type { App } from 'cdk8s';
import { Made } from '../fixtures/components.js';
import { certificate, ingress, service } from '../fixtures/exposed.js';
import { ciliumPool, loadBalancer, policy, withCilium } from '../fixtures/load-balancing.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

/** A component that comes late: three others wait for each other before it. */
const addLate = (app: App, id: string, options: { bootstrap?: boolean } = {}): Made => {
  const late = new Made(app, id, options);
  let before: Made | undefined;
  for (const step of ['one', 'two', 'three']) {
    const made = new Made(app, `${id}-${step}`).fill('base');
    if (before) made.base.after(before, 'base');
    before = made;
  }
  if (before) late.base.after(before, 'base');
  return late.fill('base');
};

/** An ingress controller that the bootstrap has installed, so that nothing waits for its class. */
const withController = (manifests: string, more: Fixture = {}): Fixture => ({
  manifests: service + manifests,
  build: (app) => void addLate(app, 'ingress', { bootstrap: true }).install({ classes: { IngressClass: ['web'] } }),
  ...more,
});

const issuer = {
  apiVersion: 'cert-manager.io/v1',
  kind: 'ClusterIssuer',
  metadata: { name: 'private' },
  spec: { selfSigned: {} },
};
const pool = { apiVersion: 'cilium.io/v2', kind: 'CiliumLoadBalancerIPPool', metadata: { name: 'late' } };
const kinds = {
  'cert-manager.io': ['Certificate', 'ClusterIssuer'],
  'cilium.io': ['CiliumL2AnnouncementPolicy', 'CiliumLoadBalancerIPPool'],
};
/** The kinds of what `build` adds too. */
const addKinds = (app: App) => void new Made(app, 'kinds').install({ crds: kinds });
const host = 'web.example.test';

export const fixtures: RuleFixtures = {
  rejected: {
    'an Ingress in a wave before its controller': {
      ...withController(ingress('a', host)),
      says: 'ingress/release comes with the Application ingress of wave 30, after app of wave 0 is healthy',
    },
    'an Ingress without a class, which is of the only one': {
      ...withController(ingress('a', host).replace('ingressClassName: web', '')),
      says: 'It becomes healthy only with the ingress controller of ingress',
    },
    'a Certificate in a wave before its issuer': {
      manifests: certificate('web-tls', host),
      withoutDefinitions: true,
      build: (app) => {
        addKinds(app);
        addLate(app, 'authority').put('resources', issuer);
      },
      says: 'It becomes healthy only with the ClusterIssuer "private"',
    },
    'a Service in a wave before the pool of its address': {
      ...withCilium(policy() + loadBalancer()),
      withoutDefinitions: true,
      build: (app) => {
        addKinds(app);
        new Made(app, 'cilium').install({}, { values: { l2announcements: { enabled: true } } });
        const spec = { blocks: [{ start: '192.0.2.200', stop: '192.0.2.219' }] };
        addLate(app, 'pools').put('resources', { ...pool, spec });
      },
      says: 'It becomes healthy only with an address of the pool late',
    },
    'with Flux, an Ingress that its controller waits for': {
      manifests: service + ingress('a', host),
      facts: { engine: 'flux' },
      build: (app, made) => {
        const controller = new Made(app, 'ingress', { bootstrap: true });
        controller.base.after(made, 'resources');
        controller.fill('base').install({ classes: { IngressClass: ['web'] } });
      },
      says: 'ingress/release waits until app/resources is ready',
    },
  },
  accepted: {
    'an Ingress after its controller': {
      manifests: service + ingress('a', host),
      build: (app) => void addLate(app, 'ingress').install({ classes: { IngressClass: ['web'] } }),
    },
    'an Ingress whose health nobody asks for': withController(
      ingress('a', host, { annotations: 'argocd.argoproj.io/ignore-healthcheck: "true"' }),
    ),
    'an Ingress behind a human gate': {
      build: (app) => {
        addLate(app, 'ingress', { bootstrap: true }).install({ classes: { IngressClass: ['web'] } });
        new Made(app, 'gated', { humanGate: 'a person fills something in' }).put('exposure', {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: { name: 'a' },
          spec: { ingressClassName: 'web', defaultBackend: { resource: { apiGroup: 'example.test', kind: 'Bucket', name: 'web' } } },
        });
      },
    },
    'a Service with an early pool beside a late one': {
      ...withCilium(ciliumPool + policy() + loadBalancer()),
      withoutDefinitions: true,
      build: (app) => {
        addKinds(app);
        new Made(app, 'cilium').install({}, { values: { l2announcements: { enabled: true } } });
        addLate(app, 'pools').put('resources', { ...pool, spec: { blocks: [{ start: '192.0.2.220', stop: '192.0.2.230' }] } });
      },
    },
  },
};
