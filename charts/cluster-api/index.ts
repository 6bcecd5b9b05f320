import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import type { Values } from '../../imports/helm/cluster-api-operator.js';
import { Component } from '../lib/component.js';
import { podSecurityLabels } from '../lib/labels.js';
import { Manifest } from '../lib/manifest.js';
import type { Kinds } from '../lib/provides.js';
import { HelmRelease } from '../lib/release.js';
import type { Resources } from '../lib/resources.js';
import { DeclaredSecret } from '../lib/secret.js';
import { type MachineSource, type Provider, type ProviderKind, selectProviders } from './providers.js';

// renovate: datasource=helm depName=cluster-api-operator registryUrl=https://kubernetes-sigs.github.io/cluster-api-operator
const chartVersion = '0.28.0';

export interface ClusterApiProps {
  /** What makes the machines of child clusters, at least one. */
  readonly infrastructure: readonly [MachineSource, ...MachineSource[]];
}

/** What the operator installs, and checks by its webhooks. */
const operatorKinds: Kinds = {
  'operator.cluster.x-k8s.io': [
    'AddonProvider',
    'BootstrapProvider',
    'ControlPlaneProvider',
    'CoreProvider',
    'IPAMProvider',
    'InfrastructureProvider',
    'RuntimeExtensionProvider',
  ],
};

/** A provider as the operator takes it. Source: config/crd/bases of kubernetes-sigs/cluster-api-operator (v0.28.0) */
interface IProvider {
  readonly apiVersion: 'operator.cluster.x-k8s.io/v1alpha2';
  readonly kind: ProviderKind;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly version: string;
    readonly configSecret?: { readonly name: string; readonly namespace: string };
    readonly deployment: { readonly containers: readonly [{ readonly name: 'manager'; readonly resources: Resources }] };
  };
}

/**
 * Cluster API: makes child clusters of Talos machines, and installs charts in them. The operator fetches the manifests of each provider from
 * its GitHub release.
 *
 * Source: hack/charts/cluster-api-operator of kubernetes-sigs/cluster-api-operator (v0.28.0)
 */
export class ClusterApi extends Component {
  constructor(scope: Construct, id: string, { infrastructure }: ClusterApiProps) {
    super(scope, id, { namespace: { name: 'capi-operator-system', podSecurity: 'restricted' }, project: 'platform' });
    const providers = selectProviders(infrastructure);
    this.addRelease(providers);
    for (const provider of providers) this.addProvider(provider);
  }

  private addRelease(providers: readonly Provider[]): void {
    new HelmRelease<Values>(this.release, 'capi-operator', {
      repository: 'https://kubernetes-sigs.github.io/cluster-api-operator',
      chart: 'cluster-api-operator',
      version: chartVersion,
      values: {
        // Providers that the chart makes get bare Namespaces, which enforce nothing, and cannot be limited.
        core: {},
        bootstrap: {},
        controlPlane: {},
        infrastructure: {},
        ipam: {},
        addon: {},
        configSecret: {},
        enableHelmHook: false,
        replicaCount: 1,
        // Follows a credential that is renewed.
        watchConfigSecret: true,
        // The default of 100m CPU throttles it while it unpacks the manifests of providers.
        resources: { manager: { requests: { cpu: '50m', memory: '128Mi' }, limits: { cpu: '1', memory: '512Mi' } } },
        securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' } },
        containerSecurityContext: {
          manager: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
        },
      },
      provides: {
        crds: operatorKinds,
        crdsAtRunTime: mergeKinds(providers.map(({ crds }) => crds)),
        cluster: {
          'admissionregistration.k8s.io': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
          'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
        },
        namespaced: {
          '': ['Service', 'ServiceAccount'],
          apps: ['Deployment'],
          'cert-manager.io': ['Certificate', 'Issuer'],
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        webhooks: operatorKinds,
        podSecurity: 'restricted',
      },
    });
  }

  private addProvider({ kind, name, namespace, version, podSecurity, memory, variables }: Provider): void {
    new k8s.KubeNamespace(this.base, `${namespace}-namespace`, { metadata: { name: namespace, labels: podSecurityLabels(podSecurity) } });
    const credentials =
      variables &&
      new DeclaredSecret(this.resources, `${name}-credentials`, {
        name: `${name}-credentials`,
        namespace,
        keys: variables,
        consumer: `Cluster API, to make machines on ${name}`,
      });
    new Manifest<IProvider>(this.resources, `${kind}-${name}`, {
      apiVersion: 'operator.cluster.x-k8s.io/v1alpha2',
      kind,
      // With a provider go its kinds, and with those every child cluster.
      metadata: {
        name,
        namespace,
        annotations: {
          'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm',
          'kustomize.toolkit.fluxcd.io/prune': 'disabled',
        },
      },
      spec: {
        version,
        ...(credentials ? { configSecret: { name: credentials.props.name, namespace } } : {}),
        deployment: {
          containers: [{ name: 'manager', resources: { requests: { cpu: '10m', memory: memory[0] }, limits: { memory: memory[1] } } }],
        },
      },
    });
  }
}

/** Two providers may install kinds of one group. */
function mergeKinds(all: readonly Kinds[]): Kinds {
  const merged: Record<string, string[]> = {};
  for (const [group, kinds] of all.flatMap((kinds) => Object.entries(kinds))) merged[group] = [...(merged[group] ?? []), ...kinds].sort();
  return merged;
}
