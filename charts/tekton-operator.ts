import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/tekton-operator.js';
import { addLeafCertificate } from './lib/certificate.js';
import { Component } from './lib/component.js';
import { type Exposure, protectionOf } from './lib/expose.js';
import { podSecurityLabels } from './lib/labels.js';
import { Manifest } from './lib/manifest.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=docker depName=ghcr.io/tektoncd/operator/charts/tekton-operator
const chartVersion = '0.81.1';

/** Where pipelines, triggers and dashboard run. Builds run in namespaces of their own. */
const targetNamespace = 'tekton-pipelines';

/** Its controllers, dashboards and pruning jobs pass it. */
const targetLabels = podSecurityLabels('restricted');

/** Source: schema of operator.tekton.dev/v1alpha1 TektonConfig (v0.81.1) */
interface TektonConfig {
  readonly apiVersion: 'operator.tekton.dev/v1alpha1';
  readonly kind: 'TektonConfig';
  readonly metadata: { readonly name: 'config' };
  readonly spec: {
    readonly profile: 'all' | 'basic' | 'lite';
    readonly targetNamespace: string;
    readonly targetNamespaceMetadata: { readonly labels: Readonly<Record<string, string>> };
    readonly chain: { readonly disabled: boolean };
    readonly result: { readonly disabled: boolean; readonly is_external_db: boolean };
    readonly trigger: { readonly disabled: boolean };
    readonly pruner: {
      readonly disabled: boolean;
      readonly resources: readonly ('pipelinerun' | 'taskrun')[];
      readonly keep: number;
      readonly schedule: string;
    };
    readonly tektonpruner: { readonly disabled: boolean; readonly 'global-config': object };
    readonly pipeline: { readonly 'set-security-context': boolean };
    readonly dashboard: { readonly readonly: boolean };
  };
}

export interface TektonOperatorProps {
  /** Host name of the dashboard, which only shows, but shows logs to everybody: it has no login. @default - not reachable from outside */
  readonly dashboard?: { readonly host: string; readonly exposure: Exposure };
  /** How many runs of each pipeline and task are kept; older ones, and their logs, go each night. @default 100 */
  readonly keptRuns?: number;
  /** Whether Prometheus reads the operator. @default false */
  readonly isMonitored?: boolean;
}

/**
 * Tekton: pipelines, triggers and the dashboard, kept by their operator. Neither Results, which needs a database, nor Chains.
 *
 * Source: https://github.com/tektoncd/operator (v0.81.1: charts/tekton-operator, docs/TektonConfig.md)
 */
export class TektonOperator extends Component {
  constructor(scope: Construct, id: string, props: TektonOperatorProps = {}) {
    // The operator's webhooks name this namespace, whatever the release is told.
    super(scope, id, { namespace: { name: 'tekton-operator', podSecurity: 'restricted' }, project: 'apps' });
    this.addTargetNamespace();
    this.addRelease();
    if (props.isMonitored) this.addServiceMonitor();
    this.addConfig(props.keptRuns ?? 100);
    if (props.dashboard) this.exposeDashboard(props.dashboard);
  }

  /** The operator would make it, but without limits of memory, and later than the Ingress needs it. */
  private addTargetNamespace(): void {
    new k8s.KubeNamespace(this.base, 'target-namespace', { metadata: { name: targetNamespace, labels: targetLabels } });
    const quantities = (cpu: string | undefined, memory: string) => ({
      ...(cpu === undefined ? {} : { cpu: k8s.Quantity.fromString(cpu) }),
      memory: k8s.Quantity.fromString(memory),
    });
    // For containers that say nothing themselves, which are most: Talos kills those without a limit first.
    new k8s.KubeLimitRange(this.base, 'target-limits', {
      metadata: { name: 'defaults', namespace: targetNamespace },
      spec: { limits: [{ type: 'Container', defaultRequest: quantities('10m', '64Mi'), default: quantities(undefined, '512Mi') }] },
    });
  }

  /** The Service of the webhook has the same labels, and no such port. */
  private addServiceMonitor(): void {
    const name = 'tekton-operator';
    new Manifest<IServiceMonitor>(this.resources, 'metrics', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: { name },
      spec: {
        selector: { matchLabels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': name } },
        endpoints: [{ port: 'http-metrics' }],
      },
    });
  }

