import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Io } from '../command.js';
import type { DeliveryWorld } from './deliver.js';

/** The files and programs of this machine. */
export function openWorld(_io: Io, dist: string): DeliveryWorld {
  return {
    lock: undefined,
    readCommitted: (cluster, path) => readFile(join(dist, cluster, path)).catch(() => undefined),
    render: async (requests) => requests.map(() => ({ absent: 'helm', command: 'npm run tools' })),
  };
}
