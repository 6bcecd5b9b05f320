import type { Cluster } from '../../clusters/lib/facts.js';
import { Made } from '../fixtures/components.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const values = {
  ipam: { mode: 'kubernetes' },
  devices: ['eth0'],
  hubble: { enabled: true, relay: { enabled: true } },
  metrics: { enabled: true, serviceMonitor: { enabled: true } },
};

const network = (firstValues: object, bootstrap = true): Fixture => ({
  build: (app) => void new Made(app, 'network', { bootstrap }).install({}, { values, firstValues }),
});

const settings = (data: string) => ({
  name: 'settings',
  contents: `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: kube-system}, data: {${data}}}`,
});

const inline = (data: string): Fixture => ({
  manifests: '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: kube-system}, data: {mode: strict}}',
  change: (plan) => ({
    ...plan,
    talos: new Map([
      ...plan.talos,
      [
        'talos/nodes/c0.yaml',
        [
          ...(plan.talos.get('talos/nodes/c0.yaml') ?? []).map((document) =>
            'cluster' in document
              ? { ...document, cluster: { ...(document.cluster as object), inlineManifests: [settings(data)] } }
              : document,
          ),
        ],
      ],
    ]),
  }),
});

/** A child whose network this cluster installs first. @param proxy version of that, or none at all. */
const parentOf = (proxy?: string): Fixture => ({
  build: (app) => {
    const made = new Made(app, 'lower').install({ crds: { 'addons.cluster.x-k8s.io': ['HelmChartProxy'] } });
    if (proxy === undefined) return;
    made.put('resources', {
      apiVersion: 'addons.cluster.x-k8s.io/v1alpha1',
      kind: 'HelmChartProxy',
      metadata: { name: 'network' },
      spec: {
        clusterSelector: {},
        repoURL: 'https://charts.example.test',
        chartName: 'network',
        version: proxy,
        releaseName: 'network',
      },
    });
  },
  others: [
    {
      facts: { name: 'lower' },
      build: (app) => void new Made(app, 'network', { bootstrap: true }).install(),
      change: (plan) => ({ ...plan, cluster: { ...plan.cluster, parent: 'made-up' } as Cluster }),
    },
  ],
});

export const fixtures: RuleFixtures = {
  rejected: {
    'a first installation with other addresses of pods': {
      ...network({ ...values, ipam: { mode: 'cluster-pool' } }),
      says: /firstValues\.ipam\.mode[\s\S]*is "cluster-pool" at the first installation, and "kubernetes" afterwards/,
    },
    'a first installation that lacks what the network needs': {
      ...network({ hubble: { enabled: false } }),
      says: 'So do 1 others: devices',
    },
    'values for a first installation that nobody makes': {
      ...network({ ...values, ipam: { mode: 'cluster-pool' } }, false),
      says: 'the bootstrap does not install it',
    },
    'an inline manifest that is another one in dist/': {
      ...inline('mode: lax'),
      says: 'the inline manifest "settings" of talos/nodes/c0.yaml',
    },
    'a chart that a parent installs in another version than its child has': {
      ...parentOf('99.1.1'),
      says: /HelmChartProxy-network spec\.version[\s\S]*installs network 99\.1\.1, and lower then has network 99\.1\.2/,
    },
    'a network that a parent does not install': { ...parentOf(), says: 'Nothing here installs network in lower first' },
  },
  accepted: {
    'a chart that a parent installs as its child has it': parentOf('99.1.2'),

    'a first installation without monitors and certificates': network({
      ...values,
      hubble: { enabled: false },
      metrics: { enabled: true },
    }),
    'an inline manifest that is the one of dist/': inline('mode: strict'),
  },
};
