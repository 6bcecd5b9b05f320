import { isMap, isScalar, parseAllDocuments } from 'yaml';
import { type Problem, Problems } from '../../charts/lib/problem.js';
import { lockFile } from './lock.js';
import { type Store, type StoredForm, sha256Of } from './store.js';
import { type Offer, type Source, Unavailable } from './vendor-source.js';

/** `fetched`: it was not in the store. `from cache`: it was, and the lock did not have it. `unchanged`: the lock had it, and still has. */
export type VendorState = 'fetched' | 'from cache' | 'unchanged';

/** Who asks, and where what comes of it goes. */
export interface Asker {
  readonly source: Source;
  readonly store: Store;
  readonly problems: Problem[];
}

/** One archive or manifest that is wanted. */
export interface Item {
  /** @example 'cert-manager v1.21.2' */
  readonly name: string;
  /** Releases or components that want it; messages name them. */
  readonly users: readonly string[];
  readonly form: StoredForm;
  /** Digest in the lock. */
  readonly locked: string | undefined;
  /** Digests that components state. */
  readonly stated: readonly string[];
}

/** An item that is in the store now. */
export interface Obtained<About> {
  readonly sha256: string;
  /** What the check of the content says. */
  readonly about: About;
  readonly state: VendorState;
  /** URL or path that was read. */
  readonly origin: string;
}

/**
 * Gets one item into the store, once it is sure that it is the right content.
 *
 * @param check reads the content, and throws Problems when it is not what it should be
 * @returns undefined when something is wrong, which is then among the problems.
 */
export async function obtain<About>(
  item: Item,
  ask: () => Promise<Offer>,
  check: (content: Buffer, origin: string) => About,
  asker: Asker,
): Promise<Obtained<About> | undefined> {
  const { users, form, locked } = item;
  const { store, problems } = asker;
  try {
    const offer = await ask().catch((error) => keepLocked(error, item, asker));
    const { origin } = offer;
    if (offer.sha256 !== undefined) checkDigest(offer.sha256, origin, item, asker.source);
    const stored = offer.sha256 === undefined ? undefined : await store.find(offer.sha256, form);
    const content = stored ?? Buffer.from(await offer.read());
    const sha256 = sha256Of(content);
    if (offer.sha256 !== undefined && sha256 !== offer.sha256) {
      const problem = `${origin} is not what its own digest says:\n${offer.sha256} stated\n${sha256} found`;
      throw new Unavailable('sound-upstream', problem, 'try again; if it stays like that, tell upstream.');
    }
    checkDigest(sha256, origin, item, asker.source);
    const about = check(content, origin);
    const isNew = (await store.find(sha256, form)) === undefined;
    if (isNew) await store.put(content, form);
    return { sha256, about, origin, state: isNew ? 'fetched' : locked === undefined ? 'from cache' : 'unchanged' };
  } catch (error) {
    if (error instanceof Unavailable) problems.push(problemOf(users, error.rule, error.message, error.fix));
    else if (error instanceof Problems) problems.push(...error.problems);
    else throw error;
    return undefined;
  }
}

/** A mistake that a person looks for where the release is written. */
export function problemOf(users: readonly string[], rule: string, problem: string, fix: string): Problem {
  const [first = ''] = users;
  return { rule, severity: 'error', file: `charts/${first.split('/')[0]}.ts`, field: users.join(', '), problem, fix };
}

/**
 * What the lock and the store have is as good as ever when upstream has withdrawn it, but whoever upgrades should know.
 *
 * @throws what it was given, when there is nothing to keep.
 */
async function keepLocked(error: unknown, { users, form, locked }: Item, { source, store, problems }: Asker): Promise<Offer> {
  if (!(error instanceof Unavailable) || error.rule !== 'served-version' || locked === undefined) throw error;
  const content = await store.find(locked, form);
  if (!content) throw error;
  const problem = `${error.message}\nThe locked content is still in the store.`;
  if (source.kind === 'upstream') problems.push({ ...problemOf(users, error.rule, problem, error.fix), severity: 'warning' });
  return { origin: lockFile, sha256: locked, read: async () => content };
}

/** @throws {Problems} when a component states another digest, or the lock has another one. */
function checkDigest(sha256: string, origin: string, { name, users, locked, stated }: Item, { kind }: Source): void {
  const wrong = stated.find((digest) => digest !== sha256);
  if (wrong !== undefined) {
    const problem = `The digest of ${name} is not the one that the component states:\n${wrong} stated\n${sha256} in ${origin}`;
    throw new Problems([
      problemOf(users, 'stated-digest', problem, 'compare the two; if the new one is wanted, correct sha256 in the component.'),
    ]);
  }
  if (locked === undefined || locked === sha256) return;
  const what =
    kind === 'upstream' ? `The digest changed upstream: ${name} is not what was locked` : `The copy of ${name} is not what was locked`;
  const problem = `${what}, under the same version:\n${locked} in ${lockFile}\n${sha256} in ${origin}`;
  const fix = `compare the two; if the new one is wanted, delete the entry of ${name} from ${lockFile} and run "npm run vendor" again.`;
  throw new Problems([problemOf(users, 'locked-digest', problem, fix)]);
}

/** @throws {Problems} when it is not YAML of Kubernetes objects: sign-in and error pages come with status 200 too. */
export function checkManifest(content: Buffer, origin: string): void {
  const documents = [...parseAllDocuments(content.toString('utf8'), { schema: 'failsafe', uniqueKeys: false })];
  const filled = documents.filter(({ contents }) => contents !== null && !(isScalar(contents) && contents.value === ''));
  const isObject = (document: (typeof documents)[number]) => isMap(document.contents) && document.has('apiVersion') && document.has('kind');
  if (filled.length > 0 && documents.every(({ errors }) => errors.length === 0) && filled.every(isObject)) return;
  const problem = 'It is not a YAML file of Kubernetes objects.';
  throw new Problems([{ rule: 'sound-manifest', severity: 'error', file: origin, field: '', problem, fix: 'correct the address.' }]);
}
