import { writeTar, zipStored } from './archive-tar.js';

/**
 * Packs the files of a chart so that the same files give the same bytes on every machine: sorted by path, without times, owners and modes,
 * and not compressed.
 *
 * @param name of the chart, which is that of the folder in the archive
 * @param files content by path below the folder
 */
export function packChart(name: string, files: ReadonlyMap<string, Uint8Array>): Buffer {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return zipStored(writeTar(sorted.map(([path, content]) => [`${name}/${path}`, content] as const)));
}
