import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/snapshot-controller.js';
import { Component } from './lib/component.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=helm depName=snapshot-controller registryUrl=https://piraeus.io/helm-charts/
const chartVersion = '5.2.0';

/**
 * The kinds of volume snapshots and their one controller, for every storage driver of the cluster.
 *
 * Source: https://github.com/piraeusdatastore/helm-charts (snapshot-controller-5.2.0, external-snapshotter v8.6.0)
 */
export class SnapshotController extends Component {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: { name: 'snapshot-controller', podSecurity: 'restricted' }, project: 'storage' });
    new HelmRelease<Values>(this.release, 'snapshot-controller', {
      repository: 'https://piraeus.io/helm-charts/',
      chart: 'snapshot-controller',
      version: chartVersion,
      values: {
        installCRDs: true,
        controller: {
          enabled: true,
          replicaCount: 1,
          resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } },
          securityContext: { allowPrivilegeEscalation: false },
          podSecurityContext: { seccompProfile: { type: 'RuntimeDefault' } },
        },
        // Converts group snapshots of old versions, which no cluster here has; its certificate would be another one at each render.
        webhook: { enabled: false },
      },
      provides: {
        crds: {
          'groupsnapshot.storage.k8s.io': ['VolumeGroupSnapshot', 'VolumeGroupSnapshotClass', 'VolumeGroupSnapshotContent'],
          'snapshot.storage.k8s.io': ['VolumeSnapshot', 'VolumeSnapshotClass', 'VolumeSnapshotContent'],
        },
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'] },
        namespaced: { '': ['ServiceAccount'], apps: ['Deployment'], 'rbac.authorization.k8s.io': ['Role', 'RoleBinding'] },
        podSecurity: 'restricted',
      },
    });
  }
}
