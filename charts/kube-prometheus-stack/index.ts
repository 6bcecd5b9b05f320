import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import type { Construct } from 'constructs';
import type { DefaultRules, Values } from '../../imports/helm/kube-prometheus-stack.js';
import { exposePush } from '../lib/basic-auth.js';
import { Component } from '../lib/component.js';
import { exposeService } from '../lib/expose.js';
import type { NamespaceRef } from '../lib/handle.js';
import { Manifest } from '../lib/manifest.js';
import { HelmRelease } from '../lib/release.js';
import { DeclaredSecret } from '../lib/secret.js';
import { agentValues, loginKeys } from './agent.js';
import { declareReceiver } from './alertmanager.js';
import { centralAlerts, checkClusters, replacedAtTheCentre } from './central.js';
import { addDashboards } from './dashboards.js';
import { dataSources } from './datasources.js';
import { type AgentProps, type CentralProps, type KubePrometheusStackProps, remoteWritePath, type StandaloneProps } from './props.js';
import { addRules, replacedAlerts } from './rules.js';

import { adminKeys, alertmanagerValues, grafanaValues, prometheusValues, scrapedValues } from './workloads.js';

export type { AlertReceiver, EmailReceiver, WebhookReceiver } from './alertmanager.js';
export type { AgentProps, CentralProps, KubePrometheusStackProps, RemoteWriteUrl, StandaloneProps } from './props.js';
export { remoteWritePath } from './props.js';

// renovate: datasource=helm depName=kube-prometheus-stack registryUrl=https://prometheus-community.github.io/helm-charts
const chartVersion = '89.1.0';

/** What a role sets besides what all of them do. */
type RoleValues = Pick<Values, 'defaultRules' | 'prometheus' | 'alertmanager' | 'grafana'>;

/** What of the release only some roles have. */
interface RoleKinds {
  readonly core: readonly string[];
  readonly monitoring: readonly string[];
  readonly openSecrets?: readonly string[];
}

/**
 * Metrics of the cluster, alerts and dashboards: Prometheus, Alertmanager and Grafana. Grafana keeps nothing: dashboards are ConfigMaps
 * with a label, from whatever namespace. An agent has only what collects, and sends it to a central one.
 *
 * Source: https://github.com/prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack (values of 88.5.3, operator v0.93.1)
 */
export class KubePrometheusStack extends Component {
  /** @throws Problems when the clusters that send to a central one are not names, each once. */
  constructor(scope: Construct, id: string, props: KubePrometheusStackProps) {
    super(scope, id, {
      // The node exporter reads the host's /proc and /sys.
      namespace: { name: 'monitoring', podSecurity: 'privileged', trustsPlatform: props.trust !== undefined },
      project: 'platform',
      talos: { controlPlaneMetrics: true },
    });
    if (props.role === 'central') checkClusters(id, props.cluster, props.clusters);
    if (props.role === 'agent') this.addAgent(props);
    else this.addServer(props);
    this.addCertificateMetrics(props.certManagerNamespace);
  }

  private addAgent({ cluster, remoteWrite, trust }: AgentProps): void {
    const login = new DeclaredSecret(this.base, 'remote-write', {
      name: 'prometheus-remote-write',
      keys: loginKeys,
      consumer: 'Prometheus, to send samples to the central one',
    });
    const authorities = trust === undefined ? undefined : this.release.use(trust);
    this.addRelease(
      {
        // The centre has them.
        defaultRules: { create: false },
        prometheus: agentValues({ cluster, url: remoteWrite, loginSecret: login.props.name, authorities }),
        alertmanager: { enabled: false },
        grafana: { enabled: false },
      },
      { core: ['Service', 'ServiceAccount'], monitoring: ['PrometheusAgent', 'ServiceMonitor'] },
    );
  }

