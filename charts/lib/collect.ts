import { ApiObject, type App } from 'cdk8s';
import { Component } from './component.js';
import { constructAddressLabel } from './construct-address.js';
import type { StageName } from './handle.js';
import { formatIdentity, identityOf, type KindCatalog, type KubernetesObject } from './kinds.js';
import type { Problem } from './problem.js';
import { HelmRelease, ReleaseManifest } from './release.js';
import { DeclaredSecret } from './secret.js';
import type { Edge, Stage } from './stage.js';

/** An object as a component made it, before the engines' annotations. */
export interface CollectedObject {
  readonly manifest: KubernetesObject;
  /** Construct path, for messages. @example 'whoami/exposure/ingress' */
  readonly path: string;
}

export interface CollectedStage {
  readonly stage: StageName;
  readonly objects: readonly CollectedObject[];
  readonly releases: readonly HelmRelease[];
  readonly manifests: readonly ReleaseManifest[];
  readonly secrets: readonly DeclaredSecret[];
  readonly edges: readonly Edge[];
}

export interface CollectedComponent {
  readonly name: string;
  readonly component: Component;
  /** Stages that hold anything, in order. */
  readonly stages: readonly CollectedStage[];
}

/** Everything that the components of an app made, sorted by component name, and what is wrong with single objects. */
export function collect(app: App, catalog: KindCatalog): { components: CollectedComponent[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const components = app.node.children
    .filter((child): child is Component => child instanceof Component)
    .map((component) => ({
      name: component.node.id,
      component,
      stages: component.stages.map((stage) => collectStage(component, stage, catalog, problems)).filter(isFilled),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const component of components) {
    const strays = component.component.node
      .findAll()
      .filter((node) => ApiObject.isApiObject(node) && !isBelowStage(component.component, node.node.path));
    for (const stray of strays) {
      problems.push(
        problemOf(
          component.name,
          stray.node.path,
          'object-in-stage',
          'It is in none of the four stages, so that nothing says when it is applied.',
          'create it below base, release, resources or exposure of its component.',
        ),
      );
    }
  }
  return { components, problems };
}

function isBelowStage(component: Component, path: string): boolean {
  return component.stages.some((stage) => path.startsWith(`${stage.node.path}/`));
}

function isFilled({ objects, releases, manifests }: CollectedStage): boolean {
  return objects.length + releases.length + manifests.length > 0;
}

function collectStage(component: Component, stage: Stage, catalog: KindCatalog, problems: Problem[]): CollectedStage {
  const nodes = stage.node.findAll();
  return {
    stage: stage.stage,
    objects: nodes
      .filter((node) => ApiObject.isApiObject(node))
      .flatMap((node) => {
        const path = node.node.path;
        const manifest = settleNamespace(node.toJson() as KubernetesObject, catalog);
        if (manifest && JSON.stringify(manifest).includes(constructAddressLabel)) {
          problems.push(
            problemOf(
              component.node.id,
              path,
              'no-construct-address',
              `It holds the label ${constructAddressLabel}, a hash of the construct path: renaming a construct would replace pods.`,
              'call dropConstructAddress on the workload, and select by labels of its own.',
            ),
          );
        }
        if (manifest) return [{ manifest, path }];
        const { apiVersion, kind } = node;
        problems.push(
          problemOf(
            component.node.id,
            path,
            'known-kind',
            `imports/ has no schema of ${apiVersion} ${kind}, so that nothing can check it.`,
            `add the kind to cdk8s.yaml and run "npm run import".`,
          ),
        );
        return [];
      }),
    releases: nodes.filter((node) => node instanceof HelmRelease),
    manifests: nodes.filter((node) => node instanceof ReleaseManifest),
    secrets: nodes.filter((node) => node instanceof DeclaredSecret),
    edges: stage.edges,
  };
}

/** A cdk8s Chart gives its namespace to every object, also to those that have none. */
function settleNamespace(manifest: KubernetesObject, catalog: KindCatalog): KubernetesObject | undefined {
  const scope = catalog.scopeOf(manifest.apiVersion, manifest.kind);
  if (scope === undefined) return undefined;
  if (scope === 'Namespaced') return manifest;
  const { namespace: _dropped, ...metadata } = manifest.metadata;
  return { ...manifest, metadata };
}

/** One object under two owners would be applied by both in turn, for ever. */
export function findDoubles(components: readonly CollectedComponent[]): Problem[] {
  const owners = new Map<string, { component: string; path: string }>();
  const problems: Problem[] = [];
  for (const { name, stages } of components) {
    for (const { manifest, path } of stages.flatMap(({ objects }) => objects)) {
      const identity = formatIdentity(identityOf(manifest));
      const first = owners.get(identity);
      if (first === undefined) owners.set(identity, { component: name, path });
      else
        problems.push(
          problemOf(
            name,
            path,
            'distinct-objects',
            `${identity} is made twice: by ${first.path} and by ${path}.`,
            'make it in one place and refer to it from the other.',
          ),
        );
    }
  }
  return problems;
}

export function problemOf(component: string, path: string, rule: string, problem: string, fix: string): Problem {
  return { rule, severity: 'error', file: `charts/${component}.ts`, field: path, problem, fix };
}
