import { textOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import { findTraefik, isTakenByTraefik } from './lib/traefik.js';
import type { SeenRelease } from './lib/view.js';
import type { Rule } from './rule.js';

/**
 * The controller of an ingress class writes the address of its load balancer into the status of its Ingresses, on clusters with Argo CD.
 *
 * Why: Argo CD takes an Ingress without an address for one that is still progressing, and so its Application and all later waves wait for ever.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/faq/#why-is-my-application-stuck-in-progressing-state (v3.5),
 * https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-ingress/ (v3.7: ingressEndpoint)
 */
export const publishedStatus: Rule = {
  id: 'published-status',
  *check(view) {
    if (view.cluster.engine !== 'argocd') return;
    const traefik = findTraefik(view);
    const ingresses = view.of('Ingress.networking.k8s.io').filter((at) => !isDisregarded(at.manifest.metadata.annotations));
    const [first] = ingresses.filter((at) => isTakenByTraefik(view, at, traefik) === true);
    if (first === undefined) return;
    for (const release of traefik?.releases ?? []) {
      const fault = findFault(release);
      if (fault === undefined) continue;
      const problem = `${fault.what}, so that no Ingress gets an address in its status, ${first.path} for one.`;
      yield { at: release, field: `values.${fault.field}`, problem, fix: fault.fix };
    }
  },
};

function isDisregarded(annotations: Readonly<Record<string, string>> = {}): boolean {
  return annotations['argocd.argoproj.io/ignore-healthcheck'] === 'true';
}

function findFault({ values }: SeenRelease): { readonly field: string; readonly what: string; readonly fix: string } | undefined {
  const ingress = valueAt(values, 'providers.kubernetesIngress');
  const endpoint = valueAt(ingress, 'ingressEndpoint');
  const isFixed = ['ip', 'hostname', 'publishedService'].some((key) => textOf(valueAt(endpoint, key)) !== undefined);
  if (isFixed || textsOf(values['additionalArguments']).some((text) => /ingressendpoint/i.test(text))) return undefined;
  const field = 'providers.kubernetesIngress.publishedService.enabled';
  if (valueAt(values, field) === false) return { field, what: 'Traefik publishes the address of no Service', fix: 'write true.' };
  const isElsewhere = textOf(valueAt(ingress, 'publishedService.pathOverride')) !== undefined;
  const type = textOf(valueAt(values, 'service.spec.type')) ?? textOf(valueAt(values, 'service.type'));
  if (isElsewhere) return undefined;
  if (valueAt(values, 'service.enabled') === false) {
    return {
      field: 'service.enabled',
      what: 'Traefik has no Service of its own to publish',
      fix: 'write true, or set publishedService.pathOverride.',
    };
  }
  if (type === undefined || type === 'LoadBalancer') return undefined;
  const fix = 'write LoadBalancer, or set ingressEndpoint to the address that people use.';
  return { field: 'service.spec.type', what: `Traefik's Service is of the type ${type}, which has no address of a load balancer`, fix };
}
