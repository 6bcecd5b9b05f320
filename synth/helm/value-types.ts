import { join } from 'node:path';
import type { Written } from '../imports/write.js';
import { readArchive } from './archive.js';
import type { ChartLock, LockedChart } from './model.js';
import type { Store } from './store.js';
import { type ChartArchive, writeValueTypes } from './values/write.js';
import { newestVersion } from './vendor-source.js';

/**
 * Writes imports/helm/ from the archives of the lock; the types of charts whose archive is not on this machine stay as they are.
 *
 * @param used names of the charts of the fleet; the types of others go.
 */
export async function generateValueTypes(root: string, lock: ChartLock, store: Store, used: readonly string[]): Promise<Written> {
  const found: ChartArchive[] = [];
  for (const chart of newestOfEach(lock.charts)) {
    const content = await store.find(chart.sha256, 'tgz');
    if (content !== undefined) found.push({ chart, files: readArchive(content, `${chart.chart} ${chart.version}`, chart).files });
  }
  return writeValueTypes(found, join(root, 'imports', 'helm'), used);
}

/** One version of each chart: of several, the highest. */
function newestOfEach(charts: readonly LockedChart[]): LockedChart[] {
  const byName = new Map<string, LockedChart>();
  for (const chart of charts) {
    const other = byName.get(chart.chart);
    if (other === undefined || newestVersion([chart.version, other.version]) === chart.version) byName.set(chart.chart, chart);
  }
  return [...byName.values()];
}
