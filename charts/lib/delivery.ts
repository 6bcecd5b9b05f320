import type { CollectedComponent } from './collect.js';
import type { Identity } from './kinds.js';
import { HelmRelease, type ReleaseManifest } from './release.js';

/**
 * Who renders a release: `engine` is the GitOps engine in the cluster, from the chart and its values; `dist` is synth, so that its objects are
 * files in dist/, which people review and the engine applies as they are.
 */
export type Delivery = 'engine' | 'dist';

/** Software from upstream: a chart or plain manifests. */
export type Upstream = HelmRelease | ReleaseManifest;

/** A file of dist/ with an object that upstream wrote. */
export interface DeliveredFile {
  readonly identity: Identity;
  /** Below dist/<cluster>/. */
  readonly path: string;
  /** Bytes where they were read and not made: most files of a synth stay as they are, and nobody looks into them. */
  readonly content: string | Buffer;
}

/** Files by the construct path of the release that they come from. */
export type DeliveredFiles = ReadonlyMap<string, readonly DeliveredFile[]>;

/** Construct path, which is the name of a release in a cluster. @example 'cilium/release/cilium' */
export function pathOfUpstream(upstream: Upstream): string {
  return upstream.node.path;
}

/** What a stage installs from upstream, whoever renders it. */
export function upstreamOf({ releases, manifests, delivered }: CollectedComponent['stages'][number]): readonly Upstream[] {
  return [...releases, ...manifests, ...delivered];
}

/** The components with the objects of some releases as files, instead of the releases. */
export function deliver(components: readonly CollectedComponent[], files: DeliveredFiles): CollectedComponent[] {
  if (files.size === 0) return [...components];
  return components.map((component) => ({
    ...component,
    stages: component.stages.map((stage) => {
      const delivered = upstreamOf(stage).filter((upstream) => files.has(pathOfUpstream(upstream)));
      return {
        ...stage,
        releases: stage.releases.filter((release) => !delivered.includes(release)),
        manifests: stage.manifests.filter((manifest) => !delivered.includes(manifest)),
        delivered,
        files: delivered.flatMap((upstream) => files.get(pathOfUpstream(upstream)) ?? []),
      };
    }),
  }));
}

/** The charts of a stage, whoever renders them. */
export function chartsOf(stage: CollectedComponent['stages'][number]): readonly HelmRelease[] {
  return upstreamOf(stage).filter((upstream) => upstream instanceof HelmRelease);
}
