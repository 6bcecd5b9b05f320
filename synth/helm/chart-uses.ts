import { parse } from 'yaml';
import type { KubernetesObject } from '../../charts/lib/kinds.js';

/** A chart as an engine is told to render it. */
export interface ChartUse {
  /** Without `oci://`, as Argo CD writes it. */
  readonly repository: string;
  readonly chart: string;
  readonly version: string;
  readonly releaseName: string;
  readonly namespace: string;
  readonly values: object;
}

interface Source {
  readonly repoURL: string;
  readonly chart?: string;
  readonly targetRevision: string;
  readonly helm?: { readonly releaseName: string; readonly namespace?: string; readonly valuesObject?: object; readonly values?: string };
}

interface ApplicationSpec {
  readonly destination: { readonly namespace: string };
  readonly sources?: readonly Source[];
}

interface HelmReleaseSpec {
  readonly releaseName: string;
  readonly targetNamespace: string;
  readonly chart?: { readonly spec: { readonly chart: string; readonly version: string } };
  readonly values?: object;
}

interface SourceSpec {
  readonly url: string;
  readonly ref?: { readonly tag: string };
}

/** The charts in the engine's objects of a cluster, whichever engine it is. */
export function chartUsesOf(objects: readonly KubernetesObject[]): ChartUse[] {
  return objects.flatMap((object) => {
    if (object.kind === 'Application') return usesOfApplication(object['spec'] as ApplicationSpec);
    if (object.kind !== 'HelmRelease') return [];
    const source = objects.find(({ kind, metadata }) => /^(Helm|OCI)Repository$/.test(kind) && metadata.name === object.metadata.name);
    return source === undefined ? [] : [useOfHelmRelease(object['spec'] as HelmReleaseSpec, source['spec'] as SourceSpec)];
  });
}

function usesOfApplication({ destination, sources = [] }: ApplicationSpec): ChartUse[] {
  return sources.flatMap(({ repoURL, chart, targetRevision, helm }) => {
    if (chart === undefined || helm === undefined) return [];
    const { releaseName, namespace = destination.namespace, valuesObject, values } = helm;
    const own = valuesObject ?? (values === undefined ? {} : (parse(values) as object));
    return [{ repository: repoURL, chart, version: targetRevision, releaseName, namespace, values: own }];
  });
}

function useOfHelmRelease({ releaseName, targetNamespace, chart, values = {} }: HelmReleaseSpec, { url, ref }: SourceSpec): ChartUse {
  const place = { releaseName, namespace: targetNamespace, values };
  if (chart !== undefined) return { ...place, repository: url, chart: chart.spec.chart, version: chart.spec.version };
  const path = url.replace(/^oci:\/\//, '');
  const at = path.lastIndexOf('/');
  return { ...place, repository: path.slice(0, at), chart: path.slice(at + 1), version: ref?.tag ?? '' };
}
