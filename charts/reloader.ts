import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/reloader.js';
import { Component } from './lib/component.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=helm depName=reloader registryUrl=https://stakater.github.io/stakater-charts
const chartVersion = '2.2.16';

/**
 * Restarts workloads with the annotation reloader.stakater.com/auto when a ConfigMap or Secret that they read changes.
 *
 * Source: https://github.com/stakater/Reloader (chart 2.2.16)
 */
export class Reloader extends Component {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: { name: 'reloader', podSecurity: 'restricted' }, project: 'platform' });
    new HelmRelease<Values>(this.release, 'reloader', {
      repository: 'https://stakater.github.io/stakater-charts',
      chart: 'reloader',
      version: chartVersion,
      values: {
        reloader: {
          // The default writes environment variables into the workloads, which Argo CD would take back at once.
          reloadStrategy: 'annotations',
          autoReloadAll: false,
          watchGlobally: true,
          readOnlyRootFileSystem: true,
          deployment: {
            replicas: 1,
            containerSecurityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
            resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
          },
        },
      },
      provides: {
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'] },
        namespaced: { '': ['ServiceAccount'], apps: ['Deployment'], 'rbac.authorization.k8s.io': ['Role', 'RoleBinding'] },
        podSecurity: 'restricted',
      },
    });
  }
}
