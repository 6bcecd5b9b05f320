import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `cache`: .cache/charts/, which Git ignores, so that each machine fetches once. `vendored`: vendored/, which is committed. */
export type StorePlace = 'cache' | 'vendored';

/** What an entry is, which shows in its file name: an archive of a chart, or an upstream manifest. */
export type StoredForm = 'tgz' | 'yaml';

const folders = { cache: join('.cache', 'charts'), vendored: 'vendored' } as const;

/** SHA-256 of content, 64 lower-case hexadecimal digits. */
export function sha256Of(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Archives and manifests by the digest of their content: an entry is what its name says, or it is not there. */
export class Store {
  constructor(readonly folder: string) {}

  /** The content with this digest, checked on each read. A damaged entry is removed, and counts as absent. */
  async find(sha256: string, form: StoredForm): Promise<Buffer | undefined> {
    const path = this.pathOf(sha256, form);
    try {
      const content = await readFile(path);
      if (sha256Of(content) === sha256) return content;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      if (code !== 'EISDIR') throw error;
    }
    await rm(path, { recursive: true, force: true });
    return undefined;
  }

  /** Adds content in one step, so that a killed run leaves no half entry. @returns its digest. */
  async put(content: Uint8Array, form: StoredForm): Promise<string> {
    const sha256 = sha256Of(content);
    if ((await this.find(sha256, form)) !== undefined) return sha256;
    await mkdir(this.folder, { recursive: true });
    const unfinished = join(this.folder, `.${sha256}.${randomUUID()}`);
    try {
      await writeFile(unfinished, content);
      await rename(unfinished, this.pathOf(sha256, form));
    } finally {
      await rm(unfinished, { force: true });
    }
    return sha256;
  }

  /** Removes every entry but these. @returns how many went. */
  async keepOnly(digests: ReadonlySet<string>): Promise<number> {
    const names = await readdir(this.folder).catch((): string[] => []);
    const stale = names.filter((name) => /^[0-9a-f]{64}\.(tgz|yaml)$/.test(name) && !digests.has(name.slice(0, 64)));
    await Promise.all(stale.map((name) => rm(join(this.folder, name), { force: true })));
    return stale.length;
  }

  /** Absolute path of an entry, whether it is there or not, for programs that read files. */
  pathOf(sha256: string, form: StoredForm): string {
    return join(this.folder, `${sha256}.${form}`);
  }
}

/** The store of a checkout. @param root absolute path of the checkout */
export function openStore(root: string, place: StorePlace = 'cache'): Store {
  return new Store(join(root, folders[place]));
}
