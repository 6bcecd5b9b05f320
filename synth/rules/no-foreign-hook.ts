import { itemsOf, type Member, membersOf } from './lib/syncers.js';
import type { Finding, Rule } from './rule.js';

/**
 * A hook is one of the engine that the cluster has: no test, deletion or rollback of helm is left anywhere, no object of ours has a hook of
 * helm, and none under Flux has any.
 *
 * Why: Argo CD never applies the hooks of helm that it does not know, and Flux takes each for an ordinary object: tests run in the cluster, and a
 * Job that has run can never be changed.
 *
 * Source: gitops-engine/pkg/sync/hook of https://github.com/argoproj/argo-cd (v3.5.1),
 * https://fluxcd.io/flux/components/kustomize/kustomizations/ (v2.9)
 */
export const noForeignHook: Rule = {
  id: 'no-foreign-hook',
  *check(view) {
    const isFlux = view.cluster.engine === 'flux';
    for (const member of membersOf(view)) {
      const finding = checkHook(member, isFlux);
      if (finding) yield finding;
    }
  },
};

const neverApplied = /^(test|test-success|test-failure|(pre|post)-(delete|rollback))$/;

function checkHook({ annotations, identity, read }: Member, isFlux: boolean): Finding | undefined {
  const { 'helm.sh/hook': helm, 'argocd.argoproj.io/hook': argo } = annotations();
  if (helm === undefined && (argo === undefined || !isFlux)) return undefined;
  const at = read();
  const field = `metadata.annotations.${helm === undefined ? 'argocd.argoproj.io/hook' : 'helm.sh/hook'}`;
  if (isFlux) {
    const problem = `It is a hook, ${helm ?? argo}. Flux has none, and applies the ${identity.kind} with everything else.`;
    return { at, field, problem, fix: 'make it an ordinary object that may run again, or leave it out.' };
  }
  const events = itemsOf(helm);
  // Argo CD's own annotation wins, and a definition of helm 2 is no hook.
  if (argo !== undefined || events.includes('crd-install')) return undefined;
  if (events.length > 0 && events.every((event) => neverApplied.test(event))) {
    const problem = `It is a hook for ${events.join(' and ')}, which happens only to who runs helm: Argo CD never applies it.`;
    return { at, field, problem, fix: 'leave the object out, or turn it off by a value of its chart.' };
  }
  if (at.origin === 'upstream') return undefined;
  const problem = `It is a hook of helm, ${events.join(',')}, and no helm installs it.`;
  return { at, field, problem, fix: `write argocd.argoproj.io/hook: ${phaseOf(events)}.` };
}

function phaseOf(events: readonly string[]): string {
  return events.some((event) => event.startsWith('pre-')) ? 'PreSync' : 'PostSync';
}
