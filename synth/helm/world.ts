import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { settings } from '../../clusters/lib/settings.js';
import type { Io } from '../command.js';
import type { Schemas } from '../schema/load.js';
import type { DeliveryWorld } from './deliver.js';
import { lockFile, parseLock, readLock } from './lock.js';
import type { ChartLock } from './model.js';
import { openStore, type Store } from './store.js';

/** The files and programs of this machine. @throws {Problems} every mistake in the lock. */
export async function openWorld({ root, env }: Io, dist: string, schemas: Schemas): Promise<DeliveryWorld> {
  const lock = await readLock(root);
  const store = openChartStore(root);
  return {
    lock,
    // One after the other: for thousands of small files that costs half of what the thread pool does.
    async readCommitted(cluster, path) {
      try {
        return readFileSync(join(dist, cluster, path));
      } catch {
        return undefined;
      }
    },
    async render(requests) {
      if (requests.length === 0 || lock === undefined) return requests.map(() => ({ absent: lockFile, command: 'npm run vendor' }));
      // What renders is loaded only when there is something to render.
      const { renderRequests } = await import('./render-requests.js');
      return renderRequests(requests, { root, env, store, helm: lock.helm, schemas });
    },
  };
}

/** Where the archives of the checkout lie, by the setting of the fleet. */
export function openChartStore(root: string): Store {
  return openStore(root, settings.archives === 'repository' ? 'vendored' : 'cache');
}

/** The lock of the last commit, for what was rendered before; undefined without one, and without Git. */
export async function readCommittedLock(root: string): Promise<ChartLock | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', ['show', `HEAD:./${lockFile}`], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
    return parseLock(stdout);
  } catch {
    return undefined;
  }
}
