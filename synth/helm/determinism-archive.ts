import { limits } from './archive.js';
import { readTar, unzip, writeTar, zipStored } from './archive-tar.js';

/** Files whose text helm never runs as a template. */
const noTemplate = /(^|\/)crds\/|(^|\/)Chart\.(yaml|lock)$|\.(md|schema\.json)$/;

/**
 * The archive of a chart with every text that may be a template changed, those of its subcharts too; all other files are the same.
 *
 * @throws {BrokenArchive} on what is no archive of a chart.
 */
export function changeArchive(archive: Buffer, change: (text: string, path: string) => string): Buffer {
  const files = [...readTar(unzip(archive, limits.chart))].filter(({ type }) => type === 'file');
  return zipStored(writeTar(files.map(({ path, content }) => [path, changeFile(content, path, change)] as const)));
}

function changeFile(content: Buffer, path: string, change: (text: string, path: string) => string): Buffer {
  if (path.endsWith('.tgz')) return changeArchive(content, change);
  if (noTemplate.test(path) || !content.includes('{{')) return content;
  // One character a byte, so that whatever is not changed stays the same.
  return Buffer.from(change(content.toString('latin1'), path), 'latin1');
}
