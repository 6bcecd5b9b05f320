import { ReleaseManifest } from '../../charts/lib/release.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const manifestAt =
  (...urls: string[]): NonNullable<Fixture['build']> =>
  (_app, made) => {
    const provides = { podSecurity: 'restricted' } as const;
    new ReleaseManifest(made.release, 'upstream', { urls: urls.map((url) => ({ url })), provides });
  };

const provider = (spec: string) => `
apiVersion: operator.cluster.x-k8s.io/v1alpha2
kind: CoreProvider
metadata: {name: cluster-api}
spec: {${spec}}`;

const raw = 'https://raw.githubusercontent.com/example/web';

export const fixtures: RuleFixtures = {
  rejected: {
    'a file of a branch': { build: manifestAt(`${raw}/main/install.yaml`), says: 'is at "main", which moves' },
    'a file of a branch by its full name': { build: manifestAt(`${raw}/refs/heads/main/install.yaml`), says: 'is at "main"' },
    'a file of a branch of releases': { build: manifestAt(`${raw}/release-1.2/install.yaml`), says: 'is at "release-1.2"' },
    'the newest release': {
      build: manifestAt('https://github.com/example/web/releases/latest/download/install.yaml'),
      says: 'is at "latest"',
    },
    'an address without https': { build: manifestAt('http://files.example.test/v1.2.3/install.yaml'), says: 'is not behind https' },
    'a provider of Cluster API without a version': {
      manifests: provider('fetchConfig: {url: "https://files.example.test/v1.2.3/core.yaml"}'),
      says: 'spec.version',
    },
  },
  accepted: {
    'files of a tag, of a commit and of a release': {
      build: manifestAt(
        `${raw}/v1.2.3/install.yaml`,
        `${raw}/refs/tags/v1.2.3/install.yaml`,
        `${raw}/${'0123456789'.repeat(4)}/install.yaml`,
        'https://github.com/example/web/releases/download/web-1.2/install.yaml',
        'https://files.example.test/web/install.yaml',
      ),
    },
    'a provider of Cluster API at a version': {
      manifests: provider('version: v1.12.11, fetchConfig: {url: "https://github.com/example/web/releases/latest/core.yaml"}'),
    },
  },
};
