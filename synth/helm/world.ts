import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Io } from '../command.js';
import type { Schemas } from '../schema/load.js';
import type { DeliveryWorld } from './deliver.js';
import type { ChartLock } from './model.js';

/** The files and programs of this machine. */
export async function openWorld(_io: Io, dist: string, _schemas: Schemas): Promise<DeliveryWorld> {
  return {
    lock: undefined,
    readCommitted: (cluster, path) => readFile(join(dist, cluster, path)).catch(() => undefined),
    render: async (requests) => requests.map(() => ({ absent: 'helm', command: 'npm run tools' })),
  };
}

/** The lock of the last commit, for what was rendered before. */
export async function readCommittedLock(_root: string): Promise<ChartLock | undefined> {
  return undefined;
}
