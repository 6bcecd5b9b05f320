import { createHash } from 'node:crypto';
import type { ICiliumClusterwideNetworkPolicy } from '@kubernetes-models/cilium/cilium.io/v2/CiliumClusterwideNetworkPolicy';
import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import { stringify } from 'yaml';
import type { Values } from '../imports/helm/falco-talon.js';
import { Component } from './lib/component.js';
import type { Handle, NamespaceRef } from './lib/handle.js';
import { Manifest } from './lib/manifest.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=helm depName=falco-talon registryUrl=https://falcosecurity.github.io/charts
const chartVersion = '0.4.1';

const port = 2803;

/** Pods get it when Talon has acted on them, which cuts them off; the value says why. Taking it off the pod ends it. */
const quarantineLabel = 'platform/quarantine';

/**
 * What Talon does to a pod and to nothing else: read it, label it, report.
 *
 * Source: the Permissions of kubernetes:label and k8sevents (falco-talon v0.3.0)
 */
const permissions: Values['rbac'] = {
  serviceAccount: { create: true },
  pods: ['get', 'list', 'update', 'patch'],
  events: ['get', 'update', 'patch', 'create'],
  namespaces: [],
  podsEphemeralcontainers: [],
  nodes: [],
  podsLog: [],
  podsExec: [],
  podsEviction: [],
  daemonsets: [],
  deployments: [],
  replicasets: [],
  statefulsets: [],
  networkpolicies: [],
  caliconetworkpolicies: [],
  ciliumnetworkpolicies: [],
  roles: [],
  clusterroles: [],
  configmaps: [],
  secrets: [],
  leases: [],
};

/** Where Falco sends its events. */
export type ResponseRef = Handle<{ readonly address: string }>;

export interface FalcoTalonProps {
  /**
   * Name of the namespace that Falco runs in, the only one that may send events.
   *
   * A name and no handle: Falco waits for Talon, whose address it takes. @default 'falco'
   */
  readonly callerNamespace?: string;
  /**
   * Namespaces in which people open shells on purpose, or whose network must not be cut by one: storage, GitOps engine, ingress. Those of
   * Falco, of Talon and kube-system are always among them. A miner is cut off wherever it runs.
   *
   * @default - no further ones
   */
  readonly shellsAllowedIn?: readonly NamespaceRef[];
}

/**
 * Answers events of Falco: it labels the pod, for a shell with a terminal in a container and for a crypto miner, and a policy of Cilium cuts
 * labelled pods off. Other pods of its owner go on. It deletes nothing, so that there is something left to look at; as long as it is left,
 * Services send it their share of requests. A pod in the network of its node is labelled only.
 *
 * The policies that Talon makes itself would not do: those of Kubernetes and Cilium take in all pods of the owner, and those of Cilium and
 * Calico deny one address that the event must name.
 *
 * Source: https://docs.falco-talon.org, actionners/ (v0.3.0) and the chart's values (0.4.1)
 */
export class FalcoTalon extends Component {
  constructor(scope: Construct, id: string, { callerNamespace = 'falco', shellsAllowedIn = [] }: FalcoTalonProps = {}) {
    super(scope, id, { namespace: { name: 'falco-talon', podSecurity: 'baseline' }, project: 'security' });
    const spared = shellsAllowedIn.map((namespace) => this.release.use(namespace).name);
    this.addRelease(rulesOf(['kube-system', callerNamespace, this.namespaceName, ...spared]));
    this.addNetworkPolicy(callerNamespace);
    this.addQuarantine();
  }

  /** Takes events over HTTP. */
  get response(): ResponseRef {
    return this.handle('release', { address: `http://falco-talon.${this.namespaceName}:${port}` });
  }

