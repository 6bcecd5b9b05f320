import { listOf, recordOf, textOf } from '../../charts/lib/untyped.js';
import { isBelow } from './lib/host-names.js';
import { listRoutes, type Route } from './lib/routes.js';
import type { ClusterView } from './lib/view.js';
import type { Rule } from './rule.js';

/**
 * Each host that the cluster exposes is in lower case and below the domain of the cluster or of one of its children, or is the host of its login.
 *
 * Why: DNS and certificates are made for the domain only: nobody finds any other host, or it shows a certificate of another name. A host with
 * upper-case letters is refused or never matches.
 *
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ (v1.36: host, RFC 1123)
 */
export const hostInDomain: Rule = {
  id: 'host-in-domain',
  *check(view) {
    const { cluster, fleet } = view;
    const children = fleet.childrenOf(cluster.name);
    const domains = [cluster.domain, ...children.map(({ domain }) => domain), ...(cluster.login ? [cluster.login.host] : [])];
    const told = new Map<Route['at'], string[]>();
    for (const { at, field, host } of [...listRoutes(view), ...listListeners(view)]) {
      const known = told.get(at) ?? [];
      if (host === '' || known.includes(host)) continue;
      told.set(at, [...known, host]);
      const lower = host.toLowerCase();
      if (!domains.some((domain) => isBelow(domain, lower))) {
        const problem = `"${host}" is not below ${domains.map((domain) => `"${domain}"`).join(' or ')}.`;
        yield { at, field, problem, fix: `write a host below ${cluster.domain}: "${lower.split('.')[0]}.${cluster.domain}".` };
      } else if (lower !== host) {
        yield { at, field, problem: `"${host}" has upper-case letters.`, fix: `write "${lower}".` };
      }
    }
  },
};

function listListeners(view: ClusterView): Pick<Route, 'at' | 'field' | 'host'>[] {
  return view.of('Gateway.gateway.networking.k8s.io').flatMap((at) =>
    listOf(recordOf(at.manifest['spec'])['listeners']).map(({ hostname }, index) => ({
      at,
      field: `spec.listeners[${index}].hostname`,
      host: textOf(hostname) ?? '',
    })),
  );
}
