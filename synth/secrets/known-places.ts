import { parseAllDocuments } from 'yaml';
import { isObject } from '../schema/node.js';
import { isReference } from './literals.js';

/** Places that hold a secret whatever it looks like, because their kind says so. */

export interface KnownPlace {
  /** Field of the map that is dealt with. */
  readonly key: string;
  readonly secrets: readonly { readonly keys: readonly string[]; readonly kind: string; readonly value: string }[];
}

/**
 * Content of a Secret; the private half beside a certificate, as in the secrets of Talos and in talosconfig; a login of a container registry.
 *
 * Source: https://kubernetes.io/docs/concepts/configuration/secret/ (v1.36), `talosctl gen secrets` (v1.13).
 */
export function findInKnownPlaces(map: Readonly<Record<string, unknown>>): readonly KnownPlace[] {
  if (map['kind'] !== 'Secret' && typeof map['key'] !== 'string' && typeof map['auth'] !== 'string') return none;
  const places: KnownPlace[] = [];
  if (map['kind'] === 'Secret' && (map['apiVersion'] === 'v1' || 'stringData' in map)) {
    for (const key of ['data', 'stringData']) places.push({ key, secrets: contentOf(map[key]) });
  }
  const half = map['key'];
  if (typeof half === 'string' && typeof map['crt'] === 'string' && map['crt'] !== '' && !isReference(half)) {
    places.push({ key: 'key', secrets: [{ keys: [], kind: 'private key beside its certificate', value: half }] });
  }
  const login = map['auth'];
  if (typeof login === 'string' && /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(Buffer.from(login, 'base64').toString('latin1'))) {
    places.push({ key: 'auth', secrets: [{ keys: [], kind: 'login of a registry', value: login }] });
  }
  return places;
}

const none: readonly KnownPlace[] = [];

function contentOf(fields: unknown): KnownPlace['secrets'] {
  if (!isObject(fields)) return [];
  return Object.entries(fields)
    .filter(([, value]) => value !== null && value !== '' && value !== undefined && !isEncrypted(value))
    .map(([key, value]) => ({ keys: [key], kind: 'content of a Secret', value: String(value) }));
}

/** By SOPS, which leaves the names of the fields readable. */
function isEncrypted(value: unknown): boolean {
  return typeof value === 'string' && /^ENC\[AES256_GCM,/.test(value);
}

/** Documents of YAML or JSON in a text; none where it is neither. A tag like !Env says that the value is elsewhere. */
export function parseDocuments(text: string): unknown[] {
  try {
    return parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent', customTags: (tags) => [...tags, ...referenceTags] }).flatMap(
      (document) => ('errors' in document && document.errors.length === 0 ? [document.toJS({ maxAliasCount: 1000 }) as unknown] : []),
    );
  } catch {
    return [];
  }
}

const referenceTags = [
  '!Env',
  '!ENV',
  '!env',
  '!File',
  '!Context',
  '!KeyOf',
  '!Find',
  '!Ref',
  '!Sub',
  '!GetAtt',
  '!vault',
  '!reference',
].flatMap((tag) => [
  { tag, resolve: () => '' },
  { tag, collection: 'seq' as const },
]);
