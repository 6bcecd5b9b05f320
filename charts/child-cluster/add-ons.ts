import { stringify } from 'yaml';

/** A chart that the parent installs in a child. */
export interface AddOn {
  /** Name of the release in the child. */
  readonly release: string;
  /** Namespace of the release in the child. */
  readonly namespace: string;
  /** Repository of the chart, https:// or oci://. */
  readonly repository: string;
  readonly chart: string;
  /** Exact version. */
  readonly version: string;
  readonly values: object;
}

/** The fields of a HelmChartProxy that are set here. */
export interface HelmChartProxySpec {
  readonly clusterSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly repoURL: string;
  readonly chartName: string;
  readonly version: string;
  readonly releaseName: string;
  readonly namespace: string;
  readonly reconcileStrategy: 'InstallOnce';
  readonly valuesTemplate: string;
  readonly options: {
    readonly wait: boolean;
    readonly timeout: string;
    readonly install: { readonly createNamespace: boolean };
    readonly enableClientCache: boolean;
  };
}

/**
 * Installs a chart once, and neither upgrades nor uninstalls it: from then on the child's own Argo CD keeps the release, from the same chart.
 *
 * Source: api/v1alpha1/helmchartproxy_types.go, controllers/helmreleaseproxy and internal/helm_client.go of
 * cluster-api-addon-provider-helm (v0.6.2)
 */
export function helmChartProxyOf(addOn: AddOn, matchLabels: Readonly<Record<string, string>>): HelmChartProxySpec {
  return {
    clusterSelector: { matchLabels },
    repoURL: addOn.repository,
    chartName: addOn.chart,
    version: addOn.version,
    releaseName: addOn.release,
    namespace: addOn.namespace,
    reconcileStrategy: 'InstallOnce',
    valuesTemplate: templateOf(addOn.values),
    // Nothing is ready before the network is, which is one of them. The last two are defaults of the API server.
    options: { wait: false, timeout: '10m', install: { createNamespace: true }, enableClientCache: false },
  };
}

/** The values as text that Go's templates leave as it is, and that says the same to readers of YAML 1.1. */
function templateOf(values: object): string {
  const text = stringify(values, {
    lineWidth: 0,
    sortMapEntries: true,
    aliasDuplicateObjects: false,
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
  });
  return text.replaceAll('{{', '{{ "{{" }}');
}
