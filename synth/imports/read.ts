import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Problem } from '../../charts/lib/problem.js';
import { CONFIG_FILE, type ImportSource } from './config.js';

/** A document as it came, with the name under which an error speaks of it (URL or file). */
export interface SourceText {
  readonly origin: string;
  readonly text: string;
}

/** Where sources come from. What cannot be read is reported to `problems`, and left out of the answer. */
export interface Reader {
  /** The CRD files of a source. */
  crds(source: ImportSource, problems: Problem[]): Promise<readonly SourceText[]>;
  /** The document of `definitions.<name>`. */
  document(name: 'kubernetes' | 'talos', url: string, problems: Problem[]): Promise<SourceText | undefined>;
}

/** Time for one download, in milliseconds: the largest document (Kubernetes) has about 5 MB. */
const TIMEOUT = 120_000;

/** Downloads each pinned URL once, without any credential. */
export function networkReader(): Reader {
  const get = async (url: string, field: string, problems: Problem[]): Promise<SourceText | undefined> => {
    const report = (problem: string): void => {
      const fix = 'check the tag and the path in the upstream repository, or read local copies with --from DIR.';
      problems.push({ rule: 'readable-import-source', severity: 'error', file: CONFIG_FILE, field, problem, fix });
    };
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT) });
      if (response.ok) return { origin: url, text: await response.text() };
      report(`${url} answered with HTTP status ${response.status}${response.statusText && ` (${response.statusText})`}.`);
    } catch (error) {
      report(`${url} could not be downloaded: ${describe(error)}.`);
    }
    return undefined;
  };
  return {
    async crds(source, problems) {
      const texts = await Promise.all(source.urls.map((url) => get(url, `imports (${source.name})`, problems)));
      return texts.filter((text) => text !== undefined);
    },
    document: (name, url, problems) => get(url, `definitions.${name}.url`, problems),
  };
}

/**
 * Reads local copies instead of the network: `<name>.yaml` of the first folder that has it, and the two definitions documents
 * (`kubernetes-v<major.minor>.definitions.json`, `talos-v<major.minor>.schema.json`) from a folder or its parent.
 *
 * @param folders absolute paths, in the order of preference.
 */
export function folderReader(folders: readonly string[]): Reader {
  const first = async (paths: readonly string[], field: string, problems: Problem[]): Promise<SourceText | undefined> => {
    for (const path of paths) {
      try {
        return { origin: path, text: await readFile(path, 'utf8') };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    const problem = `No file for it; looked for:\n${paths.map((path) => `  ${path}`).join('\n')}`;
    const fix = 'put a copy there, or run without --from to download it.';
    problems.push({ rule: 'readable-import-source', severity: 'error', file: CONFIG_FILE, field, problem, fix });
    return undefined;
  };
  return {
    async crds(source, problems) {
      const paths = folders.map((folder) => join(folder, `${source.name}.yaml`));
      const text = await first(paths, `imports (${source.name})`, problems);
      return text === undefined ? [] : [text];
    },
    document(name, url, problems) {
      const version = /\/v(\d+\.\d+)/.exec(url)?.[1] ?? '';
      const file = name === 'kubernetes' ? `kubernetes-v${version}.definitions.json` : `talos-v${version}.schema.json`;
      const paths = folders.flatMap((folder) => [join(folder, file), join(dirname(folder), file)]);
      return first([...new Set(paths)], `definitions.${name}.url`, problems);
    },
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
