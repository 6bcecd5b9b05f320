import type { IKustomization } from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1/Kustomization';
import type { CollectedComponent, CollectedStage } from '../collect.js';
import type { EngineSettings } from '../engine.js';
import type { Graph } from '../graph.js';
import { nodeOf } from '../handle.js';
import { type KindHealth, kindHealth } from '../health.js';
import { fluxNamespace, sourceName } from './settings.js';

/** One Kustomization: Flux applies a path as a whole, so that a stage has one for each kind of content. */
export interface StagePart {
  readonly name: string;
  /** Path below dist/<cluster>/. */
  readonly path: string;
}

/** The parts of a stage in the order in which they are applied: upstream manifests, own objects, charts. */
export function partsOf(component: string, { stage, objects, files, releases, manifests }: CollectedStage): StagePart[] {
  const name = `${component}-${stage}`;
  return [
    ...(manifests.length > 0 ? [{ name: `${name}-upstream`, path: `upstream/${component}` }] : []),
    ...(objects.length + files.length > 0 ? [{ name, path: `manifests/${component}/${stage}` }] : []),
    ...(releases.length > 0 ? [{ name: `${name}-charts`, path: `flux/releases/${component}` }] : []),
  ];
}

/** The Kustomizations of a stage, each after the one before it, the first after every part of what the stage waits for. */
export function renderStage(
  component: CollectedComponent,
  stage: CollectedStage,
  graph: Graph,
  parts: ReadonlyMap<string, readonly StagePart[]>,
  settings: EngineSettings,
): IKustomization[] {
  const node = nodeOf({ component: component.name, stage: stage.stage });
  const before = (graph.edges.get(node) ?? []).flatMap((target) => parts.get(target) ?? []).map(({ name }) => name);
  const own = parts.get(node) ?? [];
  return own.map((part, index) => renderPart(part, stage, index === 0 ? before : [own[index - 1]?.name ?? ''], settings));
}

/**
 * Nothing is substituted in the files. Removing a Kustomization leaves what it applied, as removing an Argo CD Application does.
 *
 * Source: https://fluxcd.io/flux/components/kustomize/kustomizations/ (v1)
 */
function renderPart(part: StagePart, stage: CollectedStage, dependsOn: readonly string[], settings: EngineSettings): IKustomization {
  const kinds = new Set(stage.objects.map(({ manifest }) => `${manifest.apiVersion} ${manifest.kind}`));
  const checks = kindHealth.filter(({ apiVersion, kind }) => kinds.has(`${apiVersion} ${kind}`));
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: part.name, namespace: fluxNamespace },
    spec: {
      interval: '1h',
      retryInterval: '2m',
      timeout: '10m',
      path: `./dist/${settings.cluster}/${part.path}`,
      sourceRef: { kind: 'GitRepository', name: sourceName },
      prune: true,
      deletionPolicy: 'Orphan',
      wait: true,
      ...(dependsOn.length > 0 ? { dependsOn: dependsOn.map((name) => ({ name })) } : {}),
      ...(checks.length > 0 ? { healthCheckExprs: checks.map(healthExpression) } : {}),
    },
  };
}

function healthExpression(health: KindHealth) {
  const { apiVersion, kind } = health;
  const current =
    'condition' in health
      ? `status.conditions.exists(c, c.type == '${health.condition}' && c.status == 'True')`
      : `has(status.phase) && status.phase == '${health.phase}'`;
  return { apiVersion, kind, current, inProgress: `!(${current})` };
}
