import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '../../charts/lib/kinds.js';
import type { Etcd } from './etcd.js';
import { findFreePorts, ServerProcess } from './server-process.js';

/** What the API server says to one request. */
export interface Answer {
  readonly status: number;
  /** The object, or a Status that says why not. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The texts of its Warning headers. */
  readonly warnings: readonly string[];
}

/** How to apply: `dryRun` keeps nothing. */
export interface ApplyOptions {
  /** @default false */
  readonly dryRun?: boolean;
}

/** Milliseconds that an answer may take. */
const patience = 60_000;

/** Where the objects of a kind are. */
interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** A real API server on the loopback address, without controllers, webhooks or nodes. Whoever has the token may do everything. */
export class ApiServer {
  readonly #process: ServerProcess;
  readonly #folder: string;
  readonly #port: number;
  readonly #token: string;
  readonly #resources = new Map<string, Resource>();
  #agent: Agent | undefined;

  private constructor(process: ServerProcess, folder: string, port: number, token: string) {
    this.#process = process;
    this.#folder = folder;
    this.#port = port;
    this.#token = token;
  }

  /**
   * Starts one that knows nothing but what every new cluster has. It makes its own certificate.
   *
   * @param path of the program.
   * @throws {Error} with its log when it does not start.
   *
   * Source: https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/ (v1.36)
   */
  static async start(path: string, etcd: Etcd): Promise<ApiServer> {
    const folder = mkdtempSync(join(tmpdir(), 'api-server-'));
    const [port = 0] = await findFreePorts(1);
    const token = randomUUID();
    const key = join(folder, 'service-accounts.pem');
    const tokens = join(folder, 'tokens.csv');
    mkdirSync(join(folder, 'certificates'));
    writeFileSync(key, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' }));
    writeFileSync(tokens, `${token},engine,engine,system:masters\n`);
    const server = new ApiServer(
      new ServerProcess(path, [
        ...[`--etcd-servers=${etcd.url}`, `--etcd-prefix=${etcd.takePrefix()}`],
        ...['--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', `--secure-port=${port}`],
        // The loopback address may be no endpoint.
        '--endpoint-reconciler-type=none',
        ...[`--cert-dir=${join(folder, 'certificates')}`, `--token-auth-file=${tokens}`, '--authorization-mode=AlwaysAllow'],
        ...['--service-account-issuer=https://localhost', `--service-account-key-file=${key}`, `--service-account-signing-key-file=${key}`],
        '--service-cluster-ip-range=198.51.100.0/24',
        // As every cluster that runs a network or a storage driver.
        '--allow-privileged=true',
        // It waits for what a controller makes.
        '--disable-admission-plugins=ServiceAccount',
      ]),
      folder,
      port,
      token,
    );
    const isReady = async () => {
      // The certificate may be half written when it is read.
      server.#agent?.destroy();
      server.#agent = undefined;
      const { status, body } = await server.request('GET', '/readyz');
      if (status !== 200) throw new Error(`${status} ${body['message']}`);
      return true;
    };
    await server.#process.waitFor(isReady).catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    return server;
  }

  async stop(): Promise<void> {
    this.#agent?.destroy();
    await this.#process.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /**
   * One request.
   *
   * @param path with its query. @example '/api/v1/namespaces?limit=1'
   * @param body sent as JSON.
   * @throws {Error} when no answer comes.
   */
  async request(method: string, path: string, body?: object, contentType = 'application/json'): Promise<Answer> {
    this.#agent ??= new Agent({ keepAlive: true, ca: readFileSync(join(this.#folder, 'certificates', 'apiserver.crt')) });
    const agent = this.#agent;
    return new Promise((resolve, reject) => {
      const headers = { Authorization: `Bearer ${this.#token}`, 'Content-Type': contentType, Accept: 'application/json' };
      const request = httpsRequest({ host: '127.0.0.1', port: this.#port, method, path, headers, agent }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          const isJson = response.headers['content-type']?.startsWith('application/json');
          const warnings = (response.headersDistinct['warning'] ?? []).map((line) => line.replace(/^299 - "(.*)"$/, '$1'));
          resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : { message: text }, warnings });
        });
      });
      request.on('error', reject);
      request.setTimeout(patience, () => request.destroy(new Error(`${method} ${path}: no answer`)));
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /**
   * Applies an object as an engine does: server-side, forced; a field that the schema does not list is an error.
   *
   * @returns 404 when the kind is not served, as any client finds out before it asks.
   *
   * Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/ (v1.36)
   */
  async apply(object: KubernetesObject, { dryRun = false }: ApplyOptions = {}): Promise<Answer> {
    const path = await this.pathOf(object);
    if (path === undefined) {
      return { status: 404, body: { message: `no matches for kind ${object.kind} in ${object.apiVersion}` }, warnings: [] };
    }
    const query = `fieldManager=engine&force=true&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
    return this.request('PATCH', `${path}?${query}`, object, 'application/apply-patch+yaml');
  }

  /** The path of an object, or undefined when its kind is not served. */
  async pathOf({ apiVersion, kind, metadata }: KubernetesObject): Promise<string | undefined> {
    const resource = await this.#find(apiVersion, kind);
    if (resource === undefined) return undefined;
    const scope = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
    return `${rootOf(apiVersion)}${scope}/${resource.name}/${encodeURIComponent(metadata.name)}`;
  }

  /** Whether objects of the kind can be applied now. */
  async serves(apiVersion: string, kind: string): Promise<boolean> {
    return (await this.#find(apiVersion, kind)) !== undefined;
  }

  async #find(apiVersion: string, kind: string): Promise<Resource | undefined> {
    const key = `${apiVersion}/${kind}`;
    const known = this.#resources.get(key);
    if (known !== undefined) return known;
    const { status, body } = await this.request('GET', rootOf(apiVersion));
    const resources = status === 200 ? (body['resources'] as readonly Resource[]) : [];
    const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
    if (found !== undefined) this.#resources.set(key, found);
    return found;
  }
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