  private addServer(props: StandaloneProps | CentralProps): void {
    const isCentral = props.role === 'central';
    this.addRelease(this.serverValues(props), {
      core: ['ConfigMap', 'Secret', 'Service', 'ServiceAccount'],
      monitoring: ['Alertmanager', 'Prometheus', 'PrometheusRule', 'ServiceMonitor'],
      // Who is told of which alert; the address or the password for that is in a Secret of its own.
      openSecrets: ['alertmanager-kube-prometheus-stack-alertmanager'],
    });
    addRules(this.resources, isCentral ? { clusters: centralAlerts(props.clusters) } : {});
    addDashboards(this.resources, isCentral);
    const { exposure, hosts } = props;
    for (const name of ['alertmanager', 'grafana', 'prometheus'] as const) {
      const isProtected = name !== 'grafana';
      exposeService(this.exposure, exposure, { host: hosts[name], service: serviceOf(name), port: 'http-web', name, isProtected });
    }
    if (isCentral) {
      exposePush(this, {
        name: 'remote-write',
        host: props.hosts.remoteWrite,
        exposure,
        service: serviceOf('prometheus'),
        port: 'http-web',
        path: remoteWritePath,
        login: 'remote-write-login',
        users: 'prometheus-remote-write-users',
        senders: 'each cluster that sends samples',
      });
    }
  }

  private serverValues(props: StandaloneProps | CentralProps): RoleValues {
    const { cluster, hosts, sizes, retention = '15d', receiver } = props;
    const isCentral = props.role === 'central';
    const admin = new DeclaredSecret(this.base, 'admin', {
      name: 'grafana-admin',
      keys: { [adminKeys.userKey]: 'name of the administrator', [adminKeys.passwordKey]: 'password of the administrator' },
      consumer: 'Grafana, at each start',
    });
    const storageClass = this.release.use(props.storageClass).name;
    const authorities = this.release.use(props.trust);
    const addressOf = (source: CentralProps['loki']) => (source === undefined ? undefined : this.release.use(source).url);
    const size = sizes?.prometheus ?? '20Gi';
    return {
      defaultRules: defaultRules(isCentral),
      prometheus: prometheusValues({ cluster, host: hosts.prometheus, storageClass, size, retention, isCentral }),
      alertmanager: alertmanagerValues({
        host: hosts.alertmanager,
        storageClass,
        size: sizes?.alertmanager ?? '1Gi',
        receiver,
        receiverSecret: declareReceiver(this.base, receiver),
        authorities,
        isCentral,
      }),
      grafana: grafanaValues({
        host: hosts.grafana,
        adminSecret: admin.props.name,
        trustConfigMap: authorities.configMap,
        dataSources: isCentral ? dataSources({ loki: addressOf(props.loki), tempo: addressOf(props.tempo) }) : [],
        isCentral,
      }),
    };
  }

  private addRelease(values: RoleValues, { core, monitoring, openSecrets = [] }: RoleKinds): void {
    new HelmRelease<Values>(this.release, 'kube-prometheus-stack', {
      repository: 'https://prometheus-community.github.io/helm-charts',
      chart: 'kube-prometheus-stack',
      version: chartVersion,
      values: { ...scrapedValues, ...values },
      provides: {
        openSecrets,
        cluster: {
          'admissionregistration.k8s.io': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
          'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
        },
        namespaced: {
          '': core,
          apps: ['DaemonSet', 'Deployment'],
          'cert-manager.io': ['Certificate', 'Issuer'],
          'monitoring.coreos.com': monitoring,
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

function serviceOf(name: 'alertmanager' | 'grafana' | 'prometheus'): string {
  return `kube-prometheus-stack-${name}`;
}

function defaultRules(isCentral: boolean): DefaultRules {
  const replaced = isCentral ? [...replacedAlerts, ...replacedAtTheCentre] : replacedAlerts;
  return {
    disabled: Object.fromEntries(replaced.map((name) => [name, true as const])),
    // The last sums up the nodes of all clusters.
    rules: { kubeProxy: false, windows: false, kubePrometheusNodeRecording: isCentral ? false : undefined },
  };
}
