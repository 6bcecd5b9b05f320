import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BadUsage, type Io } from '../command.js';
import type { Source } from './vendor-source.js';

/** Where charts come from: the network, or a folder. @throws {BadUsage} when there is no such folder. */
export async function openSource(from: string | undefined, { cwd }: Io): Promise<Source> {
  if (from === undefined) {
    const [{ networkSource }, { Downloads }] = await Promise.all([import('./vendor-network.js'), import('./vendor-download.js')]);
    return networkSource(new Downloads());
  }
  const folder = resolve(cwd, from);
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new BadUsage(`--from: there is no folder ${folder}.`);
  const { folderSource } = await import('./vendor-folder.js');
  return await folderSource(folder);
}
