import { ApiObject, type App } from 'cdk8s';
import { Component } from './component.js';
import { constructAddressLabel } from './construct-address.js';
import type { DeliveredFile, Upstream } from './delivery.js';
import type { StageName } from './handle.js';
import { formatIdentity, identityOf, type KindCatalog, type KubernetesObject, refuseUnknown } from './kinds.js';
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
  /** Releases and upstream manifests that synth rendered: their objects are `files`. */
  readonly delivered: readonly Upstream[];
  readonly files: readonly DeliveredFile[];
  readonly edges: readonly Edge[];
}

export interface CollectedComponent {
  readonly name: string;
  readonly component: Component;
  /** Stages that hold anything, in order. */
  readonly stages: readonly CollectedStage[];
  readonly secrets: readonly DeclaredSecret[];
}

/** Applications that no component has. */
const reservedNames: readonly string[] = ['projects', 'root'];

/** Everything that the components of an app made, sorted by component name, and what is wrong with single objects. */
export function collect(app: App, catalog: KindCatalog): { components: CollectedComponent[]; problems: Problem[] } {
  const problems = app.node.children
    .filter((child) => !Component.isComponent(child))
    .map(({ node }) =>
      problemOf(
        node.id,
        node.path,
        'only-components',
        'It is no Component, so that nothing would be rendered of it.',
        'let its class extend Component.',
      ),
    );
  for (const { node } of findComponents(app)) {
    if (/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(node.id) && node.id.length <= 50 && !reservedNames.includes(node.id)) continue;
    const problem = `"${node.id}" cannot be the name of a component: it names a folder, an Application and labels.`;
    problems.push(
      problemOf(
        node.id,
        node.path,
        'valid-component-name',
        problem,
        `write at most 50 of a-z, 0-9 and -, and none of ${reservedNames.join(', ')}.`,
      ),
    );
  }
  const components = findComponents(app).map((component) => ({
    name: component.node.id,
    component,
    stages: component.stages.map((stage) => collectStage(component, stage, catalog, problems)).filter(isFilled),
    secrets: component.node.findAll().filter((node) => node instanceof DeclaredSecret),
  }));
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
  return { components, problems: [...problems, ...findScatteredUpstream(components)] };
}

/** They become one kustomization, which one Application reads at one time. */
function findScatteredUpstream(components: readonly CollectedComponent[]): Problem[] {
  return components.flatMap(({ name, stages }) => {
    const holding = stages.filter(({ manifests }) => manifests.length > 0).map(({ stage }) => stage);
    if (holding.length < 2) return [];
    const problem = `Its upstream manifests are in ${holding.join(' and ')}, and can be applied only together.`;
    return [problemOf(name, name, 'one-upstream-stage', problem, 'put them into one stage.')];
  });
}

/** The components of an app, sorted by name. */
export function findComponents(app: App): Component[] {
  return app.node.children.filter((child) => Component.isComponent(child)).sort((a, b) => (a.node.id < b.node.id ? -1 : 1));
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
        const { rule, problem, fix } = refuseUnknown(catalog, apiVersion, kind);
        problems.push(problemOf(component.node.id, path, rule, problem, fix));
        return [];
      }),
    releases: nodes.filter((node) => node instanceof HelmRelease),
    manifests: nodes.filter((node) => node instanceof ReleaseManifest),
    delivered: [],
    files: [],
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
    const own = stages.flatMap(({ objects }) => objects).map(({ manifest, path }) => ({ identity: identityOf(manifest), path }));
    for (const { identity: parts, path } of [...own, ...stages.flatMap(({ files }) => files)]) {
      const identity = formatIdentity(parts);
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
  const told = { rule, severity: 'error', file: `charts/${component}.ts`, field: path, problem, fix } as const;
  // Cycles are several constructs.
  return path.includes(' ') ? told : { ...told, construct: path };
}
