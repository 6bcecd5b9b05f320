import { recordOf } from '../../charts/lib/untyped.js';
import { classOf } from './lib/routes.js';
import { findTraefik, isTakenByTraefik, type Traefik } from './lib/traefik.js';
import {
  listObjectReferences,
  listTextReferences,
  middlewaresAnnotation,
  type TraefikKind,
  type TraefikReference,
} from './lib/traefik-references.js';
import type { ClusterView } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * What routes, Ingresses and chains of Traefik name is there: Middlewares, TLSOptions and ServersTransports, by annotation as
 * `<namespace>-<name>@kubernetescrd`, and in another namespace only where Traefik's values allow it. Only an Ingress of Traefik's class has
 * Middlewares.
 *
 * Why: Traefik drops the route, which then answers 404; a controller of another class ignores the annotation, and the login is silently absent.
 *
 * Source: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/middleware/,
 * https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/ (v3.7)
 */
export const knownMiddleware: Rule = {
  id: 'known-middleware',
  *check(view) {
    const traefik = findTraefik(view);
    for (const reference of listTextReferences(view, traefik)) yield* checkText(view, reference, traefik);
    for (const reference of listObjectReferences(view)) {
      if (reference.target) yield* checkTarget(view, reference, reference.target, traefik);
      else yield* checkText(view, reference, traefik);
    }
  },
};

function* checkText(view: ClusterView, { at, field, kind, text }: TraefikReference, traefik: Traefik | undefined): Generator<Finding> {
  const isForeign = 'manifest' in at && at.manifest.kind === 'Ingress' && isTakenByTraefik(view, at, traefik) === false;
  if (isForeign && field.includes(middlewaresAnnotation)) {
    const problem = `The class "${classOf(at)}" is not Traefik's, so that nothing reads this annotation and the Ingress has no Middleware.`;
    yield { at, field, problem, fix: 'name the class of Traefik, or remove the annotation.' };
    return;
  }
  const [name = '', provider] = text.split('@');
  // Files, the command line and other providers are not seen here.
  if (provider !== undefined && provider !== 'kubernetescrd') return;
  const separator = traefik?.separator ?? '-';
  const known = nameAll(view, kind);
  const full = known.map(({ namespace, name: own }) => `${namespace}${separator}${own}`);
  if (provider === 'kubernetescrd' && (full.includes(name) || view.mayHide(`${kind}.traefik.io`))) return;
  if (provider === undefined && kind === 'TLSOption' && name === 'default') return;
  const meant = known.find((one) => [one.name, `${one.namespace}-${one.name}`, `${one.namespace}/${one.name}`].includes(name));
  const missing = `There is no ${kind} "${name}"${separator === '_' ? ' (with safeNaming, namespace and name are joined by _)' : ''}.`;
  const problem = provider === undefined ? `"${text}" names no provider, so that Traefik looks for it among Ingresses.` : missing;
  const fix = meant
    ? `write "${meant.namespace}${separator}${meant.name}@kubernetescrd".`
    : choicesOf(
        kind,
        full.map((one) => `${one}@kubernetescrd`),
      );
  yield { at, field, problem, fix };
}

function* checkTarget(
  view: ClusterView,
  { at, field, kind, from }: TraefikReference,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  traefik: Traefik | undefined,
): Generator<Finding> {
  const known = nameAll(view, kind);
  // The one for every route without options, wherever it is.
  if (kind === 'TLSOption' && name === 'default') return;
  const isThere = known.some((one) => one.namespace === namespace && one.name === name);
  if (!isThere && !view.mayHide(`${kind}.traefik.io`, namespace)) {
    const other = known.find((one) => one.name === name);
    const fix = other ? `write the namespace "${other.namespace}", where there is one of that name.` : undefined;
    const choices = known.map((one) => `${one.namespace}/${one.name}`);
    yield { at, field, problem: `There is no ${kind} "${name}" in the namespace "${namespace}".`, fix: fix ?? choicesOf(kind, choices) };
  } else if (namespace !== from && traefik && !traefik.isCrossNamespace) {
    const problem = `The ${kind} "${name}" is in the namespace "${namespace}", and Traefik looks into "${from}" only.`;
    yield { at, field, problem, fix: `move it to "${from}", or set providers.kubernetesCRD.allowCrossNamespace of Traefik.` };
  }
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** Those that are rendered, and the TLSOptions that Traefik's chart makes of its values. */
function nameAll(view: ClusterView, kind: TraefikKind): readonly Named[] {
  const rendered = view.of(`${kind}.traefik.io`).map(({ manifest: { metadata } }) => ({ namespace: 'default', ...metadata }));
  if (kind !== 'TLSOption') return rendered;
  const made = view
    .releasesOf('traefik')
    .flatMap(({ values, namespace }) => Object.keys(recordOf(values['tlsOptions'])).map((name) => ({ namespace, name })));
  return [...rendered, ...made];
}

function choicesOf(kind: string, names: readonly string[]): string {
  return names.length === 0 ? `add the ${kind}.` : `name one of ${[...new Set(names)].join(', ')}.`;
}
