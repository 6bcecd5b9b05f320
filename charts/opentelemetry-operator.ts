import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/opentelemetry-operator.js';
import { Component } from './lib/component.js';
import type { IssuerRef } from './lib/handle.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=helm depName=opentelemetry-operator registryUrl=https://open-telemetry.github.io/opentelemetry-helm-charts
const chartVersion = '0.122.0';

export interface OpenTelemetryOperatorProps {
  /** Signs the certificate of the operator's webhooks: an issuer of private names. */
  readonly issuer: IssuerRef;
  /** Whether Prometheus scrapes it. @default false */
  readonly isMonitored?: boolean;
}

/**
 * Runs the collectors that clusters declare as objects.
 *
 * Source: https://github.com/open-telemetry/opentelemetry-helm-charts/tree/main/charts/opentelemetry-operator (values of 0.122.0, operator 0.158.0)
 */
export class OpenTelemetryOperator extends Component {
  constructor(scope: Construct, id: string, { issuer, isMonitored = false }: OpenTelemetryOperatorProps) {
    super(scope, id, { namespace: { name: 'opentelemetry-operator-system', podSecurity: 'restricted' }, project: 'platform' });
    new HelmRelease<Values>(this.release, 'opentelemetry-operator', {
      repository: 'https://open-telemetry.github.io/opentelemetry-helm-charts',
      chart: 'opentelemetry-operator',
      version: chartVersion,
      values: {
        replicaCount: 1,
        manager: {
          // It would make NetworkPolicies of its own for each collector.
          featureGatesMap: { 'operator.networkpolicy': false },
          createRbacPermissions: false,
          serviceMonitor: { enabled: isMonitored },
          resources: { requests: { cpu: '20m', memory: '128Mi' }, limits: { memory: '512Mi' } },
          // Another random annotation at each render.
          rolling: false,
        },
        admissionWebhooks: {
          create: true,
          failurePolicy: 'Fail',
          // It sees every new pod of the cluster, none of which may wait for the operator.
          pods: { failurePolicy: 'Ignore' },
          certManager: { enabled: true, issuerRef: this.release.use(issuer).ref },
          // Another self-signed certificate at each render.
          autoGenerateCert: { enabled: false },
        },
        // Without its kind every collector would go.
        crds: {
          create: true,
          annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false', 'helm.sh/resource-policy': 'keep' },
        },
      },
      provides: {
        crds: { 'opentelemetry.io': ['Instrumentation', 'OpAMPBridge', 'OpenTelemetryCollector', 'TargetAllocator'] },
        cluster: {
          'admissionregistration.k8s.io': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
          'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
        },
        namespaced: {
          '': ['Service', 'ServiceAccount'],
          apps: ['Deployment'],
          'cert-manager.io': ['Certificate'],
          ...(isMonitored ? { 'monitoring.coreos.com': ['ServiceMonitor'] } : {}),
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        webhooks: { 'opentelemetry.io': ['Instrumentation', 'OpenTelemetryCollector'] },
        podSecurity: 'restricted',
      },
    });
  }
}
