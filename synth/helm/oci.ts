import { isObject } from '../schema/node.js';
import { type Answer, archiveLimit, bodyOf, type Downloads, isLoopback } from './vendor-download.js';
import { nearestVersions, type Offer, Unavailable } from './vendor-source.js';

/** A tag in a registry. */
export interface OciReference {
  /** Host and port. @example 'ghcr.io' */
  readonly registry: string;
  /** Repository in it. @example 'siderolabs/charts/talos-cloud-controller-manager' */
  readonly name: string;
  readonly tag: string;
}

/**
 * Media types of a chart in a registry; the last one is of charts from before Helm 3.7.
 *
 * Source: https://github.com/helm/helm/blob/v3.19.0/pkg/registry/constants.go
 */
const configType = 'application/vnd.cncf.helm.config.v1+json';
const contentTypes = ['application/vnd.cncf.helm.chart.content.v1.tar+gzip', 'application/tar+gzip'];
/** Source: https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md */
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** Of what is not an archive, in bytes. Registries take manifests of 4 MiB at most. */
const answerLimit = 4 * 1024 * 1024;
/** Pages of tags that are read for a message. */
const tagPages = 10;

/**
 * The tag under which a registry has a version of a chart: no tag holds a plus, so Helm writes an underscore.
 *
 * Source: https://helm.sh/docs/topics/registries/ (Helm 3.19)
 *
 * @param url oci:// and the path of the chart itself, perhaps with a tag @param version taken when the URL has no tag
 * @throws {Unavailable} when the URL names no repository.
 */
export function parseReference(url: string, version: string): OciReference {
  const [, registry, name, tag] = /^oci:\/\/([^/]+)\/([a-z0-9._/-]+?)(?::([\w.-]+))?$/.exec(url) ?? [];
  if (registry === undefined || name === undefined)
    throw new Unavailable('sound-upstream', `${url} names no repository of a registry.`, 'write oci://<host>/<path>.');
  return { registry, name, tag: tag ?? version.replaceAll('+', '_') };
}

/**
 * A chart in an OCI registry, read anonymously.
 *
 * Source: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 *
 * @throws {Unavailable} when the tag is not there, or is no chart.
 */
export async function offerOfRegistry(reference: OciReference, downloads: Downloads): Promise<Offer> {
  const session = new RegistrySession(reference, downloads);
  const answer = await session.get(`manifests/${reference.tag}`, answerLimit, manifestType);
  if (answer.status === 404) throw await missingTag(session, reference);
  const sha256 = layerOf(bodyOf(answer, session.urlOf(`manifests/${reference.tag}`)), reference);
  const blob = `blobs/sha256:${sha256}`;
  const origin = `oci://${reference.registry}/${reference.name}:${reference.tag}`;
  return { origin, sha256, read: async () => bodyOf(await session.get(blob, archiveLimit), session.urlOf(blob)) };
}

/** Requests for one repository, with the token that the registry asked for. */
class RegistrySession {
  private token: string | undefined;

  constructor(
    private readonly reference: OciReference,
    private readonly downloads: Downloads,
  ) {}

  /** @param path below the repository, or an absolute one of the same registry */
  urlOf(path: string): string {
    const { registry, name } = this.reference;
    // The name by which everybody calls Docker Hub serves web pages.
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
    const scheme = isLoopback(new URL(`http://${host}`).hostname) ? 'http' : 'https';
    return new URL(path, `${scheme}://${host}/v2/${name}/`).href;
  }

  async get(path: string, limit: number, accept?: string): Promise<Answer> {
    const first = await this.ask(path, limit, accept);
    const challenge = first.status === 401 && this.token === undefined ? parseChallenge(first.headers.get('www-authenticate')) : undefined;
    if (challenge === undefined) return first;
    this.token = await this.fetchToken(challenge);
    return await this.ask(path, limit, accept);
  }

  private ask(path: string, limit: number, accept?: string): Promise<Answer> {
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (accept !== undefined) headers['accept'] = accept;
    if (this.token !== undefined) headers['authorization'] = `Bearer ${this.token}`;
    return this.downloads.get(this.urlOf(path), { limit, headers });
  }

