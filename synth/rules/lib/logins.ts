import { parse, parseAllDocuments } from 'yaml';
import { listOf, recordOf, textOf, textsOf, valueAt } from '../../../charts/lib/untyped.js';
import { mentioning } from './syncers.js';
import type { ClusterView, Place } from './view.js';

/** Something that people log in to by tokens of a provider. */
export interface Consumer {
  readonly at: Place;
  readonly field: string;
  /** As people call it. @example 'Argo CD' */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Where a login returns to, or undefined where it says nothing of it. */
  readonly redirectUri?: string | undefined;
}

/** A client that Authentik has. */
export interface RegisteredClient {
  readonly clientId: string;
  /** Slugs of the applications that use it; the issuer has one of them. */
  readonly slugs: readonly string[];
  readonly redirectUris: readonly { readonly url: string; readonly isPattern: boolean }[];
}

/** Everything of a cluster that checks tokens, as far as its values and machine configuration tell. */
export function* consumersOf(view: ClusterView): Generator<Consumer> {
  for (const at of view.releasesOf('argo-cd')) {
    const cm = recordOf(valueAt(at.values, 'configs.cm'));
    const config = recordOf(parseText(cm['oidc.config']));
    const url = argoCdUrl(at.values);
    if (textOf(config['issuer']) === undefined) continue;
    const redirectUri = url === undefined ? undefined : `${url}/auth/callback`;
    yield { at, field: 'values.configs.cm.oidc.config', name: 'Argo CD', ...clientOf(config['issuer'], config['clientID']), redirectUri };
  }
  for (const at of view.releasesOf('headlamp')) {
    const env = new Map(listOf(at.values['env']).map(({ name, value }) => [name, textOf(value)]));
    const oidc = recordOf(valueAt(at.values, 'config.oidc'));
    const read = (name: string, key: string) => env.get(name) ?? textOf(oidc[key]);
    const issuer = read('OIDC_ISSUER_URL', 'issuerURL');
    if (issuer === undefined) continue;
    const client = clientOf(issuer, read('OIDC_CLIENT_ID', 'clientID'));
    yield { at, field: 'values', name: 'Headlamp', ...client, redirectUri: read('OIDC_CALLBACK_URL', 'callbackURL') };
  }
  for (const documents of view.plan.talos.values()) {
    const extra = documents.map((document) => recordOf(valueAt(document, 'cluster.apiServer.extraArgs')));
    const found = extra.find((one) => one['oidc-issuer-url'] !== undefined);
    if (found === undefined) continue;
    const client = clientOf(found['oidc-issuer-url'], found['oidc-client-id']);
    yield { at: { fact: 'login.clients.kubernetes' }, field: '', name: 'The API server', ...client };
    return;
  }
}

/** The address that Argo CD takes for its own. */
export function argoCdUrl(values: unknown): string | undefined {
  const url = textOf(recordOf(valueAt(values, 'configs.cm'))['url']);
  const domain = textOf(valueAt(values, 'global.domain'));
  return (url ?? (domain === undefined ? undefined : `https://${domain}`))?.replace(/\/$/, '');
}

/** Clients in the blueprints of the Authentik of a cluster, or undefined where it has none. */
export function registeredIn(view: ClusterView): readonly RegisteredClient[] | undefined {
  const texts = mentioning(view, providerModel, 'ConfigMap')
    .flatMap(({ manifest }) => Object.values(recordOf(manifest['data'])))
    .filter((text) => typeof text === 'string' && text.includes(providerModel));
  if (texts.length === 0) return undefined;
  // Tags are Authentik's own, and are read as what follows them.
  const entries = texts.flatMap((text) =>
    parseAllDocuments(String(text), { logLevel: 'silent' }).flatMap((document) => listOf(recordOf(document.toJS())['entries'])),
  );
  const applications = entries.filter(({ model }) => model === 'authentik_core.application');
  return entries
    .filter(({ model }) => model === providerModel)
    .map(({ id, attrs }) => ({
      clientId: String(recordOf(attrs)['client_id']),
      slugs: applications
        .filter((application) => valueAt(application, 'attrs.provider') === id)
        .map((application) => String(valueAt(application, 'identifiers.slug'))),
      redirectUris: listOf(recordOf(attrs)['redirect_uris']).map(({ url, matching_mode: mode }) => ({
        url: String(url),
        isPattern: mode === 'regex',
      })),
    }));
}

const providerModel = 'authentik_providers_oauth2.oauth2provider';

function clientOf(issuer: unknown, clientId: unknown): { readonly issuer: string; readonly clientId: string } {
  const [audience] = textsOf(clientId);
  return { issuer: String(issuer), clientId: audience ?? String(clientId ?? '') };
}

function parseText(text: unknown): unknown {
  try {
    return parse(String(text ?? ''));
  } catch {
    return undefined;
  }
}
