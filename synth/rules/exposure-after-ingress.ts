import { textOf, valueAt } from '../../charts/lib/untyped.js';
import { listPools, serves } from './lib/address-pools.js';
import { findIssuer, listIssuerUses } from './lib/issuers.js';
import { listLoadBalancers } from './lib/load-balancers.js';
import { classOf } from './lib/routes.js';
import { orderOf, type StagePlace } from './lib/sync-order.js';
import type { ClusterView, Place, SeenObject, SeenRelease } from './lib/view.js';
import type { Rule } from './rule.js';

/**
 * What is healthy only with an ingress controller, an issuer or a pool of addresses comes no earlier than these: Ingresses, Certificates and
 * Services of type LoadBalancer.
 *
 * Why: an Application is healthy only when they are, and the next wave waits for that: the first installation stops there, for ever.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/ (v3.5), https://github.com/argoproj/argo-cd/issues/14607,
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies (v1)
 */
export const exposureAfterIngress: Rule = {
  id: 'exposure-after-ingress',
  *check(view) {
    const order = orderOf(view);
    for (const { at, field, needs, what } of [...needsOfIngresses(view), ...needsOfCertificates(view), ...needsOfServices(view)]) {
      if ('manifest' in at && at.manifest.metadata.annotations?.['argocd.argoproj.io/ignore-healthcheck'] === 'true') continue;
      const from = placeOf(at);
      if (from === undefined || order.isGated(from) || needs.length === 0) continue;
      const late = needs.map((need) => order.explainLater(from, need));
      const [why] = late;
      if (why === undefined || late.includes(undefined)) continue;
      const problem = `It becomes healthy only with ${what}, and ${why}`;
      yield { at, field, problem, fix: 'put it into the stage exposure, and take what it needs as a handle, which orders them.' };
    }
  },
};

interface Need {
  readonly at: SeenObject | SeenRelease;
  readonly field: string;
  /** One of them is enough. */
  readonly needs: readonly StagePlace[];
  readonly what: string;
}

function placeOf(at: Place): StagePlace | undefined {
  return 'stage' in at && at.stage !== undefined ? { component: at.component, stage: at.stage } : undefined;
}

function placesOf(objects: readonly SeenObject[]): StagePlace[] {
  return objects.flatMap((object) => placeOf(object) ?? []);
}

/** Without a class it is the controller's of the only class that there is. */
function needsOfIngresses(view: ClusterView): Need[] {
  const { classes } = view.plan.dependencies.providers;
  const all = [...classes].filter(([key]) => key.startsWith('IngressClass '));
  return view.of('Ingress.networking.k8s.io').flatMap((at) => {
    const name = classOf(at);
    const [only] = all.length === 1 ? all : [];
    const provider = name === undefined ? only?.[1] : classes.get(`IngressClass ${name}`);
    if (provider === undefined) return [];
    const what = `the ingress controller of ${provider.component}`;
    return [{ at, field: 'spec.ingressClassName', needs: [provider], what }];
  });
}

function needsOfCertificates(view: ClusterView): Need[] {
  return listIssuerUses(view).flatMap((use) => {
    const { at, field, kind, name } = use;
    const isHealthChecked = 'manifest' in at && at.manifest.kind === 'Certificate';
    const issuer = isHealthChecked ? findIssuer(view, use) : undefined;
    return issuer === undefined ? [] : [{ at, field, needs: placesOf([issuer]), what: `the ${kind} "${name}"` }];
  });
}

function needsOfServices(view: ClusterView): Need[] {
  const pools = listPools(view);
  return listLoadBalancers(view).flatMap((service): Need[] => {
    const { at, field, addresses, className } = service;
    // The template of a Service of a child makes nothing gate here.
    const isTemplate = 'manifest' in at && at.manifest.kind !== 'Service';
    const serving = pools.filter((pool) => serves(pool, service, addresses.length === 0) !== false).map((pool) => pool.at);
    if (isTemplate || className !== undefined || serving.length === 0) return [];
    const names = serving.map((pool) => textOf(valueAt(pool.manifest, 'metadata.name'))).join(', ');
    return [{ at, field: field || 'spec.type', needs: placesOf(serving), what: `an address of the pool ${names}` }];
  });
}
