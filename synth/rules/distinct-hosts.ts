import { formatIdentity, identityOf } from '../../charts/lib/kinds.js';
import { listRoutes, type Route } from './lib/routes.js';
import type { Finding, Rule } from './rule.js';

/**
 * Each host and path belongs to one Ingress, IngressRoute or HTTPRoute, those that charts make by their values too.
 *
 * Why: the controller takes one of the two, whichever it likes, and the service behind the other one is never reached.
 *
 * Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches (v1.36),
 * https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/ (v3.7)
 */
export const distinctHosts: Rule = {
  id: 'distinct-hosts',
  *check(view) {
    const owners = new Map<string, Route[]>();
    for (const route of listRoutes(view)) {
      const key = `${route.host.toLowerCase()} ${route.rest}`;
      const earlier = owners.get(key) ?? [];
      owners.set(key, [...earlier, route]);
      const other = earlier.find((one) => meet(one, route));
      if (other) yield findingOf(route, other);
    }
  },
};

/** The one on port 80 only, which redirects, and the one behind TLS are a pair. */
function meet({ through: a }: Route, { through: b }: Route): boolean {
  if (isPlain(a) !== isPlain(b)) return false;
  return a === undefined || b === undefined || a.some((name) => b.includes(name));
}

function isPlain(through: readonly string[] | undefined): boolean {
  return through?.length === 1 && through[0] === 'web';
}

function findingOf({ at, field, host, rest }: Route, other: Route): Finding {
  const what = `${host === '' ? 'Every host' : `"${host}"`} ${rest === '/' ? 'with any path' : `with ${rest}`}`;
  const isOwn = other.at === at;
  const problem = isOwn
    ? `${what} is here twice, first in ${other.field}.`
    : `${what} belongs to ${nameOf(other)} (${other.at.path}) already.`;
  return { at, field, problem, fix: 'give it another host or path, or remove one of the two.' };
}

function nameOf({ at }: Route): string {
  return 'manifest' in at ? formatIdentity(identityOf(at.manifest)) : `the chart ${at.release.props.chart}`;
}
