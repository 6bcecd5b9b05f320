import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/metrics-server.js';
import { lifetime } from './lib/certificate.js';
import { Component } from './lib/component.js';
import type { IssuerRef } from './lib/handle.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=helm depName=metrics-server registryUrl=https://kubernetes-sigs.github.io/metrics-server/
const chartVersion = '3.14.0';

export interface MetricsServerProps {
  /** Signs the certificate by which the API server knows it. */
  readonly issuer: IssuerRef;
}

/**
 * Use of CPU and memory by nodes and pods, for `kubectl top` and autoscalers.
 *
 * Source: https://kubernetes-sigs.github.io/metrics-server/ (v0.9.0 flags, chart values of 2026-08)
 */
export class MetricsServer extends Component {
  constructor(scope: Construct, id: string, props: MetricsServerProps) {
    super(scope, id, { namespace: 'kube-system', project: 'platform' });
    const { kind, name } = this.release.use(props.issuer).ref;
    new HelmRelease<Values>(this.release, 'metrics-server', {
      repository: 'https://kubernetes-sigs.github.io/metrics-server/',
      chart: 'metrics-server',
      version: chartVersion,
      values: {
        replicas: 1,
        // The kubelets of Talos sign their own serving certificates.
        args: ['--kubelet-insecure-tls'],
        apiService: { create: true, insecureSkipTLSVerify: false },
        tls: {
          type: 'cert-manager',
          certManager: { addInjectorAnnotations: true, existingIssuer: { enabled: true, kind, name }, ...lifetime.leaf },
        },
        resources: { requests: { cpu: '100m', memory: '200Mi' }, limits: { memory: '400Mi' } },
      },
      provides: {
        cluster: { 'apiregistration.k8s.io': ['APIService'], 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'] },
        namespaced: {
          '': ['Service', 'ServiceAccount'],
          apps: ['Deployment'],
          'cert-manager.io': ['Certificate'],
          'rbac.authorization.k8s.io': ['RoleBinding'],
        },
        podSecurity: 'restricted',
      },
    });
  }
}