  private addRelease(): void {
    new HelmRelease<Values>(this.release, 'tekton-operator', {
      repository: 'oci://ghcr.io/tektoncd/operator/charts',
      chart: 'tekton-operator',
      version: chartVersion,
      values: {
        installCRDs: true,
        // One for each part that the TektonConfig turns on: a part without its controller never becomes ready.
        controllers: 'tektonconfig,tektonpipeline,tektontrigger,tektondashboard,tektonpruner',
        operator: {
          // The TektonConfig is an object of our own.
          autoInstallComponents: false,
          defaultTargetNamespace: targetNamespace,
          // For each of the two containers.
          resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        },
        webhook: { resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } } },
        // It selects a label that the chart's own Service does not have.
        service: { createServiceMonitor: false },
        podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true },
      },
      provides: {
        crds: {
          'operator.tekton.dev': [
            'ManualApprovalGate',
            'OpenShiftPipelinesAsCode',
            'SyncerService',
            'TektonChain',
            'TektonConfig',
            'TektonDashboard',
            'TektonInstallerSet',
            'TektonMulticlusterProxyAAE',
            'TektonPipeline',
            'TektonPruner',
            'TektonResult',
            'TektonScheduler',
            'TektonTrigger',
          ],
        },
        // Of the parts that the operator installs.
        crdsAtRunTime: {
          'dashboard.tekton.dev': ['Extension'],
          'resolution.tekton.dev': ['ResolutionRequest'],
          'tekton.dev': ['CustomRun', 'Pipeline', 'PipelineRun', 'StepAction', 'Task', 'TaskRun', 'VerificationPolicy'],
          'triggers.tekton.dev': [
            'ClusterInterceptor',
            'ClusterTriggerBinding',
            'EventListener',
            'Interceptor',
            'Trigger',
            'TriggerBinding',
            'TriggerTemplate',
          ],
        },
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'] },
        namespaced: {
          // The Secret is empty: the operator fills in the certificate of its webhook.
          '': ['ConfigMap', 'Secret', 'Service', 'ServiceAccount'],
          apps: ['Deployment'],
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        // The operator registers them once it runs.
        webhooks: {
          'operator.tekton.dev': [
            'TektonChain',
            'TektonConfig',
            'TektonDashboard',
            'TektonPipeline',
            'TektonPruner',
            'TektonResult',
            'TektonTrigger',
          ],
        },
        podSecurity: 'restricted',
      },
    });
  }

  private addConfig(keep: number): void {
    new Manifest<TektonConfig>(this.resources, 'config', {
      apiVersion: 'operator.tekton.dev/v1alpha1',
      kind: 'TektonConfig',
      metadata: { name: 'config' },
      spec: {
        profile: 'all',
        targetNamespace,
        // The same as those of the Namespace above, which the operator writes too.
        targetNamespaceMetadata: { labels: targetLabels },
        // The profile turns both on.
        chain: { disabled: true },
        result: { disabled: true, is_external_db: false },
        trigger: { disabled: false },
        // One of the two pruners: a nightly job, which needs no configuration in each namespace.
        pruner: { disabled: false, resources: ['pipelinerun', 'taskrun'], keep, schedule: '0 3 * * *' },
        tektonpruner: { disabled: true, 'global-config': {} },
        // Init containers and sidecars of runs then pass in restricted namespaces.
        pipeline: { 'set-security-context': true },
        dashboard: { readonly: true },
      },
    });
  }

  private exposeDashboard({ host, exposure }: NonNullable<TektonOperatorProps['dashboard']>): void {
    const [name, namespace] = ['tekton-dashboard', targetNamespace];
    const { ingressClass, issuer } = exposure;
    const secretName = addLeafCertificate(this.exposure, 'dashboard-certificate', {
      name: `${name}-tls`,
      dnsNames: [host],
      issuer,
      namespace,
    });
    new k8s.KubeIngress(this.exposure, 'dashboard-ingress', {
      metadata: { name, namespace, annotations: protectionOf(this.exposure, exposure) },
      spec: {
        ingressClassName: this.exposure.use(ingressClass).name,
        tls: [{ hosts: [host], secretName }],
        rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 9097 } } } }] } }],
      },
    });
  }
}
