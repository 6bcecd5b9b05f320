import type { LoginFacts } from './facts.js';

/** Who logs in where, from the one fact `login`. */

/** Claim of a token that lists the groups of its owner. Zitadel writes it by an action, and into the token only where its client asserts user info. */
export const groupsClaim = 'groups';

/** Put before names and groups of tokens, so that nobody can be called like a part of the system. */
export const tokenPrefix = 'oidc:';

/**
 * Issuer of the tokens of a client: Authentik has one a client, Zitadel one for all.
 *
 * Source: https://docs.goauthentik.io/add-secure-apps/providers/oauth2/ and https://zitadel.com/docs/apis/openidoauth/endpoints
 */
export function issuerOf({ provider, host, clients }: LoginFacts, client: keyof LoginFacts['clients']): string {
  return provider === 'authentik' ? `https://${host}/application/o/${clients[client]}/` : `https://${host}`;
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
