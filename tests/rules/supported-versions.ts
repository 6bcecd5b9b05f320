import { ReleaseManifest } from '../../charts/lib/release.js';
import { cloneFacts } from '../fixtures/a-cluster.js';
import { Made } from '../fixtures/components.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const chart = (name: string, version: string): Fixture => ({ release: { chart: name, version } });

const kubevirt = (version: string): Fixture => ({
  build: (_, made) =>
    void new ReleaseManifest(made.release, 'kubevirt', {
      urls: [{ url: `https://github.com/kubevirt/kubevirt/releases/download/${version}/kubevirt-operator.yaml` }],
      provides: { podSecurity: 'restricted' },
    }),
});

const core = (version: string) => `
apiVersion: operator.cluster.x-k8s.io/v1alpha2
kind: CoreProvider
metadata: {name: cluster-api}
spec: {version: ${version}}
`;

/** A cluster that this one makes. */
const withChild = (kubernetes: string): Fixture => ({
  build: (app) => void new Made(app, 'lower').fill('base'),
  others: [
    {
      facts: {
        ...cloneFacts({ name: 'lower', parent: 'made-up', versions: { kubernetes } }),
        nodes: undefined,
        components: undefined,
      } as unknown as NonNullable<Fixture['facts']>,
    },
  ],
});

const talosProvider = (version: string) => `
apiVersion: operator.cluster.x-k8s.io/v1alpha2
kind: BootstrapProvider
metadata: {name: talos}
spec: {version: ${version}}
`;

export const fixtures: RuleFixtures = {
  rejected: {
    'an unsupported pair of Cilium and Kubernetes': {
      ...chart('cilium', '1.19.6'),
      says: /Cilium 1\.19\.6 is for Kubernetes 1\.32 to 1\.35, and this cluster has v1\.36\.4[\s\S]*take one of 1\.20/,
    },
    'a Cilium that is older than one that does not know the Kubernetes': {
      ...chart('cilium', '1.16.4'),
      says: 'is older than 1.18, which ends at Kubernetes 1.33',
    },
    'a Kubernetes that is too old for cert-manager': {
      ...chart('cert-manager', 'v1.21.2'),
      facts: { versions: { kubernetes: 'v1.32.4' } },
      says: 'cert-manager v1.21.2 is for Kubernetes 1.33 to 1.36, and this cluster has v1.32.4',
    },
    'an Argo CD that does not know the Kubernetes of the cluster': { ...chart('argo-cd', '10.1.1'), says: 'one of 10.4' },
    'a PostgreSQL operator that does not know the Kubernetes of the cluster': {
      ...chart('cloudnative-pg', '0.27.1'),
      says: 'The chart cloudnative-pg 0.27.1 is for Kubernetes 1.32 to 1.35',
    },
    'a KubeVirt before the Kubernetes of the cluster': { ...kubevirt('v1.8.4'), says: 'KubeVirt v1.8.4 is for Kubernetes 1.33 to 1.35' },
    'a patch release of Cluster API before the one that knows Kubernetes': {
      manifests: core('v1.12.3'),
      says: 'Cluster API 1.12 is for Kubernetes 1.36 from 1.12.8 on',
    },
    'a Cluster API that does not know the Kubernetes of a child yet': {
      ...withChild('v1.35.4'),
      facts: { versions: { kubernetes: 'v1.34.4' } },
      manifests: core('v1.12.0'),
      says: 'and lower has v1.35.4',
    },
    'a Talos provider that does not know the Kubernetes of a child': {
      ...withChild('v1.36.4'),
      manifests: `${core('v1.12.11')}---${talosProvider('v0.5.7')}`,
      says: /The Talos provider v0\.5\.7 is for Kubernetes 1\.19 to 1\.26, and lower has v1\.36\.4[\s\S]*one of 0\.6, 0\.7/,
    },
  },
  accepted: {
    'a Talos provider that knows the versions of a child': {
      ...withChild('v1.36.4'),
      manifests: `${core('v1.12.11')}---${talosProvider('v0.6.12')}`,
    },

    'versions that belong together': { ...chart('cilium', '1.20.3'), manifests: core('v1.12.11') },
    'a version of which nothing is published yet': chart('cilium', '1.21.0'),
    'a version that is older than what anybody remembers': chart('cilium', '1.2.3'),
    'another chart of the same version': chart('cilium-cli', '1.16.4'),
    'a KubeVirt of the Kubernetes of the cluster': kubevirt('v1.9.0'),
    'an old Cilium on an old Kubernetes': { ...chart('cilium', '1.16.4'), facts: { versions: { kubernetes: 'v1.31.4' } } },
  },
};