  /** Source: https://distribution.github.io/distribution/spec/auth/token/ (v3) */
  private async fetchToken({ realm, service, scope }: Challenge): Promise<string> {
    const url = new URL(realm);
    if (service !== undefined) url.searchParams.set('service', service);
    url.searchParams.set('scope', scope ?? `repository:${this.reference.name}:pull`);
    const answer: unknown = parseJson(await this.downloads.getFile(url.href, { limit: answerLimit }));
    const token = isObject(answer) ? (answer['token'] ?? answer['access_token']) : undefined;
    if (typeof token === 'string' && token !== '') return token;
    throw new Unavailable('sound-upstream', `${realm} gave no token for ${this.reference.name}.`, 'check the address of the registry.');
  }
}

interface Challenge {
  readonly realm: string;
  readonly service?: string | undefined;
  readonly scope?: string | undefined;
}

/** @example parseChallenge('Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:a/b:pull"') */
function parseChallenge(header: string | null): Challenge | undefined {
  const [, parameters = ''] = /\bBearer\s+(.*)/i.exec(header ?? '') ?? [];
  const textOf = (key: string) => new RegExp(`(?:^|[\\s,])${key}="([^"]*)"`, 'i').exec(parameters)?.[1];
  const realm = textOf('realm');
  return realm !== undefined && URL.canParse(realm) ? { realm, service: textOf('service'), scope: textOf('scope') } : undefined;
}

/** Digest of the archive in a manifest. */
function layerOf(body: Buffer, { registry, name, tag }: OciReference): string {
  const manifest = parseJson(body);
  const config = isObject(manifest) && isObject(manifest['config']) ? manifest['config'] : {};
  const layers = isObject(manifest) && Array.isArray(manifest['layers']) ? manifest['layers'].filter(isObject) : [];
  const found = layers.filter(({ mediaType }) => contentTypes.includes(String(mediaType)));
  const digest = /^sha256:([0-9a-f]{64})$/.exec(String(found[0]?.['digest']))?.[1];
  if (config['mediaType'] === configType && found.length === 1 && digest !== undefined) return digest;
  const problem = `oci://${registry}/${name}:${tag} is no Helm chart: its configuration has the media type ${String(config['mediaType'])}, and ${found.length} of its ${layers.length} layers are an archive of one.`;
  throw new Unavailable('sound-upstream', problem, 'check the repository and the name of the chart.');
}

/** Versions of a chart in a registry, read anonymously. @throws {Unavailable} when it does not answer. */
export async function versionsInRegistry(reference: OciReference, downloads: Downloads): Promise<string[]> {
  return (await tagsOf(new RegistrySession(reference, downloads))).map((tag) => tag.replaceAll('_', '+'));
}

async function tagsOf(session: RegistrySession): Promise<string[]> {
  const tags: string[] = [];
  let next: string | undefined = 'tags/list';
  for (let page = 0; page < tagPages && next !== undefined; page++) {
    const answer: Answer = await session.get(next, answerLimit);
    const list: unknown = answer.status === 200 ? parseJson(answer.body) : undefined;
    if (isObject(list) && Array.isArray(list['tags'])) tags.push(...list['tags'].filter((entry) => typeof entry === 'string'));
    next = /<([^>]+)>;\s*rel="?next"?/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  return tags;
}

async function missingTag(session: RegistrySession, { registry, name, tag }: OciReference): Promise<Unavailable> {
  const tags = await tagsOf(session);
  const nearest = nearestVersions(tag, tags).map((entry) => entry.replaceAll('_', '+'));
  const known = nearest.length > 0 ? ` The nearest are ${nearest.join(', ')}.` : ' It lists no tag at all.';
  const fix =
    nearest.length > 0 ? `write one that is there, for example "${nearest[0]}".` : 'check the repository and the name of the chart.';
  return new Unavailable('served-version', `oci://${registry}/${name} has no tag ${tag}.${known}`, fix);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
