import type { IKustomization } from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1/Kustomization';
import type { IGitRepository } from '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/GitRepository';
import type { CollectedComponent } from '../collect.js';
import type { EngineSettings } from '../engine.js';
import type { Graph } from '../graph.js';
import { nodeOf } from '../handle.js';
import type { KubernetesObject } from '../kinds.js';
import { renderRelease } from './release.js';
import { fluxNamespace, gitSecretName, sourceName } from './settings.js';
import { partsOf, renderStage, type StagePart } from './stage.js';

/**
 * The objects of Flux by their path below dist/<cluster>/: flux/root/ is what people apply once, and what then keeps itself;
 * flux/releases/<component>/ holds the charts.
 *
 * @param graph of stages, without cycles.
 */
export function renderFlux(
  components: readonly CollectedComponent[],
  graph: Graph,
  settings: EngineSettings,
): Map<string, KubernetesObject> {
  const parts = new Map<string, readonly StagePart[]>(
    components.flatMap(({ name, stages }) =>
      stages.map((stage) => [nodeOf({ component: name, stage: stage.stage }), partsOf(name, stage)] as const),
    ),
  );
  const stages = components.flatMap((component) =>
    component.stages.flatMap((stage) => renderStage(component, stage, graph, parts, settings)),
  );
  const releases = components.flatMap(({ name, component, stages }) =>
    stages
      .flatMap((stage) => stage.releases)
      .flatMap((release) =>
        renderRelease(release, component.namespaceName).map((object) => [`flux/releases/${name}/${fileOf(object)}`, object] as const),
      ),
  );
  // None may be called kustomization.yaml: Flux would take it for the instructions of its folder.
  return new Map([
    [`flux/root/${sourceName}.yaml`, gitRepository(settings)],
    ['flux/root/root.yaml', rootKustomization(settings)],
    ...stages.map((stage) => [`flux/root/${stage.metadata?.name}.yaml`, stage] as const),
    ...releases,
  ] as [string, KubernetesObject][]);
}

function fileOf({
  kind,
  metadata,
}: {
  readonly kind: string;
  readonly metadata?: { readonly name?: string | undefined } | undefined;
}): string {
  const prefix = kind === 'HelmRelease' ? 'release' : 'source';
  return `${prefix}_${metadata?.name}.yaml`;
}

/** Source: https://fluxcd.io/flux/components/source/gitrepositories/ (v1) */
function gitRepository({ repository, branch }: EngineSettings): IGitRepository {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: sourceName, namespace: fluxNamespace },
    // The full name: a short one may be a tag.
    spec: { interval: '1m', url: repository, ref: { name: `refs/heads/${branch}` }, secretRef: { name: gitSecretName } },
  };
}

function rootKustomization({ cluster }: EngineSettings): IKustomization {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'root', namespace: fluxNamespace },
    spec: {
      interval: '10m',
      retryInterval: '1m',
      path: `./dist/${cluster}/flux/root`,
      sourceRef: { kind: 'GitRepository', name: sourceName },
      prune: true,
      deletionPolicy: 'Orphan',
    },
  };
}
