import { listOf, recordOf, textOf, textsOf } from '../../../charts/lib/untyped.js';
import { onceAView } from './once-a-view.js';
import { argumentsOf, readMatch } from './traefik-match.js';
import { listValueMaps, type ReleaseMap } from './value-maps.js';
import type { SeenObject, SeenRelease } from './view.js';

/** Requests that something in the cluster takes. */
export interface Route {
  readonly at: SeenObject | SeenRelease;
  /** Where the host is written. @example 'spec.rules[0].host' */
  readonly field: string;
  /** As it is written; '' where every host is meant. */
  readonly host: string;
  /** What else a request must have; '/' is nothing else. @example '/api', '= /healthz' */
  readonly rest: string;
  /** Entry points of Traefik, or parents in the Gateway API. @default - the usual ones */
  readonly through?: readonly string[];
}

/** Every route that is rendered, and those of Ingresses that a chart makes by its values. */
export const listRoutes = onceAView((view): readonly Route[] => [
  ...view.of('Ingress.networking.k8s.io').flatMap(routesOfIngress),
  ...view.of('IngressRoute.traefik.io').flatMap(routesOfIngressRoute),
  ...view.of('HTTPRoute.gateway.networking.k8s.io').flatMap(routesOfHttpRoute),
  ...listValueMaps(view).flatMap(routesOfValues),
]);

/** Name of the class of an Ingress, by the field or the older annotation. */
export function classOf({ manifest }: SeenObject): string | undefined {
  return textOf(recordOf(manifest['spec'])['ingressClassName']) ?? manifest.metadata.annotations?.['kubernetes.io/ingress.class'];
}

function routesOfIngress(at: SeenObject): Route[] {
  const { manifest } = at;
  const entryPoints = manifest.metadata.annotations?.['traefik.ingress.kubernetes.io/router.entrypoints'];
  const through = entryPoints === undefined ? {} : { through: entryPoints.split(',').map((name) => name.trim()) };
  return listOf(recordOf(manifest['spec'])['rules']).flatMap((rule, index) =>
    listOf(recordOf(rule['http'])['paths']).map(({ path, pathType }) => ({
      at,
      field: `spec.rules[${index}].host`,
      host: textOf(rule['host']) ?? '',
      rest: restOf(textOf(path) ?? '/', pathType === 'Exact'),
      ...through,
    })),
  );
}

function routesOfIngressRoute(at: SeenObject): Route[] {
  const { entryPoints, routes } = recordOf(at.manifest['spec']);
  const through = Array.isArray(entryPoints) ? { through: textsOf(entryPoints) } : {};
  return listOf(routes).flatMap(({ match }, index) =>
    readMatch(textOf(match) ?? '').flatMap(({ hosts, others }): Route[] => {
      const isByPattern = others.some((matcher) => /^!?Host(Regexp|SNI)/.test(matcher));
      const names = hosts.length === 0 && !isByPattern ? [''] : hosts;
      const [only = '', ...more] = others;
      const isPath = more.length === 0 && /^Path(Prefix)?\(/.test(only);
      const rest = isPath ? restOf(argumentsOf(only)[0] ?? '/', only.startsWith('Path(')) : others.join(' && ') || '/';
      return names.map((host) => ({ at, field: `spec.routes[${index}].match`, host, rest, ...through }));
    }),
  );
}

/** Without host names it takes those of its listener, which may be anything. */
function routesOfHttpRoute(at: SeenObject): Route[] {
  const { hostnames, rules, parentRefs } = recordOf(at.manifest['spec']);
  const through = listOf(parentRefs).map((parent) => JSON.stringify([parent['namespace'], parent['name'], parent['sectionName']]));
  return textsOf(hostnames).flatMap((host, index) =>
    listOf(rules).flatMap(({ matches }) =>
      listOf(matches ?? [{}]).map(({ path, ...others }) => {
        const { type, value } = recordOf(path);
        const rest = restOf(textOf(value) ?? '/', type === 'Exact');
        const more = Object.keys(others).length > 0 ? ` ${JSON.stringify(others)}` : '';
        return { at, field: `spec.hostnames[${index}]`, host, rest: `${rest}${more}`, through };
      }),
    ),
  );
}

/** The forms that nearly all charts have: ingress: {enabled, hosts}, each host a name or {host, paths}, or a single host or hostname. */
function routesOfValues({ at, key, field, map }: ReleaseMap): Route[] {
  const { enabled, hosts } = map;
  if (key !== 'ingress' || enabled !== true) return [];
  const single = (['host', 'hostname'] as const).flatMap((name): Route[] => {
    const host = textOf(map[name]);
    return host === undefined ? [] : [{ at, field: `${field}.${name}`, host, rest: restOf(textOf(map['path']) ?? '/', false) }];
  });
  const listed = (Array.isArray(hosts) ? hosts : []).flatMap((entry: unknown, index): Route[] => {
    const { host, paths } = recordOf(entry);
    const name = textOf(entry) ?? textOf(host);
    if (name === undefined) return [];
    const texts = Array.isArray(paths) ? paths.map((path) => textOf(path) ?? textOf(recordOf(path)['path']) ?? '/') : ['/'];
    return texts.map((path) => ({ at, field: `${field}.hosts[${index}]`, host: name, rest: restOf(path, false) }));
  });
  return [...single, ...listed];
}

function restOf(path: string, isExact: boolean): string {
  return isExact ? `= ${path}` : `/${path.split('/').filter(Boolean).join('/')}`;
}
