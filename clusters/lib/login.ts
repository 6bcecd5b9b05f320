import type { ArgoCdLogin } from '../../charts/argo-cd/index.js';
import { type AuthentikClient, issuerOf as authentikIssuerOf } from '../../charts/authentik/clients.js';
import type { Cluster, LoginFacts } from './facts.js';
import type { Fleet } from './fleet.js';

/** Who logs in where, from the one fact `login`. */

/** Claim of a token that lists the groups of its owner. Zitadel writes it by an action, and into the token only where its client asserts user info. */
export const groupsClaim = 'groups';

/** Put before names and groups of tokens, so that nobody can be called like a part of the system. */
export const tokenPrefix = 'oidc:';

/**
 * Issuer of the tokens of a client: Authentik has one a client, Zitadel one for all.
 *
 * Source: https://zitadel.com/docs/apis/openidoauth/endpoints
 */
export function issuerOf({ provider, host, clients }: LoginFacts, client: keyof LoginFacts['clients']): string {
  return provider === 'authentik' ? authentikIssuerOf(host, clients[client]) : `https://${host}`;
}

/** How people log in to Argo CD. */
export function argoCdLogin({ login, phase = 'steady' }: Pick<Cluster, 'login' | 'phase'>): ArgoCdLogin | undefined {
  if (login === undefined) return undefined;
  const registered = login.provider === 'zitadel' ? { registeredBy: `a person, in Zitadel at ${login.host}` } : {};
  return { issuerUrl: issuerOf(login, 'argocd'), clientId: login.clients.argocd, adminGroup: login.adminGroup, phase, ...registered };
}

/** Clients that Authentik must have: two for each cluster whose people log in there. @param host of Authentik. */
export function clientsAt(host: string, { clusters }: Fleet): AuthentikClient[] {
  return clusters.flatMap(({ name, login, host: hostOf }): AuthentikClient[] => {
    if (login?.host !== host) return [];
    const { kubernetes, argocd } = login.clients;
    return [
      // kubectl with kubelogin listens there.
      { slug: kubernetes, name: `Kubernetes ${name}`, kind: 'public', redirectUris: ['http://localhost:8000', 'http://localhost:18000'] },
      { slug: argocd, name: `Argo CD ${name}`, kind: 'confidential', redirectUris: [`https://${hostOf('argocd')}/auth/callback`] },
    ];
  });
}

/**
 * Arguments of the API server, once the provider exists and has given the client its id.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#configuring-the-api-server (v1.36)
 */
export function apiServerArguments(login?: LoginFacts, phase?: 'bootstrap' | 'steady'): Readonly<Record<string, string>> | undefined {
  if (login === undefined || phase === 'bootstrap') return undefined;
  return {
    'oidc-issuer-url': issuerOf(login, 'kubernetes'),
    'oidc-client-id': login.clients.kubernetes,
    'oidc-username-claim': 'preferred_username',
    'oidc-username-prefix': tokenPrefix,
    'oidc-groups-claim': groupsClaim,
    'oidc-groups-prefix': tokenPrefix,
  };
}