  private addRelease(rules: string): void {
    new HelmRelease<Values>(this.release, 'falco-talon', {
      repository: 'https://falcosecurity.github.io/charts',
      chart: 'falco-talon',
      version: chartVersion,
      values: {
        replicaCount: 1,
        // The default is a redirection that counts downloads.
        image: { registry: 'docker.io', pullPolicy: 'IfNotPresent' },
        podSecurityContext: { runAsUser: 1234, fsGroup: 1234 },
        extraEnv: [
          { name: 'LOG_LEVEL', value: 'warning' },
          // The file is mounted in a way that does not follow changes: another value here starts the pod anew.
          { name: 'RULES_SHA256', value: createHash('sha256').update(rules).digest('hex') },
        ],
        resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        config: {
          defaultNotifiers: ['k8sevents'],
          // A string: the chart takes false for unset, and then true. One pod needs no leader, and no right to Leases.
          deduplication: { leaderElection: 'false', timeWindowSeconds: 5 },
          rulesOverride: rules,
        },
        rbac: permissions,
        // Metrics are on the port that takes events, which only Falco may reach.
        serviceMonitor: { enabled: false },
      },
      provides: {
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'] },
        // The configuration file.
        openSecrets: ['falco-talon-config'],
        namespaced: { '': ['ConfigMap', 'Secret', 'Service', 'ServiceAccount'], apps: ['Deployment'] },
        podSecurity: 'baseline',
      },
    });
  }

  /**
   * No connection to or from a labelled pod, open ones included, whatever other policies allow. Its node is not denied: it may always reach
   * its pods, and a kubelet whose probes failed would restart the container and destroy what there is to look at.
   *
   * Source: https://docs.cilium.io/en/v1.20/security/policy/deny/, pkg/labelsfilter/filter.go,
   * pkg/policy/mapstate.go and https://github.com/cilium/cilium/pull/2700 (open connections)
   */
  private addQuarantine(): void {
    new Manifest<ICiliumClusterwideNetworkPolicy>(this.base, 'quarantine', {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumClusterwideNetworkPolicy',
      metadata: { name: 'quarantine' },
      spec: {
        endpointSelector: { matchExpressions: [{ key: quarantineLabel, operator: 'Exists' }] },
        ingressDeny: [
          { fromEndpoints: [{ matchExpressions: [{ key: 'io.kubernetes.pod.namespace', operator: 'Exists' }] }] },
          { fromEntities: ['world', 'remote-node', 'ingress', 'unmanaged'] },
        ],
        egressDeny: [{ toEntities: ['all'] }],
      },
    });
  }

  /** It believes every event that it gets: whoever could send one could cut off any pod. */
  private addNetworkPolicy(callerNamespace: string): void {
    new k8s.KubeNetworkPolicy(this.base, 'network-policy', {
      metadata: { name: 'events-from-falco' },
      spec: {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [
              {
                namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': callerNamespace } },
                podSelector: { matchLabels: { 'app.kubernetes.io/name': 'falcosidekick' } },
              },
            ],
            ports: [{ port: k8s.IntOrString.fromNumber(port), protocol: 'TCP' }],
          },
        ],
      },
    });
  }
}

/** Actions and rules. An invalid file makes Talon refuse all of them. Source: internal/rules/rules.go (falco-talon v0.3.0) */
function rulesOf(shellsAllowedIn: readonly string[]): string {
  const label = (action: string, reason: string) => ({
    action,
    actionner: 'kubernetes:label',
    parameters: { labels: { [quarantineLabel]: reason } },
  });
  const [shell, miner] = [label('Label shell', 'shell'), label('Label miner', 'miner')];
  return stringify([
    shell,
    miner,
    {
      rule: 'Shell in a container',
      // All of one entry must hold.
      match: {
        rules: ['Terminal shell in container'],
        output_fields: [[...new Set(shellsAllowedIn)].map((name) => `k8s.ns.name!=${name}`).join(', ')],
      },
      actions: [{ action: shell.action }],
    },
    // MITRE ATT&CK T1496, resource hijacking: the tag of every rule of Falco about miners.
    { rule: 'Crypto miner', match: { tags: ['T1496'] }, actions: [{ action: miner.action }] },
  ]);
}
