import { recordOf, textOf, valueAt } from '../../charts/lib/untyped.js';
import { servedHosts } from './lib/ingress-backends.js';
import { argoCdUrl, type Consumer, consumersOf, type RegisteredClient, registeredIn } from './lib/logins.js';
import type { ClusterView } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * Whatever people log in to names an issuer that is served, a client that the provider has and an address of its own that the client returns to;
 * Argo CD keeps its administrator until the provider is proven to work.
 *
 * Why: the login ends in `redirect URI mismatch`, `invalid client` or `issuer did not match`, and where the administrator is gone too, nobody gets
 * in to put it right.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/ (v3.5.1),
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens (v1.36),
 * https://docs.goauthentik.io/add-secure-apps/providers/oauth2/ (2026.8)
 */
export const workingLogin: Rule = {
  id: 'working-login',
  *check(view) {
    yield* checkAdministrator(view);
    yield* checkAddress(view);
  },
  *checkFleet(views) {
    const providers = views.flatMap((view) => {
      const clients = registeredIn(view);
      return clients === undefined ? [] : [{ clients, hosts: new Set(servedHosts(view)) }];
    });
    for (const view of views) {
      for (const consumer of consumersOf(view)) {
        const host = hostOf(consumer.issuer);
        const provider = providers.find(({ hosts }) => host !== undefined && hosts.has(host));
        const finding = provider ? checkClient(consumer, host ?? '', provider.clients) : checkIssuer(view, views, consumer, host);
        if (finding) yield { ...finding, in: view };
      }
    }
  },
};

function* checkAdministrator(view: ClusterView): Generator<Finding> {
  for (const at of view.releasesOf('argo-cd')) {
    const cm = recordOf(valueAt(at.values, 'configs.cm'));
    if (String(cm['admin.enabled'] ?? true) !== 'false') continue;
    const hasLogin = textOf(cm['oidc.config']) !== undefined || textOf(cm['dex.config']) !== undefined;
    const isEarly = view.cluster.phase === 'bootstrap';
    if (hasLogin && !isEarly) continue;
    const problem = isEarly
      ? 'Its administrator is off while the cluster is in the phase "bootstrap", in which the provider may not be there.'
      : 'Its administrator is off, and there is no other way to log in.';
    yield { at, field: 'values.configs.cm.admin.enabled', problem, fix: 'write true.' };
  }
}

/** Where a login of Argo CD returns to is a host that leads to it. */
function* checkAddress(view: ClusterView): Generator<Finding> {
  const hosts = new Set(servedHosts(view));
  for (const at of view.releasesOf('argo-cd')) {
    const host = hostOf(argoCdUrl(at.values) ?? '');
    const hasLogin = textOf(recordOf(valueAt(at.values, 'configs.cm'))['oidc.config']) !== undefined;
    const isOwn = ['ingress', 'ingressGrpc', 'httproute'].some((name) => valueAt(at.values, `server.${name}.enabled`) === true);
    if (!hasLogin || host === undefined || hosts.has(host) || isOwn || view.mayHide('Ingress.networking.k8s.io')) continue;
    const problem = `Logins return to "${host}", and no Ingress here has that host.`;
    yield {
      at,
      field: 'values.global.domain',
      problem,
      fix: hosts.size > 0 ? `name one of ${[...hosts].sort().join(', ')}.` : 'expose it.',
    };
  }
}

function checkClient(
  { at, field, name, issuer, clientId, redirectUri }: Consumer,
  host: string,
  clients: readonly RegisteredClient[],
): Finding | undefined {
  const client = clients.find((one) => one.clientId === clientId);
  if (client === undefined) {
    const ids = clients.map((one) => one.clientId).join(', ');
    return {
      at,
      field,
      problem: `${name} is the client "${clientId}", which Authentik at ${host} does not have.`,
      fix: `name one of ${ids}, or register it.`,
    };
  }
  const expected = client.slugs.map((slug) => `https://${host}/application/o/${slug}/`);
  if (!expected.includes(issuer)) {
    const problem = `${name} takes tokens of "${issuer}" only, and those of the client "${clientId}" come from "${expected.join('" or "')}".`;
    return { at, field, problem, fix: `write ${expected[0] ?? 'the issuer of an application of the client'}, letter by letter.` };
  }
  if (redirectUri === undefined) return undefined;
  if (client.redirectUris.some(({ url, isPattern }) => (isPattern ? matches(url, redirectUri) : url === redirectUri))) return undefined;
  const known = client.redirectUris.map(({ url }) => url).join(', ');
  return {
    at,
    field,
    problem: `A login returns to ${redirectUri}, and the client "${clientId}" allows only ${known}.`,
    fix: `allow ${redirectUri}.`,
  };
}

/** The issuer is somebody's below whose domain it is: the fact `login`, and whoever serves that domain, where he is seen. */
function checkIssuer(view: ClusterView, views: readonly ClusterView[], consumer: Consumer, host: string | undefined): Finding | undefined {
  const { at, field, name, issuer } = consumer;
  const { login } = view.cluster;
  if (host === undefined) return { at, field, problem: `"${issuer}" is no https:// address, which an issuer must be.`, fix: 'write one.' };
  if (login && host !== login.host) {
    const problem = `${name} takes tokens of ${host}, and people of this cluster log in at ${login.host}.`;
    return { at, field, problem, fix: `name ${login.host}, or change the fact login.host.` };
  }
  const [owner] = view.fleet.clusters
    .filter(({ domain }) => host === domain || host.endsWith(`.${domain}`))
    .sort((a, b) => b.domain.length - a.domain.length);
  // Not every cluster is rendered each time.
  const seen = views.find(({ cluster }) => cluster.name === owner?.name);
  if (seen === undefined || new Set(servedHosts(seen)).has(host) || seen.mayHide('Ingress.networking.k8s.io')) return undefined;
  const problem = `${name} takes tokens of ${host}, which is below the domain of ${seen.cluster.name} and has no Ingress there.`;
  return { at, field, problem, fix: 'expose the provider there, or name the host that it has.' };
}

function hostOf(url: string): string | undefined {
  return /^https:\/\/([^/:]+)/.exec(url)?.[1];
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return false;
  }
}
