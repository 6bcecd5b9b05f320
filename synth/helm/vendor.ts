import type { Problem } from '../../charts/lib/problem.js';
import { readArchive } from './archive.js';
import { helmVersion, isExactVersion, keyOf } from './lock.js';
import type { ChartLock, LockedChart, LockedManifest } from './model.js';
import type { Store } from './store.js';
import { type Asker, checkManifest, obtain, problemOf, type VendorState } from './vendor-obtain.js';
import type { Source } from './vendor-source.js';
import { type Wanted, type WantedChart, type WantedManifest, wantedBy } from './vendor-wanted.js';

/** What became of one chart or one manifest. */
export interface Vendored {
  /** @example 'cert-manager v1.21.2' */
  readonly name: string;
  readonly state: VendorState;
  /** URL or path that was read. */
  readonly origin: string;
}

export interface VendorInput {
  readonly wanted: Wanted;
  /** Components, of which only what they use is fetched; every other entry of the lock stays then. Empty: all of them. */
  readonly names: readonly string[];
  /** The lock as it is. @default - there is none */
  readonly lock?: ChartLock | undefined;
  readonly source: Source;
  readonly store: Store;
}

export interface VendorResult {
  /** Charts first, both in the order of the lock. */
  readonly vendored: readonly Vendored[];
  /** With one of severity error, the lock must not be written. */
  readonly problems: readonly Problem[];
  /** The lock as it should be. */
  readonly lock: ChartLock;
}

/**
 * Asks the source for everything that the fleet needs, checks it and stores it. What could be fetched is in the store afterwards, also when
 * something else could not.
 */
export async function vendor({ wanted, names, lock, source, store }: VendorInput): Promise<VendorResult> {
  const problems: Problem[] = [];
  const part = wantedBy(names, wanted);
  const lockedCharts = new Map(lock?.charts.map((chart) => [keyOf(chart), chart]));
  const lockedManifests = new Map(lock?.manifests.map((manifest) => [manifest.url, manifest]));
  const asker = { source, store, problems };
  const [charts, manifests] = await Promise.all([
    Promise.all(part.charts.map((chart) => vendorChart(chart, lockedCharts.get(keyOf(chart)), asker))),
    Promise.all(part.manifests.map((manifest) => vendorManifest(manifest, lockedManifests.get(manifest.url), asker))),
  ]);
  const found = [...charts, ...manifests].filter((item) => item !== undefined);
  // Only who looks at the whole fleet can tell that nothing uses an entry any more.
  const kept = names.length > 0 ? lock : undefined;
  return {
    vendored: found.map(({ vendored }) => vendored),
    problems: problems.sort((a, b) => (a.file + a.field < b.file + b.field ? -1 : 1)),
    lock: {
      helm: helmVersion,
      charts: mergeBy(
        keyOf,
        kept?.charts ?? [],
        charts.flatMap((item) => item?.entry ?? []),
      ),
      manifests: mergeBy(
        ({ url }) => url,
        kept?.manifests ?? [],
        manifests.flatMap((item) => item?.entry ?? []),
      ),
    },
  };
}

interface Found<Entry> {
  readonly entry: Entry;
  readonly vendored: Vendored;
}

async function vendorChart(wanted: WantedChart, locked: LockedChart | undefined, asker: Asker): Promise<Found<LockedChart> | undefined> {
  const { repository, chart, version, users } = wanted;
  const flaws = flawsOf(wanted);
  asker.problems.push(...flaws);
  if (flaws.length > 0) return undefined;
  const name = `${chart} ${version}`;
  const item = { name, users, form: 'tgz', locked: locked?.sha256, stated: [] } as const;
  const check = (content: Buffer, origin: string) => readArchive(content, origin, wanted).appVersion;
  const got = await obtain(item, () => asker.source.chart(wanted), check, asker);
  if (!got) return undefined;
  const { sha256, about: appVersion, state, origin } = got;
  const entry = { repository, chart, version, sha256, ...(appVersion === undefined ? {} : { appVersion }) };
  return { entry, vendored: { name, state, origin } };
}

function flawsOf({ repository, version, users }: WantedChart): Problem[] {
  const problems: Problem[] = [];
  if (!isExactVersion(version)) {
    const problem = `"${version}" is not one exact version, so that the same release gives another result tomorrow.`;
    problems.push(problemOf(users, 'exact-chart-version', problem, 'write all three numbers, as the repository writes them.'));
  }
  if (!URL.canParse(repository) || !/^(https?|oci):$/.test(new URL(repository).protocol)) {
    const problem = `"${repository}" is no address of a chart repository.`;
    problems.push(
      problemOf(users, 'valid-upstream-address', problem, 'write an https:// index, or oci:// and the path that holds the chart.'),
    );
  }
  return problems;
}

async function vendorManifest(
  { url, stated, users }: WantedManifest,
  locked: LockedManifest | undefined,
  asker: Asker,
): Promise<Found<LockedManifest> | undefined> {
  if (!URL.canParse(url)) {
    asker.problems.push(problemOf(users, 'valid-upstream-address', `"${url}" is no address.`, 'write the https:// address of the file.'));
    return undefined;
  }
  const item = { name: url, users, form: 'yaml', locked: locked?.sha256, stated } as const;
  const got = await obtain(item, () => asker.source.manifest(url), checkManifest, asker);
  return got && { entry: { url, sha256: got.sha256 }, vendored: { name: url, state: got.state, origin: got.origin } };
}

function mergeBy<Entry>(key: (entry: Entry) => string, before: readonly Entry[], after: readonly Entry[]): readonly Entry[] {
  const merged = new Map([...before, ...after].map((entry) => [key(entry), entry]));
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
