import type { IHelmRelease } from '@kubernetes-models/flux-cd/helm.toolkit.fluxcd.io/v2/HelmRelease';
import type { IHelmRepository } from '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/HelmRepository';
import type { IOCIRepository } from '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/OCIRepository';
import type { HelmRelease } from '../release.js';
import { fluxNamespace } from './settings.js';

/** A chart as Flux wants it: where it comes from, and the release. Both live with Flux; the release goes into its own namespace. */
export function renderRelease(release: HelmRelease, componentNamespace: string): (IHelmRelease | IHelmRepository | IOCIRepository)[] {
  const { releaseName, props } = release;
  const namespace = props.namespace ?? componentNamespace;
  const metadata = { name: releaseName, namespace: fluxNamespace };
  const isOci = props.repository.startsWith('oci://');
  return [
    isOci ? ociRepository(release, metadata) : httpRepository(release, metadata),
    {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata,
      spec: {
        interval: '1h',
        releaseName,
        targetNamespace: namespace,
        storageNamespace: namespace,
        ...(isOci
          ? { chartRef: { kind: 'OCIRepository', name: releaseName } }
          : { chart: { spec: { chart: props.chart, version: props.version, sourceRef: { kind: 'HelmRepository', name: releaseName } } } }),
        // Namespaces are rendered, with their Pod Security labels.
        install: { crds: 'CreateReplace', createNamespace: false, remediation: { retries: -1 } },
        upgrade: { crds: 'CreateReplace', remediation: { retries: -1, strategy: 'rollback' } },
        driftDetection: { mode: 'enabled' },
        values: props.values as never,
      },
    },
  ];
}

type Metadata = { readonly name: string; readonly namespace: string };

function httpRepository({ props }: HelmRelease, metadata: Metadata): IHelmRepository {
  return { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'HelmRepository', metadata, spec: { interval: '1h', url: props.repository } };
}

/** Source: https://fluxcd.io/flux/components/source/ocirepositories/ */
function ociRepository({ props }: HelmRelease, metadata: Metadata): IOCIRepository {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'OCIRepository',
    metadata,
    spec: {
      interval: '1h',
      url: `${props.repository}/${props.chart}`,
      ref: { tag: props.version },
      layerSelector: { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' },
    },
  };
}
