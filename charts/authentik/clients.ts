import { Document, type Node, stringify } from 'yaml';
import { problemOf } from '../lib/collect.js';
import { type Problem, Problems } from '../lib/problem.js';

/** Group of the people who run the platform. Authentik makes it empty; whom it has is decided in its web interface. */
export const platformAdmins = 'platform-admins';

/** A client of Authentik: an OpenID Connect provider and the application that it belongs to. */
export interface AuthentikClient {
  /** Id of the client and slug of the application, which is part of the issuer. @example 'argocd' */
  readonly slug: string;
  /** As people see it. @example 'Argo CD' */
  readonly name: string;
  /** Whether it keeps a secret. A program on people's own machines, such as kubectl with kubelogin, cannot. */
  readonly kind: 'confidential' | 'public';
  /** Where a login may return to, each compared letter by letter. @example ['http://localhost:8000', 'http://localhost:18000'] */
  readonly redirectUris: readonly string[];
}

/**
 * Issuer of one client, with the slash that its tokens have at the end. It tells a cluster without Authentik what one elsewhere is called.
 *
 * @param host of Authentik.
 * @example issuerOf('auth.example.test', 'kubernetes') === 'https://auth.example.test/application/o/kubernetes/'
 *
 * Source: get_issuer in authentik/providers/oauth2/models.py (2026.8)
 */
export function issuerOf(host: string, slug: string): string {
  return `https://${host}/application/o/${slug}/`;
}

/** Variables of the worker with the secrets of confidential clients: name -> what it holds. */
export function clientSecretsOf(clients: readonly AuthentikClient[]): Record<string, string> {
  const confidential = clients.filter(({ kind }) => kind === 'confidential');
  return Object.fromEntries(
    confidential.map(({ slug, name }) => [
      variableOf(slug),
      `secret of the client "${slug}", random text of at most 255 characters, the same text that ${name} has; Authentik reads a new one when ` +
        'its blueprint is applied again by hand',
    ]),
  );
}

function variableOf(slug: string): string {
  return `OIDC_CLIENT_SECRET_${slug.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * The blueprint that makes the group and the clients. Later runs set each field back to what is here, and delete nothing.
 *
 * Source: authentik/providers/oauth2/models.py, authentik/blueprints/v1/{common,importer}.py and blueprints/ of Authentik (2026.8)
 *
 * @throws {Problems} when clients share a slug, or one has a slug or a redirect URI that can be none.
 */
export function blueprintOf(component: string, clients: readonly AuthentikClient[]): string {
  const problems = findMistakes(component, clients);
  if (problems.length > 0) throw new Problems(problems);
  const blueprint = {
    version: 1,
    metadata: { name: 'Platform - Clients' },
    entries: [
      ...needed.map((name) => ({ model: 'authentik_blueprints.metaapplyblueprint', attrs: { identifiers: { name }, required: false } })),
      { model: 'authentik_core.group', state: 'created', identifiers: { name: platformAdmins } },
      ...clients.flatMap(entriesOf),
    ],
  };
  // Authentik reads YAML 1.1.
  return stringify(blueprint, { version: '1.1', lineWidth: 0 });
}

/** Blueprints of Authentik itself that make what a client refers to; applied first where this one happens to be found before them. */
const needed = [
  'Default - Provider authorization flow (implicit consent)',
  'Default - Provider invalidation flow',
  'System - OAuth2 Provider - Scopes',
];

function entriesOf({ slug, name, kind, redirectUris }: AuthentikClient): object[] {
  return [
    {
      model: 'authentik_providers_oauth2.oauth2provider',
      id: slug,
      identifiers: { name: slug },
      attrs: {
        client_id: slug,
        client_type: kind,
        ...(kind === 'confidential' ? { client_secret: tagged('!Env', variableOf(slug)) } : {}),
        // None is the default, with which every login fails.
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: redirectUris.map((url) => ({ matching_mode: 'strict', url })),
        issuer_mode: 'per_provider',
        include_claims_in_id_token: true,
        // Without it tokens are signed with the secret of the client, which no API server could check.
        signing_key: find('authentik_crypto.certificatekeypair', 'name', 'authentik Self-signed Certificate'),
        authorization_flow: find('authentik_flows.flow', 'slug', 'default-provider-authorization-implicit-consent'),
        invalidation_flow: find('authentik_flows.flow', 'slug', 'default-provider-invalidation-flow'),
        property_mappings: scopes.map((scope) =>
          find('authentik_providers_oauth2.scopemapping', 'managed', `goauthentik.io/providers/oauth2/scope-${scope}`),
        ),
      },
    },
    { model: 'authentik_core.application', identifiers: { slug }, attrs: { name, provider: tagged('!KeyOf', slug) } },
  ];
}

/** `profile` holds the claim `groups`. A client gets a refresh token only when it asks for `offline_access`. */
const scopes = ['openid', 'email', 'profile', 'offline_access'];

function find(model: string, field: string, value: string): Node {
  return tagged('!Find', [model, [field, value]]);
}

function tagged(tag: string, value: string | readonly (string | readonly string[])[]): Node {
  const node = new Document().createNode(value, { flow: true });
  node.tag = tag;
  return node;
}

function findMistakes(component: string, clients: readonly AuthentikClient[]): Problem[] {
  return clients.flatMap(({ slug, redirectUris }, index) => {
    const problem = (field: string, rule: string, text: string, fix: string) =>
      problemOf(component, `clients[${index}].${field}`, rule, text, fix);
    const isSlug = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug);
    const isTwice = clients.findIndex((other) => other.slug === slug) < index;
    const wrong = redirectUris.filter((uri) => !/^https?:\/\/[^\s*#]+$/.test(uri));
    return [
      ...(isSlug ? [] : [problem('slug', 'valid-slug', `"${slug}" cannot be part of an issuer.`, 'write a-z, 0-9 and single - only.')]),
      ...(isTwice ? [problem('slug', 'distinct-clients', `"${slug}" is the slug of two clients.`, 'give one of them another slug.')] : []),
      ...wrong.map((uri) =>
        problem(
          'redirectUris',
          'valid-redirect-uri',
          `No login could return to "${uri}".`,
          'write a whole http:// or https:// URL, as it is.',
        ),
      ),
      ...(redirectUris.length === 0
        ? [problem('redirectUris', 'valid-redirect-uri', `No login of "${slug}" could return.`, 'write at least one redirect URI.')]
        : []),
    ];
  });
}
