import type { KubernetesObject } from '../../charts/lib/kinds.js';
import type { Problem } from '../../charts/lib/problem.js';
import type { RenderedObject, RenderInput } from './model.js';
import { placeOf } from './objects.js';
import { leaveToEngine, releaseProblem } from './run-problem.js';

/** Argo CD's own names, which win over those of helm on the same object. */
const argo = {
  hook: 'argocd.argoproj.io/hook',
  deletePolicy: 'argocd.argoproj.io/hook-delete-policy',
  wave: 'argocd.argoproj.io/sync-wave',
} as const;

const helm = {
  hook: 'helm.sh/hook',
  deletePolicy: 'helm.sh/hook-delete-policy',
  weight: 'helm.sh/hook-weight',
  outputLogPolicy: 'helm.sh/hook-output-log-policy',
} as const;

/**
 * Phase of an Argo CD sync for each event of helm. An engine only ever syncs, so that installing and upgrading are the same. Events that
 * are missing here apply nothing: tests, rollbacks, and deletions, which would otherwise run when an Application goes while its objects stay.
 *
 * Source: gitops-engine/pkg/sync/hook/helm/type.go of https://github.com/argoproj/argo-cd (v3.5.1)
 */
const phaseOfEvent: Readonly<Record<string, string>> = {
  'pre-install': 'PreSync',
  'pre-upgrade': 'PreSync',
  'post-install': 'PostSync',
  'post-upgrade': 'PostSync',
};

/** Source: gitops-engine/pkg/sync/hook/helm/delete_policy.go of https://github.com/argoproj/argo-cd (v3.5.1) */
const policyOfHelm: Readonly<Record<string, string>> = {
  'before-hook-creation': 'BeforeHookCreation',
  'hook-succeeded': 'HookSucceeded',
  'hook-failed': 'HookFailed',
};

/** Kinds that do something by being applied. Everything else is only there for them to read. */
const running: ReadonlySet<string> = new Set(['batch/v1 Job', 'v1 Pod']);

/** Replaces helm's hooks by what the engine of the cluster does with committed files; what no engine applies goes. */
export function settleHooks(objects: readonly RenderedObject[], input: RenderInput): { objects: RenderedObject[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const settled = objects.flatMap((object) => {
    const kept = settleHook(object.manifest, input.engine);
    if (kept === 'refused') problems.push(refusal(input, object));
    return typeof kept === 'string' ? [] : [{ ...object, manifest: kept }];
  });
  return { objects: settled, problems };
}

function settleHook(manifest: KubernetesObject, engine: RenderInput['engine']): KubernetesObject | 'dropped' | 'refused' {
  const annotations = manifest.metadata.annotations ?? {};
  const events = listOf(annotations[helm.hook]).map((event) => event.toLowerCase());
  const asked = annotations[argo.hook];
  if (events.length === 0 && asked === undefined) return manifest;
  // A CustomResourceDefinition of helm 2, which is an object like any other.
  if (events.includes('crd-install')) return annotate(manifest, {});
  const phases = asked === undefined ? mapNames(events, phaseOfEvent) : listOf(asked);
  if (phases.length === 0) return 'dropped';
  if (engine === 'argocd') return annotate(manifest, argoAnnotations(annotations, phases));
  return running.has(`${manifest.apiVersion} ${manifest.kind}`) ? 'refused' : annotate(manifest, {});
}

function argoAnnotations(annotations: Readonly<Record<string, string>>, phases: readonly string[]): Record<string, string> {
  const policies = [...listOf(annotations[argo.deletePolicy]), ...mapNames(listOf(annotations[helm.deletePolicy]), policyOfHelm)];
  const weight = Number.parseInt(annotations[helm.weight] ?? '', 10) || 0;
  return {
    [argo.hook]: phases.join(','),
    // Helm's default is Argo CD's too, and is written out for the reader.
    [argo.deletePolicy]: policies.length > 0 ? [...new Set(policies)].join(',') : 'BeforeHookCreation',
    [argo.wave]: annotations[argo.wave] ?? String(weight),
  };
}

/** The object without any annotation about hooks but these. */
function annotate(manifest: KubernetesObject, added: Readonly<Record<string, string>>): KubernetesObject {
  const gone: readonly string[] = [...Object.values(helm), argo.hook, argo.deletePolicy];
  const kept = Object.entries(manifest.metadata.annotations ?? {}).filter(([name]) => !gone.includes(name));
  const annotations = { ...Object.fromEntries(kept), ...added };
  const { annotations: _replaced, ...metadata } = manifest.metadata;
  return { ...manifest, metadata: Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata };
}

function refusal(input: RenderInput, object: RenderedObject): Problem {
  const { kind, metadata } = object.manifest;
  const event = metadata.annotations?.[helm.hook] ?? metadata.annotations?.[argo.hook];
  const problem = [
    `It is a ${event} hook. Flux has no phases: it would apply the ${kind} with everything else, in no order,`,
    `run it once, and fail at the next change, because a ${kind} cannot be changed.`,
  ].join('\n');
  const fix = `turn the hook off by a value of the chart, or ${leaveToEngine}: its HelmRelease runs hooks.`;
  return releaseProblem(input, 'no-hook-on-flux', placeOf(object), problem, fix);
}

function mapNames(names: readonly string[], map: Readonly<Record<string, string>>): string[] {
  const mapped = names.flatMap((name) => (Object.hasOwn(map, name) ? [map[name] as string] : []));
  return [...new Set(mapped)];
}

function listOf(text: string | undefined): string[] {
  return String(text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}
