import { listOf, recordOf, textOf, valueAt } from '../../charts/lib/untyped.js';
import { isBelow, quoteAll } from './lib/host-names.js';
import { listProtectedRoutes, textOrTexts } from './lib/protected-routes.js';
import type { ClusterView, SeenObject, SeenRelease } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * Authelia protects only hosts below one of its cookie domains, which have two labels at least; while it denies by default, a rule names each of
 * them; its own host is not behind its Middleware.
 *
 * Why: the browser never sends the cookie, or the login page asks itself whether one may see it, and people are sent in circles; a host without a
 * rule is forbidden for everybody.
 *
 * Source: https://www.authelia.com/configuration/session/introduction/#domain,
 * https://www.authelia.com/configuration/security/access-control/#default_policy (4.39)
 */
export const loginCoversHost: Rule = {
  id: 'login-covers-host',
  *check(view) {
    for (const release of view.releasesOf('authelia')) {
      const { disabled, existingConfigMap } = recordOf(release.values['configMap']);
      // Its configuration is then somewhere else.
      if (disabled !== true && textOf(existingConfigMap) === undefined) yield* checkRelease(view, release);
    }
  },
};

interface Cookie {
  readonly domain: string;
  readonly host: string;
}

function* checkRelease(view: ClusterView, release: SeenRelease): Generator<Finding> {
  const cookies = listOf(valueAt(release.values, 'configMap.session.cookies')).flatMap(({ domain, subdomain }): Cookie[] => {
    const name = textOf(domain);
    return name === undefined ? [] : [{ domain: name, host: textOf(subdomain) ? `${subdomain}.${name}` : name }];
  });
  if (cookies.length === 0) return;
  const bare = cookies.findIndex(({ domain }) => !domain.includes('.'));
  if (bare >= 0) {
    const problem = `Browsers keep no cookie for "${cookies[bare]?.domain}", which has one label only.`;
    yield { at: release, field: `values.configMap.session.cookies[${bare}].domain`, problem, fix: `write "${view.cluster.domain}".` };
    return;
  }
  const told = new Set<string>();
  for (const { at, field, host } of listProtectedRoutes(view, (middleware) => asks(middleware, release))) {
    const fault = host === '' || told.has(host) ? undefined : findFault(host, cookies, release);
    if (fault) yield { at, field, ...fault };
    told.add(host);
  }
}

function findFault(host: string, cookies: readonly Cookie[], { values }: SeenRelease): Pick<Finding, 'problem' | 'fix'> | undefined {
  const domains = cookies.map(({ domain }) => domain);
  if (cookies.some((cookie) => cookie.host === host)) {
    return { problem: `"${host}" is the login page itself, which would ask for a login.`, fix: 'take the Middleware away from it.' };
  }
  if (!domains.some((domain) => isBelow(domain, host))) {
    const problem = `"${host}" is not below ${quoteAll(domains)}, so that the cookie of the login never reaches it.`;
    return { problem, fix: `write a host below ${domains[0]}, or add a cookie for its domain.` };
  }
  const { default_policy: policy = 'deny', rules } = recordOf(valueAt(values, 'configMap.access_control'));
  if (policy !== 'deny' || listOf(rules).some((rule) => names(rule, host))) return undefined;
  const problem = `No rule of the access control names "${host}", so that it is forbidden for everybody.`;
  return { problem, fix: `add a rule with the domain "${host}".` };
}

/** A star stands for any number of labels; of groups and users nobody knows the names here. */
function names(rule: Readonly<Record<string, unknown>>, host: string): boolean {
  const isNamed = textOrTexts(rule['domain']).some(
    (domain) => domain === host || (/^(\*|\{(user|group)\})\./.test(domain) && host.endsWith(domain.slice(domain.indexOf('.')))),
  );
  return isNamed || textOrTexts(rule['domain_regex']).some((pattern) => matches(pattern, host));
}

/** What JavaScript cannot read is taken to match. */
function matches(pattern: string, host: string): boolean {
  try {
    return new RegExp(pattern.replaceAll('(?P<', '(?<'), 'i').test(host);
  } catch {
    return true;
  }
}

/** Whether a Middleware asks this Authelia; its Service is called like the release. */
function asks({ manifest }: SeenObject, { release, namespace }: SeenRelease): boolean {
  const address = textOf(valueAt(manifest, 'spec.forwardAuth.address')) ?? '';
  const [, service, where = manifest.metadata.namespace] = /^https?:\/\/([^./:]+)(?:\.([^./:]+))?/.exec(address) ?? [];
  return service === release.releaseName && where === namespace;
}
