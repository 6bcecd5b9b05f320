import type { ChartId } from './model.js';

/** What a source has: where it is, and its content once it is wanted. */
export interface Offer {
  /** URL or path, for messages. */
  readonly origin: string;
  /** SHA-256 of the content as the source states it, so that nothing is sent that is known already. @default - only the content tells */
  readonly sha256?: string;
  /** @throws {Unavailable} when the content cannot be read. */
  read(): Promise<Uint8Array>;
}

/** Where charts and upstream manifests come from: the network, or a folder. */
export interface Source {
  /** Says what a digest that differs from the locked one means here. */
  readonly kind: 'upstream' | 'folder';
  /** @throws {Unavailable} when it does not have the chart at exactly this version. */
  chart(id: ChartId): Promise<Offer>;
  /** Every version of a chart that it has, in no order. @throws {Unavailable} when it does not answer. */
  versions(chart: Omit<ChartId, 'version'>): Promise<string[]>;
  /** @throws {Unavailable} when it does not have the file. */
  manifest(url: string): Promise<Offer>;
}

/** Permanent ids of the ways in which a source does not give something. */
export type UnavailableRule =
  /** The source answered, and has no such thing. */
  | 'served-version'
  /** It did not answer, or refused to. */
  | 'reachable-upstream'
  /** Its answer is not what its own protocol or digest promises. */
  | 'sound-upstream';

/** Why a source does not give something. Whoever asked knows for which component, and makes a Problem of it. */
export class Unavailable extends Error {
  constructor(
    readonly rule: UnavailableRule,
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

/**
 * The versions that are most like the wanted one, the nearest first, for a message: it may lack a "v", or have been withdrawn.
 *
 * @example nearestVersions('1.2.3', ['1.2.4', 'v1.2.3', '2.0.0'], 2) is ['v1.2.3', '1.2.4']
 */
export function nearestVersions(wanted: string, versions: readonly string[], count = 5): string[] {
  const numbersOf = (version: string) => (/^v?([\d.]+)/.exec(version)?.[1] ?? '').split('.').map(Number);
  const target = numbersOf(wanted);
  const distances = [...new Set(versions)].map((version) => {
    const numbers = numbersOf(version);
    return { version, distance: [0, 1, 2].map((index) => Math.abs((numbers[index] ?? 0) - (target[index] ?? 0))) };
  });
  const compare = (a: readonly number[], b: readonly number[]) =>
    a.map((value, index) => value - (b[index] ?? 0)).find((d) => d !== 0) ?? 0;
  return distances
    .sort((a, b) => compare(a.distance, b.distance) || (a.version < b.version ? -1 : 1))
    .slice(0, count)
    .map(({ version }) => version);
}

/** The highest version that is no preview, written as the source writes it. @example newestVersion(['1.9.0', '1.10.0', '2.0.0-rc.1']) is '1.10.0' */
export function newestVersion(versions: readonly string[]): string | undefined {
  const stable = versions.filter((version) => /^v?\d+\.\d+\.\d+(\+.*)?$/.test(version));
  const order = new Intl.Collator('en', { numeric: true });
  return stable.sort((a, b) => order.compare(a.replace(/^v/, ''), b.replace(/^v/, ''))).at(-1);
}
