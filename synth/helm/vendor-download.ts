import { Unavailable } from './vendor-source.js';

/** A whole answer, whatever its status but for those that are worth another try. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface DownloadRequest {
  /** Largest body, in bytes. */
  readonly limit: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Of a packed archive, in bytes. */
export const archiveLimit = 20 * 1024 * 1024;

/** Requests under way at once, over all servers. */
const atOnce = 8;
const attempts = 4;
/** For one attempt with its redirects and its body, in milliseconds. */
const timeout = 120_000;
const redirects = [301, 302, 303, 307, 308];
const mostRedirects = 10;
/** However long a server asks us to wait, in milliseconds. */
const longestWait = 30_000;

/**
 * GET requests without any credential, each tried again a few times when the server is overloaded or the connection breaks. Only https,
 * also after redirects; http to the machine itself alone, as container engines have it. Proxies are not supported.
 */
export class Downloads {
  private free = atOnce;
  private readonly waiting: (() => void)[] = [];

  /** @param retryDelay pause before the second attempt, in milliseconds; it doubles with each further one. */
  constructor(private readonly retryDelay = 500) {}

  /** @throws {Unavailable} when no attempt got an answer, or the answer is larger than the limit. */
  async get(url: string, request: DownloadRequest): Promise<Answer> {
    refuseInsecure(url, url);
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.inTurn(() => tryOnce(url, request));
      if (!(outcome instanceof Error) && !isTemporary(outcome.status)) return outcome;
      if (attempt === attempts) {
        const reason = outcome instanceof Error ? `could not be read: ${causeOf(outcome)}` : `answered with HTTP status ${outcome.status}`;
        throw new Unavailable('reachable-upstream', `${url} ${reason} (${attempts} attempts).`, 'try again later, or use --from DIR.');
      }
      await new Promise((resolve) => setTimeout(resolve, this.pause(attempt, outcome)));
    }
  }

  /** The same for a file that must be there. @throws {Unavailable} on every status but 200, with `served-version` when it is gone. */
  async getFile(url: string, request: DownloadRequest): Promise<Buffer> {
    return bodyOf(await this.get(url, request), url);
  }

  private async inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }

  private pause(attempt: number, outcome: Answer | Error): number {
    const asked = outcome instanceof Error ? Number.NaN : Number(outcome.headers.get('retry-after') ?? Number.NaN) * 1000;
    return Math.min(Number.isFinite(asked) ? asked : this.retryDelay * 2 ** (attempt - 1), longestWait);
  }
}

/** @throws {Unavailable} when the status is not 200. */
export function bodyOf({ status, body }: Answer, url: string): Buffer {
  if (status === 200) return body;
  if (status === 404 || status === 410)
    throw new Unavailable('served-version', `${url} is not there (HTTP status ${status}).`, 'correct the version, or the address.');
  const hint = status === 401 || status === 403 ? ' It may be private; only anonymous downloads are supported.' : '';
  throw new Unavailable(
    'reachable-upstream',
    `${url} answered with HTTP status ${status}.${hint}`,
    'check the address, or use --from DIR.',
  );
}

/** What went wrong below fetch, whose own message is always the same. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return causeOf(error.cause);
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name);
}

/** @returns an error that may be gone the next time. @throws {Unavailable} what will be the same each time. */
async function tryOnce(url: string, { limit, headers = {} }: DownloadRequest): Promise<Answer | Error> {
  try {
    const response = await follow(url, headers, AbortSignal.timeout(timeout));
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > limit) throw new Unavailable('sound-upstream', `${url} is larger than ${limit} bytes.`, 'check the address.');
      chunks.push(chunk);
    }
    return { status: response.status, headers: response.headers, body: Buffer.concat(chunks) };
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Redirects are followed here, so that nothing is ever asked for over http, and no token reaches another host. */
async function follow(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
  let at = url;
  for (let count = 0; count <= mostRedirects; count++) {
    const { authorization, ...others } = headers;
    const isSameHost = new URL(at).origin === new URL(url).origin;
    const own = authorization !== undefined && isSameHost ? headers : others;
    const response = await fetch(at, { headers: own, signal, redirect: 'manual' });
    const location = redirects.includes(response.status) ? response.headers.get('location') : null;
    if (location === null) return response;
    await response.body?.cancel();
    if (!URL.canParse(location, at)) break;
    at = new URL(location, at).href;
    refuseInsecure(at, url);
  }
  throw new Unavailable('sound-upstream', `${url} redirects without end, the last time from ${at}.`, 'check the address.');
}

function isTemporary(status: number): boolean {
  return status === 429 || status >= 500;
}

function refuseInsecure(url: string, from: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return;
  const way = url === from ? url : `${from} redirects to ${url}, which`;
  throw new Unavailable('sound-upstream', `${way} is not https, so that anybody on the way could change it.`, 'use an https address.');
}

/** Names and addresses of the machine itself. @param hostname as in a URL, IPv6 in brackets */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
