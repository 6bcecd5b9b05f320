import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import { Component } from './lib/component.js';
import type { LoadBalancerRef, NamespaceRef } from './lib/handle.js';
import type { Resources } from './lib/resources.js';

// renovate: datasource=docker depName=quay.io/kubevirt/kubevirt-cloud-controller-manager
const image = 'quay.io/kubevirt/kubevirt-cloud-controller-manager:v0.6.0';

const resources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } } satisfies Resources;

export interface CloudProviderKubevirtProps {
  /** Name of the child cluster, as Cluster API has it. @example 'apps' */
  readonly cluster: string;
  /** The namespace of this cluster that holds the child's machines. It must allow pods of the level restricted. */
  readonly namespace: NamespaceRef;
  /** The pool of this cluster that the child's load balancers get their addresses from. @default - those that hand out addresses by themselves */
  readonly addresses?: { readonly loadBalancer: LoadBalancerRef; readonly pool: string };
}

/**
 * In a cluster whose virtual machines are the nodes of another one: gives that child its load balancers, each a Service of this cluster that
 * leads to the child's workers, so that the pool of this cluster must have room for them; and tells its nodes their addresses. The child's
 * kubelets run with an external cloud provider, and take no pod before that.
 *
 * Source: https://github.com/kubevirt/cloud-provider-kubevirt (v0.6.0: config/, pkg/provider/cloud.go), without its privileges, of which it
 * needs none
 */
export class CloudProviderKubevirt extends Component {
  constructor(scope: Construct, id: string, { cluster, namespace, addresses }: CloudProviderKubevirtProps) {
    super(scope, id, {
      namespace,
      project: 'network',
      humanGate: `Cluster API must make ${cluster} and its Secret ${cluster}-kubeconfig first, which needs nothing of what comes before`,
    });
    const name = `${cluster}-kccm`;
    const labels = { 'app.kubernetes.io/name': 'cloud-provider-kubevirt', 'app.kubernetes.io/instance': cluster };
    this.addRights(name, labels);
    const poolLabel = addresses && this.resources.use(addresses.loadBalancer).poolLabel;
    this.addConfig(name, labels, {
      'cluster.x-k8s.io/cluster-name': cluster,
      ...(poolLabel === undefined ? {} : { [poolLabel]: addresses?.pool ?? '' }),
    });
    this.addDeployment(name, labels, cluster);
  }

  private addRights(name: string, labels: Record<string, string>): void {
    const metadata = { name, labels };
    new k8s.KubeServiceAccount(this.base, 'service-account', { metadata });
    new k8s.KubeRole(this.base, 'role', {
      metadata,
      rules: [
        { apiGroups: ['kubevirt.io'], resources: ['virtualmachines'], verbs: ['get', 'watch', 'list'] },
        { apiGroups: ['kubevirt.io'], resources: ['virtualmachineinstances'], verbs: ['get', 'watch', 'list', 'update'] },
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: [''], resources: ['services'], verbs: ['*'] },
      ],
    });
    new k8s.KubeRoleBinding(this.base, 'role-binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: this.namespaceName }],
    });
  }

  /** @param infraLabels of every Service that it makes here. */
  private addConfig(name: string, labels: Record<string, string>, infraLabels: Readonly<Record<string, string>>): void {
    new k8s.KubeConfigMap(this.resources, 'config', {
      metadata: { name, labels },
      data: {
        // Zone and region would be those of this cluster's nodes, which it would have to be allowed to read.
        'cloud-config': `loadBalancer:
  creationPollInterval: 5
  creationPollTimeout: 60
namespace: ${this.namespaceName}
infraLabels:
${Object.entries(infraLabels)
  .map(([key, value]) => `  ${key}: ${value}`)
  .join('\n')}
instancesV2:
  enabled: true
  zoneAndRegionEnabled: false
`,
      },
    });
  }

  private addDeployment(name: string, labels: Record<string, string>, cluster: string): void {
    new k8s.KubeDeployment(this.resources, 'deployment', {
      metadata: { name, labels, annotations: { 'secret.reloader.stakater.com/reload': `${cluster}-kubeconfig` } },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: name,
            enableServiceLinks: false,
            securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                name: 'kubevirt-cloud-controller-manager',
                image,
                imagePullPolicy: 'IfNotPresent',
                command: ['/bin/kubevirt-cloud-controller-manager'],
                args: [
                  '--cloud-provider=kubevirt',
                  '--cloud-config=/etc/cloud/cloud-config',
                  '--kubeconfig=/etc/kubernetes/kubeconfig/value',
                  '--authentication-skip-lookup=true',
                  `--cluster-name=${cluster}`,
                ],
                resources: quantities(resources),
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
                volumeMounts: [
                  { name: 'kubeconfig', mountPath: '/etc/kubernetes/kubeconfig', readOnly: true },
                  { name: 'cloud-config', mountPath: '/etc/cloud', readOnly: true },
                ],
              },
            ],
            volumes: [
              { name: 'cloud-config', configMap: { name } },
              { name: 'kubeconfig', secret: { secretName: `${cluster}-kubeconfig` } },
            ],
          },
        },
      },
    });
  }
}

function quantities({ requests, limits }: typeof resources): k8s.ResourceRequirements {
  const toQuantities = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, k8s.Quantity.fromString(value)]));
  return { requests: toQuantities(requests), limits: toQuantities(limits) };
}
