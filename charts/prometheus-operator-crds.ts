import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/prometheus-operator-crds.js';
import { Component } from './lib/component.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=helm depName=prometheus-operator-crds registryUrl=https://prometheus-community.github.io/helm-charts
const chartVersion = '31.0.1';

/**
 * The kinds of the Prometheus operator and nothing else, so that whatever has metrics can say so before Prometheus is there. Six of them
 * are too large for client-side apply; every Application here applies on the server side.
 *
 * Source: https://github.com/prometheus-community/helm-charts/tree/main/charts/prometheus-operator-crds (31.0.1, operator v0.93.1)
 */
export class PrometheusOperatorCrds extends Component {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'kube-system', project: 'platform' });
    new HelmRelease<Values>(this.release, 'prometheus-operator-crds', {
      repository: 'https://prometheus-community.github.io/helm-charts',
      chart: 'prometheus-operator-crds',
      version: chartVersion,
      values: {
        // Removing a kind removes every object of it. The first is for Argo CD, the second for Helm, which Flux runs.
        crds: { annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false', 'helm.sh/resource-policy': 'keep' } },
      },
      provides: {
        crds: {
          'monitoring.coreos.com': [
            'Alertmanager',
            'AlertmanagerConfig',
            'PodMonitor',
            'Probe',
            'Prometheus',
            'PrometheusAgent',
            'PrometheusRule',
            'ScrapeConfig',
            'ServiceMonitor',
            'ThanosRuler',
          ],
        },
        podSecurity: 'restricted',
      },
    });
  }
}
