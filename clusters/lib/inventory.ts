import { App } from 'cdk8s';
import { findComponents } from '../../charts/lib/collect.js';
import type { Project } from '../../charts/lib/component.js';
import type { StageName } from '../../charts/lib/handle.js';
import { HelmRelease, ReleaseManifest, type UpstreamFile } from '../../charts/lib/release.js';
import { DeclaredSecret, type DeclaredSecretProps } from '../../charts/lib/secret.js';
import type { Cluster } from './facts.js';
import type { Fleet } from './fleet.js';

/** A component of a cluster as plain data: what it is and what it needs, without any object of it. */
export interface ComponentEntry {
  readonly name: string;
  readonly namespace: string;
  readonly project: Project;
  /** Whether the bootstrap installs it before the GitOps engine runs. */
  readonly bootstrap: boolean;
  readonly releases: readonly ReleaseEntry[];
  /** Upstream manifests without a chart. */
  readonly manifests: readonly UpstreamFile[];
  readonly secrets: readonly SecretEntry[];
}

export interface ReleaseEntry {
  readonly name: string;
  readonly namespace: string;
  readonly repository: string;
  readonly chart: string;
  readonly version: string;
}

export interface SecretEntry extends DeclaredSecretProps {
  readonly namespace: string;
  /** Stage that needs it. */
  readonly stage: StageName;
}

/** The components of a cluster, sorted by name, without rendering, checking or ordering anything. */
export function listComponents(cluster: Cluster, fleet: Fleet): readonly ComponentEntry[] {
  const app = new App();
  cluster.build(app, fleet);
  return findComponents(app).map((component) => {
    const namespace = component.namespaceName;
    const nodes = component.node.findAll();
    return {
      name: component.node.id,
      namespace,
      project: component.options.project,
      bootstrap: component.options.bootstrap ?? false,
      releases: nodes
        .filter((node) => node instanceof HelmRelease)
        .map(({ releaseName, props: { repository, chart, version, ...props } }) => ({
          name: releaseName,
          namespace: props.namespace ?? namespace,
          repository,
          chart,
          version,
        })),
      manifests: nodes.filter((node) => node instanceof ReleaseManifest).flatMap(({ props }) => props.urls),
      secrets: nodes
        .filter((node) => node instanceof DeclaredSecret)
        .map(({ stage, props }) => ({ namespace, ...props, stage: stage.stage })),
    };
  });
}
