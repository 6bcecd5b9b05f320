import { problemOf } from './collect.js';
import type { TrustBundleRef } from './handle.js';
import { type Problem, Problems } from './problem.js';
import { DeclaredSecret } from './secret.js';
import type { Stage } from './stage.js';

/**
 * Scopes that a client asks for besides `openid`. A provider may ignore those that it does not have: Authentik gives the claim `groups` with
 * `profile` already.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc6749#section-3.3
 */
export const oidcScopes: readonly string[] = ['profile', 'email', 'groups'];

interface AnyClient {
  /** As the provider writes it into its tokens, with or without a slash at the end. @example 'https://auth.example.test' */
  readonly issuerUrl: string;
  /** @example 'headlamp' */
  readonly clientId: string;
  /** Authorities to trust besides the public ones, when a private one signs for the provider. @default - public ones only */
  readonly trust?: TrustBundleRef | undefined;
}

/** A client that proves with a secret who it is. */
export interface ConfidentialClient extends AnyClient {
  /** @default 'confidential' */
  readonly kind?: 'confidential';
  /**
   * Who registers the client by hand and fills in its secret, which holds its consumer behind a human gate until then. Needed for Zitadel, which
   * makes up ids and secrets itself, so that they are known only once it runs.
   *
   * @default - nobody: the cluster's source of secrets has it
   */
  readonly registeredBy?: string;
}

/** A client without a secret, for programs that could not keep one; its code verifier (PKCE) is all that protects a login. */
export interface PublicClient extends AnyClient {
  readonly kind: 'public';
}

/** A client of an OpenID Connect provider, as whoever people log in to needs to know it. */
export type OidcClient = ConfidentialClient | PublicClient;

/** How a consumer reads the secret of its client. */
export interface ClientSecretProps {
  /** Name of the Secret object. */
  readonly name: string;
  /** Key in it that holds the secret of the client. */
  readonly key: string;
  /** What reads it. @example 'Headlamp, when somebody logs in' */
  readonly consumer: string;
  /** Labels without which the consumer would not find it. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Declares the Secret with the secret of a client. A public client has none.
 *
 * @throws {Problems} when the issuer is no https:// URL, or the client has no id.
 */
export function declareClientSecret(stage: Stage, client: OidcClient, { key, ...props }: ClientSecretProps): DeclaredSecret | undefined {
  refuseMistakes(stage, client);
  if (client.kind === 'public') return undefined;
  const { clientId, issuerUrl, registeredBy } = client;
  return new DeclaredSecret(stage, 'oidc', {
    ...props,
    keys: { [key]: `secret of the client "${clientId}", the same text that its provider has, ${issuerUrl}` },
    ...(registeredBy === undefined ? {} : { filledBy: 'external', owner: registeredBy }),
  });
}

function refuseMistakes({ node }: Stage, { issuerUrl, clientId }: OidcClient): void {
  const component = node.path.split('/')[0] ?? node.path;
  const problems: Problem[] = [];
  if (!/^https:\/\/[^\s/?#]+[^\s?#]*$/.test(issuerUrl)) {
    const problem = `"${issuerUrl}" is no issuer: tokens are taken only from an https:// URL without query and fragment.`;
    problems.push(problemOf(component, 'issuerUrl', 'valid-issuer', problem, 'write the text that the provider gives as its issuer.'));
  }
  if (clientId === '') {
    const problem = 'The client has no id, so that the provider would refuse every login.';
    problems.push(problemOf(component, 'clientId', 'valid-client-id', problem, 'write the id that the client is registered by.'));
  }
  if (problems.length > 0) throw new Problems(problems);
}
