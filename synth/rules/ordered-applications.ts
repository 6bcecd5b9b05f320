import type { ApplicationPart } from '../../charts/lib/argo-cd/partition.js';
import { findCycle } from '../../charts/lib/graph.js';
import { groupOf, type KubernetesObject } from '../../charts/lib/kinds.js';
import { listOf, recordOf, textOf } from '../../charts/lib/untyped.js';
import { syncersOf } from './lib/syncers.js';
import type { ClusterView, SeenObject } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * Each Application is one of root's, in a later wave than everything that it waits for; each Kustomization of Flux depends only on ones that are
 * there, and never on itself.
 *
 * Why: what comes too early fails or deadlocks root in that wave, and an Application that root does not read is never made. Flux waits for ever
 * for a name that does not exist.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/ (v3.5.1),
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies (v2.9)
 */
export const orderedApplications: Rule = {
  id: 'ordered-applications',
  *check(view) {
    yield* checkWaves(view);
    yield* checkDependencies(view);
  },
};

function* checkWaves(view: ClusterView): Generator<Finding> {
  const rooted = new Set(
    syncersOf(view)
      .find(({ name, object }) => name === 'root' && object.manifest.kind === 'Application')
      ?.members.map(({ file }) => file),
  );
  const applications = new Map(view.of('Application.argoproj.io').map((object) => [object.manifest.metadata.name, object]));
  const parts = new Map(view.plan.applications.map((part) => [part.name, part]));
  for (const part of view.plan.applications) {
    const { name, after, component } = part;
    const at = applications.get(name);
    if (at === undefined) {
      const problem = `The stages of ${component.name} have no Application "${name}", so that nobody applies them.`;
      yield { at: { component: component.name }, problem, fix: `render it as argocd/apps/${name}.yaml.` };
      continue;
    }
    if (at.origin === 'engine' && !rooted.has(at.path)) {
      yield { at, problem: `Root does not read ${at.path}, so that it is never made.`, fix: 'write it into the folder that root names.' };
    }
    for (const other of after) {
      const before = applications.get(other);
      // Who passes its webhook is told so by webhook-later.
      const isTold = passesWebhook(view, part, parts.get(other)?.component.name);
      if (before === undefined || isTold || waveOf(before.manifest) < waveOf(at.manifest)) continue;
      yield {
        at,
        field: 'metadata.annotations.argocd.argoproj.io/sync-wave',
        problem: `It waits for "${other}", which is in wave ${waveOf(before.manifest)}, and is itself in wave ${waveOf(at.manifest)}.`,
        fix: `write a wave above ${waveOf(before.manifest)}.`,
      };
    }
  }
}

function passesWebhook({ plan }: ClusterView, { component, stages }: ApplicationPart, provider: string | undefined): boolean {
  return component.stages
    .filter(({ stage }) => stages.includes(stage))
    .flatMap(({ objects }) => objects)
    .some(({ manifest }) =>
      plan.dependencies.providers.webhooks
        .get(`${groupOf(manifest.apiVersion)}/${manifest.kind}`)
        ?.some((one) => one.component === provider),
    );
}

function waveOf({ metadata }: KubernetesObject): number {
  return Number.parseInt(String(recordOf(metadata.annotations)['argocd.argoproj.io/sync-wave'] ?? 0), 10) || 0;
}

function* checkDependencies(view: ClusterView): Generator<Finding> {
  for (const kind of ['Kustomization.kustomize.toolkit.fluxcd.io', 'HelmRelease.helm.toolkit.fluxcd.io']) {
    const objects = new Map(view.of(kind).map((object) => [nameOf(object), object]));
    for (const [name, at] of objects) {
      for (const [index, target] of targetsOf(at).entries()) {
        if (objects.has(target)) continue;
        const problem = `"${name}" depends on "${target}", and there is no such ${at.manifest.kind}: it never starts.`;
        yield { at, field: `spec.dependsOn[${index}]`, problem, fix: `name one of ${[...objects.keys()].join(', ')}.` };
      }
    }
    const edges = new Map([...objects].map(([name, object]) => [name, targetsOf(object)]));
    const cycle = findCycle({ nodes: [...objects.keys()], edges });
    const at = objects.get(cycle?.[0] ?? '');
    if (cycle && at)
      yield { at, field: 'spec.dependsOn', problem: `They wait for each other: ${cycle.join(' -> ')}.`, fix: 'leave one of them out.' };
  }
}

/** Objects that it depends on, with their namespace. */
function targetsOf({ manifest }: SeenObject): readonly string[] {
  return listOf(recordOf(manifest['spec'])['dependsOn']).map(
    ({ name, namespace }) => `${textOf(namespace) ?? manifest.metadata.namespace ?? 'default'}/${textOf(name) ?? ''}`,
  );
}

function nameOf({ manifest: { metadata } }: SeenObject): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}
