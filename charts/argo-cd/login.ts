import { stringify } from 'yaml';
import { problemOf } from '../lib/collect.js';
import { type ClientSecretProps, type OidcClient, oidcScopes } from '../lib/oidc.js';
import { Problems } from '../lib/problem.js';
import type { DeclaredSecret } from '../lib/secret.js';

/**
 * How people log in to Argo CD. The redirect URI of the client is https://<host>/auth/callback. With a public client that may also go back to
 * http://localhost:8085/auth/callback, `argocd login --sso` works too; otherwise there is `argocd login --core`, with the rights of kubectl.
 *
 * Source: docs/operator-manual/user-management/index.md and cmd/argocd/commands/login.go of Argo CD (v3.5.1)
 */
export type ArgoCdLogin = OidcClient & {
  /**
   * Members of this group may do everything; everybody else who can log in may look. The provider names groups in the claim `groups` of the ID
   * token, for which Zitadel, which has roles instead, needs an action.
   *
   * @example 'platform-admins'
   */
  readonly adminGroup: string;
  /** `bootstrap` keeps the local administrator until the provider is there and proven to work; `steady` takes it away. */
  readonly phase: 'bootstrap' | 'steady';
};

/**
 * Argo CD resolves references to Secrets with this label only, and would else send the reference itself to the provider.
 *
 * Source: partOfArgoCDSelector and ReplaceStringSecret in util/settings/settings.go of Argo CD (v3.5.1)
 */
export const clientSecret: ClientSecretProps = {
  name: 'argocd-oidc',
  key: 'clientSecret',
  labels: { 'app.kubernetes.io/part-of': 'argocd' },
  consumer: 'Argo CD, when somebody logs in',
};

/** What the login sets in argocd-cm. The authorities that it trusts are those of the pod. */
export function loginSettings(login: ArgoCdLogin | undefined, secret: DeclaredSecret | undefined): Record<string, string | boolean> {
  if (login === undefined) return { 'admin.enabled': true };
  const { issuerUrl, clientId, phase } = login;
  const config = {
    name: 'single sign-on',
    issuer: issuerUrl,
    clientID: clientId,
    ...(secret === undefined ? {} : { clientSecret: `$${secret.props.name}:${clientSecret.key}` }),
    requestedScopes: ['openid', ...oidcScopes],
    enablePKCEAuthentication: true,
  };
  return { 'admin.enabled': phase === 'bootstrap', 'oidc.config': stringify(config, { version: '1.1' }) };
}

export type RbacValues = {
  readonly 'policy.default': 'role:readonly';
  readonly 'policy.csv'?: string;
  /** Claims whose values are subjects of the policy. */
  readonly scopes?: '[groups]';
};

/**
 * Who may do what, in argocd-rbac-cm.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/
 *
 * @throws {Problems} when the name of the group would be something else in a line of the policy.
 */
export function rbacOf(component: string, login: ArgoCdLogin | undefined): RbacValues {
  if (login === undefined) return { 'policy.default': 'role:readonly' };
  const { adminGroup } = login;
  if (!/^\w([^,"#\n]*[^,"#\s])?$/.test(adminGroup)) {
    const problem = `"${adminGroup}" cannot name a group in a line of the policy, whose columns are separated by commas.`;
    throw new Problems([problemOf(component, 'login.adminGroup', 'valid-group', problem, 'write a name without , " and #.')]);
  }
  return { 'policy.default': 'role:readonly', 'policy.csv': `g, ${adminGroup}, role:admin\n`, scopes: '[groups]' };
}
