import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/alloy.js';
import { Component } from './lib/component.js';
import type { Handle, TrustBundleRef } from './lib/handle.js';
import { HelmRelease } from './lib/release.js';
import { DeclaredSecret } from './lib/secret.js';

// renovate: datasource=helm depName=alloy registryUrl=https://grafana.github.io/helm-charts
const chartVersion = '1.12.1';

export interface AlloyProps {
  /** Name of the cluster; the label `cluster` of every line, by which the logs of two clusters are told apart. */
  readonly cluster: string;
  /**
   * Where it pushes: the Loki of this cluster or, for that of another one, its address with the path.
   *
   * @example 'https://loki.main.example.test/loki/api/v1/push'
   */
  readonly loki: string | Handle<{ readonly push: string }>;
  /** Whether Loki asks for a name and a password; a Secret with them is then needed. @default - true for the Loki of another cluster */
  readonly hasLogin?: boolean;
  /** Authorities besides the public ones, when one of them signed the certificate of Loki. @default - public ones only */
  readonly trust?: TrustBundleRef;
  /** Whether Prometheus scrapes it. @default false */
  readonly isMonitored?: boolean;
}

/**
 * Collects the logs of all pods, one collector a node. It reads them through the Kubernetes API: from the files of the node it would need a
 * privileged namespace.
 *
 * Source: https://grafana.com/docs/alloy/latest/reference/components/loki/loki.source.kubernetes/ (v1.18) and the chart's values (1.11.1)
 */
export class Alloy extends Component {
  constructor(scope: Construct, id: string, props: AlloyProps) {
    super(scope, id, {
      namespace: { name: 'alloy', podSecurity: 'restricted', trustsPlatform: props.trust !== undefined },
      project: 'platform',
    });
    const { hasLogin = typeof props.loki === 'string' } = props;
    this.addRelease(props, hasLogin ? this.declareLogin().props.name : undefined);
  }

  private declareLogin(): DeclaredSecret {
    return new DeclaredSecret(this.base, 'loki-login', {
      name: 'alloy-loki',
      keys: { username: 'name that Loki knows this cluster by', password: 'the password to it, of which Loki has the hash' },
      consumer: 'Alloy, to push logs',
    });
  }

  private addRelease({ cluster, loki, trust, isMonitored = false }: AlloyProps, login: string | undefined): void {
    const address = typeof loki === 'string' ? loki : this.release.use(loki).push;
    const authorities = trust === undefined ? undefined : this.release.use(trust).configMap;
    const trustPath = '/etc/platform-trust';
    new HelmRelease<Values>(this.release, 'alloy', {
      repository: 'https://grafana.github.io/helm-charts',
      chart: 'alloy',
      version: chartVersion,
      values: {
        // PodLogs, which nothing here uses.
        crds: { create: false },
        global: { podSecurityContext: { runAsNonRoot: true, fsGroup: 473, seccompProfile: { type: 'RuntimeDefault' } } },
        alloy: {
          enableReporting: false,
          // Each collector reads the pods of its own node, so that there is nothing to share out.
          clustering: { enabled: false },
          storagePath: '/tmp/alloy',
          mounts: {
            varlog: false,
            dockercontainers: false,
            extra: [
              { name: 'tmp', mountPath: '/tmp' },
              ...(authorities === undefined ? [] : [{ name: 'platform-trust', mountPath: trustPath, readOnly: true } as const]),
            ],
          },
          extraEnv: [
            ...(login === undefined
              ? []
              : [fromSecret('LOKI_USERNAME', login, 'username'), fromSecret('LOKI_PASSWORD', login, 'password')]),
            // Go reads every directory of it.
            ...(authorities === undefined ? [] : [{ name: 'SSL_CERT_DIR', value: `/etc/ssl/certs:${trustPath}` }]),
          ],
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            runAsUser: 473,
            runAsGroup: 473,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
          configMap: { create: true, content: configuration(cluster, address, login !== undefined) },
        },
        controller: {
          type: 'daemonset',
          extraAnnotations: login === undefined ? {} : { 'secret.reloader.stakater.com/reload': login },
          // Control planes log too.
          tolerations: [{ effect: 'NoSchedule', operator: 'Exists' }],
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%' } },
          volumes: {
            extra: [
              { name: 'tmp', emptyDir: {} },
              ...(authorities === undefined ? [] : [{ name: 'platform-trust', configMap: { name: authorities } }]),
            ],
          },
        },
        configReloader: { enabled: true, resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '64Mi' } } },
        // By default it may read every Secret of the cluster.
        rbac: {
          create: true,
          rules: [{ apiGroups: [''], resources: ['pods', 'pods/log', 'namespaces'], verbs: ['get', 'list', 'watch'] }],
          // The chart breaks when this list is empty.
          clusterRules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] }],
        },
        serviceMonitor: { enabled: isMonitored },
      },
      provides: {
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'] },
        namespaced: {
          '': ['ConfigMap', 'Service', 'ServiceAccount'],
          apps: ['DaemonSet'],
          ...(isMonitored ? { 'monitoring.coreos.com': ['ServiceMonitor'] } : {}),
        },
        podSecurity: 'restricted',
      },
    });
  }
}

function fromSecret(name: string, secret: string, key: string) {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

/** Labels of each line, and what Kubernetes calls them. More labels would make more streams, which is what Loki is slow with. */
const labels = {
  namespace: '__meta_kubernetes_namespace',
  pod: '__meta_kubernetes_pod_name',
  container: '__meta_kubernetes_pod_container_name',
  app: '__meta_kubernetes_pod_label_app_kubernetes_io_name',
} as const;

/** Alloy's own language. The field selector keeps each line from being read once on every node. */
function configuration(cluster: string, address: string, hasLogin: boolean): string {
  const rules = Object.entries(labels).map(
    ([label, source]) => `  rule {
    source_labels = ["${source}"]
    target_label  = "${label}"
  }
`,
  );
  const login = `    basic_auth {
      username = sys.env("LOKI_USERNAME")
      password = sys.env("LOKI_PASSWORD")
    }
`;
  return `logging {
  level = "info"
}
discovery.kubernetes "pods" {
  role = "pod"
  selectors {
    role  = "pod"
    field = "spec.nodeName=" + sys.env("K8S_NODE_NAME")
  }
}
discovery.relabel "pods" {
  targets = discovery.kubernetes.pods.targets
${rules.join('')}}
loki.source.kubernetes "pods" {
  targets    = discovery.relabel.pods.output
  forward_to = [loki.write.central.receiver]
}
loki.write "central" {
  endpoint {
    url = ${JSON.stringify(address)}
${hasLogin ? login : ''}  }
  external_labels = { cluster = ${JSON.stringify(cluster)} }
}
`;
}
