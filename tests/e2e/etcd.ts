import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePorts, ServerProcess } from './server-process.js';

/** One etcd for many API servers, each of which starts with nothing in it. */
export class Etcd {
  readonly #process: ServerProcess;
  readonly #folder: string;
  /** @example 'http://127.0.0.1:2379' */
  readonly url: string;
  /** What the next API server puts before its keys. */
  #prefixes = 0;

  private constructor(process: ServerProcess, folder: string, url: string) {
    this.#process = process;
    this.#folder = folder;
    this.url = url;
  }

  /** @param path of the program. @throws {Error} with its log when it does not start. */
  static async start(path: string): Promise<Etcd> {
    const [client, peer] = (await findFreePorts(2)).map((port) => `http://127.0.0.1:${port}`);
    const folder = mkdtempSync(join(tmpdir(), 'etcd-'));
    const etcd = new Etcd(
      new ServerProcess(path, [
        `--data-dir=${folder}`,
        ...[`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`, `--listen-peer-urls=${peer}`],
        // It need not outlive anything.
        '--unsafe-no-fsync',
        '--log-level=error',
      ]),
      folder,
      client ?? '',
    );
    const isHealthy = async () => (await fetch(`${etcd.url}/health`)).ok;
    await etcd.#process.waitFor(isHealthy).catch(async (error: unknown) => {
      await etcd.stop();
      throw error;
    });
    return etcd;
  }

  /** A prefix of keys that nobody else gets. */
  takePrefix(): string {
    return `/${++this.#prefixes}`;
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
