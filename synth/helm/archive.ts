import { type Problem, Problems } from '../../charts/lib/problem.js';
import { isObject } from '../schema/node.js';
import { BrokenArchive, readTar, type TarEntry, unzip } from './archive-tar.js';
import { parseYamlText } from './archive-yaml.js';
import type { ChartId } from './model.js';

/** A chart in memory. */
export interface ChartArchive {
  /** As Chart.yaml says it, like the two versions. */
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string;
  /**
   * Content by path below the folder of the chart: `Chart.yaml`, `values.yaml`, `values.schema.json`, `templates/...`, `crds/...`. What a
   * dependency holds is below `charts/<its folder>/`, also where the dependency is an archive itself, which is then not listed.
   */
  readonly files: ReadonlyMap<string, Buffer>;
}

/**
 * What Helm itself takes, in bytes: of one file, and of all files together.
 *
 * Source: https://github.com/helm/helm/blob/v3.19.0/pkg/chart/loader/archive.go
 */
export const limits = { file: 5 * 1024 * 1024, chart: 100 * 1024 * 1024 } as const;

/** Dependencies of dependencies; real charts have two levels. */
const deepest = 5;

/**
 * Reads an archive of a chart.
 *
 * @param origin path or URL of the archive, for messages
 * @param expected what Chart.yaml must say. @default - only that it says something
 * @throws {Problems} everything in it that is wrong: paths that escape, links, large or double files, another name or version, missing dependencies
 */
export function readArchive(content: Uint8Array, origin: string, expected?: Pick<ChartId, 'chart' | 'version'>): ChartArchive {
  const problems: Problem[] = [];
  const report: Report = (path, problem, fix = 'get the archive again, from upstream itself; if it is the same, do not use it.') => {
    problems.push({ rule: 'sound-archive', severity: 'error', file: origin, field: path, problem, fix });
  };
  const files = new Map<string, Buffer>();
  unpack(content, '', 0, { files, left: limits.chart, report });
  const about = problems.length === 0 ? describe(files, report) : undefined;
  if (about && expected) {
    for (const [key, found, wanted] of [
      ['name', about.name, expected.chart],
      ['version', about.version, expected.version],
    ]) {
      if (found !== wanted)
        report('Chart.yaml', `The ${key} is "${found}", and the release wants "${wanted}".`, 'correct the release, or the archive.');
    }
  }
  if (!about || problems.length > 0) throw new Problems(problems);
  return { ...about, files };
}

type Report = (path: string, problem: string, fix?: string) => void;

interface Unpacking {
  readonly files: Map<string, Buffer>;
  /** Bytes that all files together may still have. */
  left: number;
  readonly report: Report;
}

/** @param below where its folder goes: '' for the chart itself, whose folder is left out, and the charts/ of its owner for a dependency */
function unpack(content: Uint8Array, below: string, depth: number, state: Unpacking): void {
  const { files, report } = state;
  const dependencies: { readonly path: string; readonly content: Buffer }[] = [];
  try {
    for (const entry of readTar(unzip(content, Math.max(state.left, 1)))) {
      const parts = entry.path.split('/').filter((part) => part !== '.');
      const flaw = flawOf(parts, entry.type);
      if (flaw !== undefined) report(below + entry.path, flaw);
      if (flaw !== undefined || entry.type === 'folder') continue;
      const path = below + parts.slice(below === '' ? 1 : 0).join('/');
      state.left -= entry.content.length;
      if (entry.content.length > limits.file) report(path, `It has ${entry.content.length} bytes; Helm takes ${limits.file} at most.`);
      else if (isPackedDependency(path)) dependencies.push({ path, content: entry.content });
      else if (files.has(path)) report(path, 'It is there twice, and nobody can say which one counts.');
      else files.set(path, entry.content);
    }
  } catch (error) {
    if (!(error instanceof BrokenArchive)) throw error;
    report(below, error.message);
  }
  for (const dependency of dependencies) {
    const folder = dependency.path.slice(0, dependency.path.lastIndexOf('/') + 1);
    if (depth === deepest) report(dependency.path, `It is ${depth} dependencies deep.`);
    else unpack(dependency.content, folder, depth + 1, state);
  }
}

/** Why an entry is refused, or undefined. */
function flawOf(parts: readonly string[], type: TarEntry['type']): string | undefined {
  if (type === 'link') return 'It is a link, which could lead anywhere.';
  if (type === 'other') return 'It is neither a file nor a folder.';
  if (parts[0] === '' || /^[A-Za-z]:/.test(parts[0] ?? '')) return 'Its path is absolute.';
  if (parts.includes('..')) return 'Its path leads out of the archive.';
  if (parts.some((part) => part.includes('\\') || part.includes('\0')))
    return 'Its path holds a character that some systems read in another way.';
  if (type === 'folder') return undefined;
  if (parts.length < 2) return 'It is not in the folder of the chart.';
  return parts.includes('') ? 'Its path has an empty part.' : undefined;
}

/** Helm leaves out what starts with a dot or an underscore. */
function isPackedDependency(path: string): boolean {
  return /^(?:charts\/[^/]+\/)*charts\/[^/._][^/]*\.tgz$/.test(path);
}

function describe(files: ReadonlyMap<string, Buffer>, report: Report): Omit<ChartArchive, 'files'> | undefined {
  const root = readChartFile(files.get('Chart.yaml'));
  if (!root) {
    report('Chart.yaml', 'The file is missing, or does not name the chart and its version.');
    return undefined;
  }
  const { name, version, appVersion, dependencies } = root;
  const there = [...files].flatMap(([path, content]) =>
    /^charts\/[^/]+\/Chart\.yaml$/.test(path) ? (readChartFile(content)?.name ?? []) : [],
  );
  const missing = dependencies.filter((dependency) => !there.includes(dependency));
  if (missing.length > 0) {
    const problem = `It lists ${missing.map((dependency) => `"${dependency}"`).join(', ')}, and charts/ does not have it.`;
    report('Chart.yaml dependencies', problem, 'run "helm dependency build" on the chart, or take the archive that upstream serves.');
  }
  return { name, version, ...(appVersion === undefined ? {} : { appVersion }) };
}

/** What a Chart.yaml says, or undefined when it does not name a chart and its version. */
export function readChartFile(content: Buffer | undefined) {
  const root = parseYamlText(content?.toString('utf8') ?? '');
  if (!isObject(root)) return undefined;
  const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const [name, version, appVersion] = [root['name'], root['version'], root['appVersion']].map(textOf);
  if (name === undefined || version === undefined) return undefined;
  const list = Array.isArray(root['dependencies']) ? root['dependencies'].filter(isObject) : [];
  return { name, version, appVersion, dependencies: list.flatMap((dependency) => textOf(dependency['name']) ?? []) };
}
