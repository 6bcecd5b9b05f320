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
 * @param archives each chart once; of several versions one, whose keys all releases are held to.
 * @param folder imports/helm of the checkout.
 * @param others names of charts that are not at hand, whose files stay.
 * @throws {Error} when a chart comes twice: one file cannot be both.
 */
export async function writeValueTypes(archives: readonly ChartArchive[], folder: string, others: readonly string[] = []): Promise<Written> {
  const files = archives.map(({ chart, files }) => [`${chart.chart}.ts`, renderValuesTypes(readValuesModel(files), chart)] as const);
  const twice = files.find(([name], index) => files.findIndex(([other]) => other === name) < index);
  if (twice) throw new Error(`${twice[0]} would be written for two charts of that name.`);
  return await writeTree(folder, new Map(files), (path) => others.some((name) => path === `${name}.ts`));
}
