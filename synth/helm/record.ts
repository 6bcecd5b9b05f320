import type { Identity } from '../../charts/lib/kinds.js';

/**
 * The file releases.json of a cluster in dist/: for each release that synth rendered, the digest of its inputs and of its files. While the inputs
 * are the same, the files are kept as they are, for which neither helm nor the chart is needed.
 */

/** Path below dist/<cluster>/. */
export const recordPath = 'releases.json';

export interface RecordedFile {
  readonly path: string;
  readonly sha256: string;
  readonly identity: Identity;
}

export interface RecordedRelease {
  /** SHA-256 over everything that the files depend on. */
  readonly inputs: string;
  /** Sorted by path. */
  readonly files: readonly RecordedFile[];
}

/** By construct path. */
export type DeliveryRecord = Readonly<Record<string, RecordedRelease>>;

/** A line for each file, so that a review shows which ones changed. */
export function writeRecord(record: DeliveryRecord): string {
  const releases = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = releases.map(([path, { inputs, files }]) => {
    const entries = files.map((file) => `      ${JSON.stringify(file)}`).join(',\n');
    return `  ${JSON.stringify(path)}: {\n    "inputs": ${JSON.stringify(inputs)},\n    "files": [\n${entries}\n    ]\n  }`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** An unreadable record is none: everything is then rendered again. */
export function readRecord(text: string | undefined): DeliveryRecord {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, release]) => isRecorded(release))) as DeliveryRecord;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function isRecorded(value: unknown): value is RecordedRelease {
  const { inputs, files } = (value ?? {}) as Partial<RecordedRelease>;
  return typeof inputs === 'string' && Array.isArray(files) && files.every(isFile);
}

function isFile(value: unknown): boolean {
  const { path, sha256, identity } = (value ?? {}) as Partial<RecordedFile>;
  return typeof path === 'string' && !path.split('/').includes('..') && typeof sha256 === 'string' && typeof identity?.kind === 'string';
}
