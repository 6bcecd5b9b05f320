import { listOf, recordOf, textOf, textsOf, valueAt } from '../../../charts/lib/untyped.js';
import type { Traefik } from './traefik.js';
import { findMaps, listValueMaps } from './value-maps.js';
import type { ClusterView, SeenObject, SeenRelease } from './view.js';

/** Kinds of Traefik that others name. */
export type TraefikKind = 'Middleware' | 'MiddlewareTCP' | 'TLSOption' | 'ServersTransport';

/** Something of Traefik's names an object of Traefik's. */
export interface TraefikReference {
  readonly at: SeenObject | SeenRelease;
  readonly field: string;
  readonly kind: TraefikKind;
  /** As it is written. */
  readonly text: string;
  /** Namespace and name, from custom resources; a reference by annotation has both in one text. */
  readonly target?: { readonly namespace: string; readonly name: string };
  /** Namespace of who names it, whose borders count. @default - no borders */
  readonly from?: string;
}

const annotated: readonly (readonly [kind: string, annotation: string, target: TraefikKind])[] = [
  ['Ingress.networking.k8s.io', 'traefik.ingress.kubernetes.io/router.middlewares', 'Middleware'],
  ['Ingress.networking.k8s.io', 'traefik.ingress.kubernetes.io/router.tls.options', 'TLSOption'],
  ['Service', 'traefik.ingress.kubernetes.io/service.serverstransport', 'ServersTransport'],
];

/** The annotation that puts an Ingress behind Middlewares. */
export const middlewaresAnnotation = 'traefik.ingress.kubernetes.io/router.middlewares';

/**
 * References by annotation and in Helm values: namespace, name and provider in one text.
 *
 * Source: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/ (v3.7), the chart's values (41.6.0)
 */
export function listTextReferences(view: ClusterView, traefik: Traefik | undefined): readonly TraefikReference[] {
  const split = (text: string) => text.split(',').map((part) => part.trim());
  const byAnnotation = annotated.flatMap(([kind, annotation, target]) =>
    view.of(kind).flatMap((at) => {
      const text = at.manifest.metadata.annotations?.[annotation];
      if (text === undefined) return [];
      return split(text).map((one): TraefikReference => ({ at, field: `metadata.annotations["${annotation}"]`, kind: target, text: one }));
    }),
  );
  const inAnnotations = listValueMaps(view).flatMap(({ at, key, field, map }) => {
    if (!key.endsWith('nnotations')) return [];
    return annotated.flatMap(([, annotation, kind]) => {
      const text = textOf(map[annotation]);
      return text === undefined
        ? []
        : split(text).map((one): TraefikReference => ({ at, field: `${field}["${annotation}"]`, kind, text: one }));
    });
  });
  const byValues = (traefik?.releases ?? []).flatMap((at) =>
    findMaps(valueAt(at.values, 'ports'), 'ports', 'values.ports').flatMap(({ key, field, map }): TraefikReference[] => {
      if (key === 'tls' && textOf(map['options']))
        return [{ at, field: `${field}.options`, kind: 'TLSOption', text: String(map['options']) }];
      if (key !== 'http') return [];
      return textsOf(map['middlewares']).map((text, index) => ({ at, field: `${field}.middlewares[${index}]`, kind: 'Middleware', text }));
    }),
  );
  return [...byAnnotation, ...inAnnotations, ...byValues];
}

/**
 * References between custom resources: a name, and a namespace where it is another one.
 *
 * Source: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/ (v3.7)
 */
export function listObjectReferences(view: ClusterView): readonly TraefikReference[] {
  const routes = view.of('IngressRoute.traefik.io', 'IngressRouteTCP.traefik.io').flatMap((at) => {
    const isTcp = at.manifest.kind === 'IngressRouteTCP';
    const { routes: all, tls } = recordOf(at.manifest['spec']);
    const options = recordOf(tls)['options'];
    return [
      ...listOf(all).flatMap((route, index) => [
        ...referencesOf(at, isTcp ? 'MiddlewareTCP' : 'Middleware', route['middlewares'], `spec.routes[${index}].middlewares`),
        ...listOf(route['services']).flatMap(({ serversTransport: name, namespace }, position) =>
          isTcp
            ? []
            : referencesOf(at, 'ServersTransport', [{ name, namespace }], `spec.routes[${index}].services[${position}].serversTransport`),
        ),
      ]),
      ...(options === undefined ? [] : referencesOf(at, 'TLSOption', [options], 'spec.tls.options')),
    ];
  });
  const chains = view.of('Middleware.traefik.io').flatMap((at) => {
    const chain = recordOf(recordOf(at.manifest['spec'])['chain']);
    return referencesOf(at, 'Middleware', chain['middlewares'], 'spec.chain.middlewares');
  });
  return [...routes, ...chains];
}

function referencesOf(at: SeenObject, kind: TraefikKind, list: unknown, field: string): TraefikReference[] {
  const from = at.manifest.metadata.namespace ?? 'default';
  return listOf(list).flatMap(({ name, namespace }, index): TraefikReference[] => {
    const text = textOf(name);
    if (text === undefined) return [];
    const where = field.endsWith('s') && kind !== 'TLSOption' ? `${field}[${index}]` : field;
    // With a provider the namespace is part of the name, and borders do not count.
    if (text.includes('@')) return [{ at, field: where, kind, text }];
    return [{ at, field: where, kind, text, target: { namespace: textOf(namespace) ?? from, name: text }, from }];
  });
}
