import { type Written, writeTree } from '../../imports/write.js';
import type { ChartId } from '../model.js';
import { type ChartFiles, readValuesModel } from './model.js';
import { renderValuesTypes } from './types.js';

/** A chart with what its archive holds. */
export interface ChartArchive {
  readonly chart: ChartId;
  readonly files: ChartFiles;
}

/**
 * Makes a folder hold the types of the values of these charts, each in `<chart>.ts`. Only what differs is written; the file of a chart that is
 * gone goes.
 *
 * @param archives one version of each chart: of several, the highest that is used, whose keys all releases are held to.
 * @param folder imports/helm of the checkout.
 * @param others names of charts that are not at hand, whose files stay.
 */
export async function writeValueTypes(archives: readonly ChartArchive[], folder: string, others: readonly string[] = []): Promise<Written> {
  const files = archives.map(({ chart, files }) => [`${chart.chart}.ts`, renderValuesTypes(readValuesModel(files), chart)] as const);
  return await writeTree(folder, new Map(files), (path) => others.some((name) => path === `${name}.ts`));
}
