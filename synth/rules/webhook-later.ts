import { nodeOf, type StageId, stageNames } from '../../charts/lib/handle.js';
import { listOf, recordOf, valueAt } from '../../charts/lib/untyped.js';
import { nameOfPair } from './lib/kind-name.js';
import type { ClusterView, SeenObject } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * An object that passes a webhook comes after whoever answers it: in a later stage of the same Application, in an Application of a later wave, or in
 * a Kustomization that depends on it. Its Application retries, because a webhook that is ready may still lack its certificate.
 *
 * Why: the sync ends with "failed calling webhook", and nothing starts it again.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/, https://fluxcd.io/flux/components/kustomize/kustomizations/ (v2.9),
 * https://cert-manager.io/docs/troubleshooting/webhook/ (v1.21)
 */
export const webhookLater: Rule = {
  id: 'webhook-later',
  *check(view) {
    const told = new Set<string>();
    const isFlux = view.cluster.engine === 'flux';
    const applications = applicationsOf(view);
    for (const [key, providers] of view.plan.dependencies.providers.webhooks) {
      const [group = '', kind = ''] = key.split('/');
      const late = providers.filter((one) => !isBootstrapped(view, one));
      if (late.length === 0) continue;
      for (const object of view.of(nameOfPair(group, kind))) {
        const { component, stage, origin } = object;
        if (origin !== 'component' || stage === undefined) continue;
        const own = { component, stage };
        for (const provider of late) {
          for (const finding of isFlux ? checkFlux(view, object, own, provider) : checkArgoCd(applications, object, own, provider)) {
            const id = `${finding.field} ${'path' in finding.at ? finding.at.path : ''}`;
            if (!told.has(id)) yield finding;
            told.add(id);
          }
        }
      }
    }
  },
};

/** What the bootstrap installs answers before the first sync. */
function isBootstrapped({ plan }: ClusterView, { component, stage }: StageId): boolean {
  const isOne = plan.components.find(({ name }) => name === component)?.component.options.bootstrap ?? false;
  return isOne && (stage === 'base' || stage === 'release');
}

function* checkArgoCd(applications: Applications, object: SeenObject, own: StageId, provider: StageId): Generator<Finding> {
  const [ownApp, theirs] = [own, provider].map((id) => applications.get(nodeOf(id)));
  if (ownApp === undefined || theirs === undefined) return;
  const { kind } = object.manifest;
  if ([undefined, 0].includes(limitOf(ownApp))) {
    const problem = `Its ${kind} passes a webhook of ${provider.component}, and it does not retry when that does not answer yet.`;
    yield { at: ownApp, field: 'spec.syncPolicy.retry.limit', problem, fix: 'write a limit above 0, or -1 for ever.' };
  }
  if (ownApp === theirs) return yield* checkStages(object, own, provider);
  const [wave, before] = [waveOf(ownApp), waveOf(theirs)];
  if (wave > before) return;
  const problem = `Its ${kind} passes a webhook of ${nodeOf(provider)}, which comes in wave ${before}, and it comes in wave ${wave}.`;
  yield { at: ownApp, field: 'metadata.annotations["argocd.argoproj.io/sync-wave"]', problem, fix: `let it come after wave ${before}.` };
}

function* checkStages(object: SeenObject, own: StageId, provider: StageId): Generator<Finding> {
  const hook = object.manifest.metadata.annotations?.['argocd.argoproj.io/hook'] ?? '';
  const isEarly = own.component === provider.component && stageNames.indexOf(own.stage) <= stageNames.indexOf(provider.stage);
  if (!isEarly && !hook.includes('PreSync')) return;
  const when = isEarly ? `in the stage ${own.stage}` : 'as a hook before the sync';
  const problem = `It comes ${when}, and passes a webhook that ${nodeOf(provider)} installs.`;
  const field = isEarly ? 'metadata' : 'metadata.annotations["argocd.argoproj.io/hook"]';
  yield { at: object, field, problem, fix: isEarly ? 'move it to a later stage.' : 'leave the hook out, or make it PostSync.' };
}

function* checkFlux(view: ClusterView, object: SeenObject, own: StageId, provider: StageId): Generator<Finding> {
  const all = new Map(view.of('Kustomization.kustomize.toolkit.fluxcd.io').map((one) => [one.manifest.metadata.name, one]));
  const start = all.get(nameOfStage(own));
  const wanted = ['', '-charts', '-upstream'].map((end) => `${nameOfStage(provider)}${end}`).filter((name) => all.has(name));
  if (start === undefined) return;
  if (own.component === provider.component && own.stage === provider.stage) return yield* checkStages(object, own, provider);
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const { name: next } of listOf(recordOf(all.get(name)?.manifest['spec'])['dependsOn'])) visit(String(next));
  };
  visit(start.manifest.metadata.name);
  const [lost] = wanted.filter((name) => !seen.has(name));
  if (lost === undefined) return;
  const problem = `Its ${object.manifest.kind} passes a webhook of ${nodeOf(provider)}, and it depends on none that installs it.`;
  yield { at: start, field: 'spec.dependsOn', problem, fix: `let it depend on ${lost}.` };
}

/** @example 'cert-manager-resources' */
function nameOfStage({ component, stage }: StageId): string {
  return `${component}-${stage}`;
}

type Applications = ReadonlyMap<string, SeenObject>;

/** Application of each stage. */
function applicationsOf(view: ClusterView): Applications {
  const byName = new Map(view.of('Application.argoproj.io').map((object) => [object.manifest.metadata.name, object]));
  const pairs = view.plan.applications.flatMap(({ name, component, stages }) => {
    const object = byName.get(name);
    return object === undefined ? [] : stages.map((stage) => [nodeOf({ component: component.name, stage }), object] as const);
  });
  return new Map(pairs);
}

function waveOf({ manifest }: SeenObject): number {
  return Number(manifest.metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
}

function limitOf({ manifest }: SeenObject): number | undefined {
  const limit = valueAt(manifest, 'spec.syncPolicy.retry.limit');
  return typeof limit === 'number' ? limit : undefined;
}
