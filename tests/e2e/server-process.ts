import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Characters of the log that an error quotes. */
const quoted = 2_000;

/** Milliseconds that a server may take until it answers; other programs may take most of the machine. */
const patience = 90_000;

/** Runs a program until it ends or nobody holds the other end of standard input, however that came. */
const guard = [
  'exec 3<&0',
  '"$@" </dev/null 3<&- & server=$!',
  '{ read -r _; kill -KILL "$server"; } <&3 & guard=$!',
  'wait "$server"; code=$?; kill "$guard"; exit "$code"',
].join('\n');

/** A server that ends with this process, also when that is killed. */
export class ServerProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #name: string;
  #log = '';

  /** @param path of the program. */
  constructor(path: string, args: readonly string[]) {
    this.#name = path.slice(path.lastIndexOf('/') + 1);
    this.#child = spawn('sh', ['-c', guard, 'sh', path, ...args]);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (text: Buffer) => {
        this.#log = `${this.#log}${text}`.slice(-quoted);
      });
    }
  }

  /**
   * Waits until it answers.
   *
   * @param isReady one attempt; an error counts as no.
   * @throws {Error} with the last error and the end of its log when it ends before, or never answers.
   */
  async waitFor(isReady: () => Promise<boolean>): Promise<void> {
    const start = Date.now();
    let last = '';
    const attempt = () =>
      isReady().catch((error: unknown) => {
        last = String(error);
        return false;
      });
    while (!(await attempt())) {
      const isOver = this.#child.exitCode !== null;
      if (isOver || Date.now() - start > patience) {
        throw new Error(`${this.#name} ${isOver ? 'ended' : 'does not answer'}: ${last}\n${this.#log}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends it at once: nothing that it holds is needed again. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
  }
}

/** TCP ports of the loopback address that nobody listens on; they differ from each other. */
export async function findFreePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
