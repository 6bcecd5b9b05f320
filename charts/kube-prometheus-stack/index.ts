import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import type { Construct } from 'constructs';
import { Component } from '../lib/component.js';
import { type Exposure, exposeService } from '../lib/expose.js';
import type { NamespaceRef, StorageClassRef, TrustBundleRef } from '../lib/handle.js';
import { Manifest } from '../lib/manifest.js';
import { HelmRelease } from '../lib/release.js';
import { DeclaredSecret } from '../lib/secret.js';
import { addDashboards } from './dashboards.js';
import { addRules, replacedAlerts } from './rules.js';
import type { KubePrometheusStackValues } from './values.js';
import { adminKeys, alertmanagerValues, grafanaValues, operatorValues, prometheusValues, type VolumeSize } from './workloads.js';

// renovate: datasource=helm depName=kube-prometheus-stack registryUrl=https://prometheus-community.github.io/helm-charts
const chartVersion = '89.1.0';

export interface KubePrometheusStackProps {
  /** Name of the cluster; the label `cluster` of every alert, and of every sample that leaves the cluster. */
  readonly cluster: string;
  readonly exposure: Exposure;
  /** Host names below the domain of the cluster. Prometheus and Alertmanager have no login of their own. */
  readonly hosts: { readonly grafana: string; readonly prometheus: string; readonly alertmanager: string };
  /** Class of the volumes of Prometheus and Alertmanager. */
  readonly storageClass: StorageClassRef;
  /** Sizes of these volumes. @default - 20Gi for Prometheus, 1Gi for Alertmanager */
  readonly sizes?: { readonly prometheus?: VolumeSize; readonly alertmanager?: VolumeSize };
  /** How long samples are kept, in days; shorter when three quarters of the volume are full. @default '15d' */
  readonly retention?: `${number}d`;
  /** Authorities that Grafana trusts besides the public ones, for identity providers and data sources of the platform. */
  readonly trust: TrustBundleRef;
  /** Namespace of cert-manager, whose metrics say when certificates end. */
  readonly certManagerNamespace: NamespaceRef;
}

/**
 * Metrics of the cluster, alerts and dashboards: Prometheus, Alertmanager and Grafana. Grafana keeps nothing: dashboards are ConfigMaps
 * with a label, from whatever namespace.
 *
 * Source: https://github.com/prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack (values of 88.5.3, operator v0.93.1)
 */
export class KubePrometheusStack extends Component {
  constructor(scope: Construct, id: string, props: KubePrometheusStackProps) {
    super(scope, id, {
      // The node exporter reads the host's /proc and /sys.
      namespace: { name: 'monitoring', podSecurity: 'privileged', trustsPlatform: true },
      project: 'platform',
      talos: { controlPlaneMetrics: true },
    });
    const admin = new DeclaredSecret(this.base, 'admin', {
      name: 'grafana-admin',
      keys: { [adminKeys.userKey]: 'name of the administrator', [adminKeys.passwordKey]: 'password of the administrator' },
      consumer: 'Grafana, at each start',
    });
    this.addRelease(props, admin.props.name);
    this.addCertificateMetrics(props.certManagerNamespace);
    addRules(this.resources);
    addDashboards(this.resources);
    for (const name of ['alertmanager', 'grafana', 'prometheus'] as const) {
      const service = `kube-prometheus-stack-${name}`;
      const isProtected = name !== 'grafana';
      exposeService(this.exposure, props.exposure, { host: props.hosts[name], service, port: 'http-web', name, isProtected });
    }
  }

  private addRelease(props: KubePrometheusStackProps, adminSecret: string): void {
    const { cluster, hosts, sizes, retention } = props;
    const storageClass = this.release.use(props.storageClass).name;
    new HelmRelease<KubePrometheusStackValues>(this.release, 'kube-prometheus-stack', {
      repository: 'https://prometheus-community.github.io/helm-charts',
      chart: 'kube-prometheus-stack',
      version: chartVersion,
      values: {
        // A component of their own: everything with metrics needs them, long before Prometheus runs.
        crds: { enabled: false },
        defaultRules: {
          disabled: Object.fromEntries(replacedAlerts.map((name) => [name, true])),
          rules: { kubeProxy: false, windows: false },
        },
        prometheusOperator: operatorValues,
        prometheus: prometheusValues({
          cluster,
          host: hosts.prometheus,
          storageClass,
          size: sizes?.prometheus ?? '20Gi',
          retention: retention ?? '15d',
        }),
        alertmanager: alertmanagerValues({ host: hosts.alertmanager, storageClass, size: sizes?.alertmanager ?? '1Gi' }),
        grafana: grafanaValues({ host: hosts.grafana, adminSecret, trustConfigMap: this.release.use(props.trust).configMap }),
        'kube-state-metrics': { resources: { requests: { cpu: '10m', memory: '96Mi' }, limits: { memory: '256Mi' } } },
        'prometheus-node-exporter': { resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '96Mi' } } },
        // Dashboards of systems that no node here runs.
        nodeExporter: { operatingSystems: { aix: { enabled: false }, darwin: { enabled: false } } },
        // Cilium does its work.
        kubeProxy: { enabled: false },
        // On Talos etcd is no pod. The API server is one, on the same nodes and in their network, so that it stands for the address.
        kubeEtcd: { service: { port: 2381, targetPort: 2381, selector: { 'k8s-app': 'kube-apiserver' } } },
      },
      provides: {
        cluster: {
          'admissionregistration.k8s.io': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
          'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
        },
        namespaced: {
          '': ['ConfigMap', 'Secret', 'Service', 'ServiceAccount'],
          apps: ['DaemonSet', 'Deployment'],
          'cert-manager.io': ['Certificate', 'Issuer'],
          'monitoring.coreos.com': ['Alertmanager', 'Prometheus', 'PrometheusRule', 'ServiceMonitor'],
        },
        // Services for the metrics of CoreDNS, etcd, the scheduler and the controller manager.
        otherNamespaces: ['kube-system'],
        // Its webhook for rules is ignored while it does not answer, so that nothing waits for it.
        podSecurity: 'privileged',
      },
    });
  }

  /** Labels and port of the Service are those of cert-manager's chart (v1.21). */
  private addCertificateMetrics(namespace: NamespaceRef): void {
    new Manifest<IServiceMonitor>(this.resources, 'cert-manager', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: { name: 'cert-manager' },
      spec: {
        namespaceSelector: { matchNames: [this.resources.use(namespace).name] },
        selector: { matchLabels: { 'app.kubernetes.io/name': 'cert-manager', 'app.kubernetes.io/component': 'controller' } },
        // The namespace of a sample is that of the certificate, not of cert-manager.
        endpoints: [{ port: 'http-metrics', interval: '1m', honorLabels: true }],
      },
    });
  }
}
