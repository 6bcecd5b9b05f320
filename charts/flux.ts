import type { Construct } from 'constructs';
import { Component } from './lib/component.js';
import { fluxNamespace, gitSecretName } from './lib/flux/settings.js';
import { ReleaseManifest } from './lib/release.js';
import { DeclaredSecret } from './lib/secret.js';

// renovate: datasource=github-releases depName=fluxcd/flux2
const version = 'v2.9.6';

/**
 * Flux, keeping itself: the bootstrap applies these manifests once, and from then on its own Kustomization does.
 *
 * Source: https://fluxcd.io/flux/installation/ (v2.9)
 */
export class Flux extends Component {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: { name: fluxNamespace, podSecurity: 'restricted' }, project: 'gitops', bootstrap: true });
    new DeclaredSecret(this.base, 'git', {
      name: gitSecretName,
      keys: { username: 'user of the Git repository', password: 'token that may read it' },
      consumer: 'Flux, to read this repository',
    });
    new ReleaseManifest(this.release, 'controllers', {
      urls: [{ url: `https://github.com/fluxcd/flux2/releases/download/${version}/install.yaml` }],
      // Ours enforces a Pod Security level; upstream's only warns.
      without: [{ apiVersion: 'v1', kind: 'Namespace', name: fluxNamespace }],
      provides: {
        crds: {
          'helm.toolkit.fluxcd.io': ['HelmRelease'],
          'image.toolkit.fluxcd.io': ['ImagePolicy', 'ImageRepository', 'ImageUpdateAutomation'],
          'kustomize.toolkit.fluxcd.io': ['Kustomization'],
          'notification.toolkit.fluxcd.io': ['Alert', 'Provider', 'Receiver'],
          'source.extensions.fluxcd.io': ['ArtifactGenerator'],
          'source.toolkit.fluxcd.io': ['Bucket', 'ExternalArtifact', 'GitRepository', 'HelmChart', 'HelmRepository', 'OCIRepository'],
        },
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'] },
        namespaced: {
          '': ['ResourceQuota', 'Service', 'ServiceAccount'],
          apps: ['Deployment'],
          'networking.k8s.io': ['NetworkPolicy'],
        },
        podSecurity: 'restricted',
      },
    });
  }
}
