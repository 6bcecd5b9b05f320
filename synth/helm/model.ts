import type { KubernetesObject } from '../../charts/lib/kinds.js';
import type { Problem } from '../../charts/lib/problem.js';

/** What the parts of the rendering of charts hand to each other. Data only; each part is a file of this folder. */

/** A chart at an exact version, as a release names it. */
export interface ChartId {
  /** https:// index or oci:// path that holds the chart. */
  readonly repository: string;
  readonly chart: string;
  /** As the repository writes it. */
  readonly version: string;
}

/** A chart whose archive is known by its content. */
export interface LockedChart extends ChartId {
  /** Of the archive, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** As Chart.yaml says it. */
  readonly appVersion?: string;
}

/** An upstream manifest that is known by its content. */
export interface LockedManifest {
  readonly url: string;
  readonly sha256: string;
}

/** The file charts.lock.yaml. */
export interface ChartLock {
  /** Exact version of the helm that renders. @example 'v3.19.0' */
  readonly helm: string;
  /** Sorted by repository, chart and version. */
  readonly charts: readonly LockedChart[];
  /** Sorted by URL. */
  readonly manifests: readonly LockedManifest[];
}

/** The helm that renders, whose version is that of the lock. */
export interface HelmProgram {
  readonly path: string;
  /** @example 'v3.19.0' */
  readonly version: string;
}

/** Everything that the output of one release depends on. */
export interface RenderInput {
  readonly chart: LockedChart;
  readonly releaseName: string;
  readonly namespace: string;
  readonly values: object;
  /** Of the cluster. @example 'v1.36.4' */
  readonly kubernetes: string;
  /** 'group/version' and 'group/version/Kind' that the cluster has beyond Kubernetes' own, sorted. */
  readonly apiVersions: readonly string[];
  /** Decides what becomes of hooks: Argo CD has some of its own, Flux has none. */
  readonly engine: 'argocd' | 'flux';
}

/** One object of a release, with where the chart makes it. */
export interface RenderedObject {
  readonly manifest: KubernetesObject;
  /** Path of the template in the chart. @example 'argo-cd/templates/argocd-server/deployment.yaml' */
  readonly template: string;
}

/** What a release renders. With problems of severity error, the objects are not to be used. */
export interface RenderedRelease {
  readonly objects: readonly RenderedObject[];
  readonly problems: readonly Problem[];
}
