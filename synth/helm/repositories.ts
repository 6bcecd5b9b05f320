import { isObject } from '../schema/node.js';
import { parseYamlText } from './archive-yaml.js';
import type { ChartId } from './model.js';
import { offerOfRegistry, parseReference } from './oci.js';
import { partOfIndex } from './repositories-part.js';
import { archiveLimit, type Downloads } from './vendor-download.js';
import { nearestVersions, type Offer, Unavailable } from './vendor-source.js';

/** In bytes. Indices grow with every release; nobody shortens them. */
const indexLimit = 64 * 1024 * 1024;

type IndexEntries = Readonly<Record<string, unknown>>;

/**
 * Chart repositories behind an https:// index. Each index is read once. A version is found only as the repository writes it.
 *
 * Source: https://helm.sh/docs/topics/chart_repository/ (Helm 3.19), https://github.com/helm/helm/blob/v3.19.0/pkg/repo/chartrepo.go for
 * how relative addresses are resolved.
 */
export class Repositories {
  private readonly indices = new Map<string, Promise<Buffer>>();

  constructor(private readonly downloads: Downloads) {}

  /** @throws {Unavailable} when the index or the version is not there. */
  async chart({ repository, chart, version }: ChartId): Promise<Offer> {
    const entry = findEntry(await this.textOf(repository), { repository, chart, version });
    const url = Array.isArray(entry['urls']) ? entry['urls'][0] : undefined;
    if (typeof url !== 'string' || url === '' || !URL.canParse(url, repository))
      throw unsound(repository, `has no address for ${chart} ${version}`);
    const sha256 = digestOf(entry['digest'], repository, `${chart} ${version}`);
    const stated = sha256 === undefined ? {} : { sha256 };
    if (url.startsWith('oci://')) {
      const offer = await offerOfRegistry(parseReference(url, version), this.downloads);
      return { ...offer, ...stated };
    }
    const origin = resolveUrl(url, repository);
    // Servers that pack once more on the way would change the digest.
    const headers = { 'accept-encoding': 'identity' };
    return { origin, ...stated, read: () => this.downloads.getFile(origin, { limit: archiveLimit, headers }) };
  }

  /** Every version of a chart. @throws {Unavailable} when the index is not there. */
  async versions({ repository, chart }: Omit<ChartId, 'version'>): Promise<string[]> {
    const entries = parseIndex(await this.textOf(repository));
    if (!entries) throw unsound(repository, 'is not one of a chart repository');
    const listed: unknown = Object.hasOwn(entries, chart) ? entries[chart] : undefined;
    const versions = Array.isArray(listed) ? listed.filter(isObject).map((entry) => entry['version']) : [];
    return versions.filter((version) => typeof version === 'string');
  }

  private async textOf(repository: string): Promise<string> {
    const known = this.indices.get(repository) ?? this.downloads.getFile(resolveUrl('index.yaml', repository), { limit: indexLimit });
    this.indices.set(repository, known);
    return (await known).toString('utf8');
  }
}

function parseIndex(text: string): IndexEntries | undefined {
  const root = parseYamlText(text);
  return isObject(root) && isObject(root['entries']) ? root['entries'] : undefined;
}

/** An address in an index: absolute, or below the repository, whose query then counts too. */
function resolveUrl(url: string, repository: string): string {
  if (URL.canParse(url)) return url;
  const base = new URL(repository);
  base.pathname = `${base.pathname.replace(/\/$/, '')}/`;
  const resolved = new URL(url, base);
  resolved.search = base.search;
  return resolved.href;
}

function findEntry(text: string, { repository, chart, version }: ChartId): Record<string, unknown> {
  const listOf = (entries: IndexEntries): Record<string, unknown>[] => {
    const listed: unknown = Object.hasOwn(entries, chart) ? entries[chart] : undefined;
    return Array.isArray(listed) ? listed.filter(isObject) : [];
  };
  const isWanted = (entry: Record<string, unknown>) => entry['version'] === version;
  const early = listOf(parseIndex(partOfIndex(text, chart, version) ?? '') ?? {}).find(isWanted);
  if (early) return early;
  const entries = parseIndex(text);
  if (!entries) throw unsound(repository, 'is not one of a chart repository');
  const list = listOf(entries);
  const found = list.find(isWanted);
  if (found) return found;
  if (list.length === 0) {
    const names = Object.keys(entries).sort();
    const few = names.length > 20 ? `${names.slice(0, 20).join(', ')} and ${names.length - 20} more` : names.join(', ') || 'none';
    throw new Unavailable('served-version', `${repository} has no chart ${chart}. It has ${few}.`, 'correct the name or the repository.');
  }
  const versions = list.map((entry) => entry['version']).filter((known) => typeof known === 'string');
  const nearest = nearestVersions(version, versions);
  const problem = `${repository} has no version ${version} of ${chart}. The nearest are ${nearest.join(', ')}.`;
  throw new Unavailable('served-version', problem, `write one that is there, for example "${nearest[0]}".`);
}

function digestOf(digest: unknown, repository: string, name: string): string | undefined {
  if (typeof digest !== 'string' || digest === '') return undefined;
  const sha256 = digest.replace(/^sha256:/, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw unsound(repository, `has "${digest}" for ${name}, which is no SHA-256`);
  return sha256;
}

function unsound(repository: string, problem: string): Unavailable {
  return new Unavailable('sound-upstream', `The index of ${repository} ${problem}.`, 'check the address of the repository.');
}
