import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { type Problem, Problems } from '../../charts/lib/problem.js';
import { isObject } from '../schema/node.js';
import { toYaml } from '../yaml.js';
import type { ChartId, ChartLock, LockedChart, LockedManifest } from './model.js';

/** The file that says which bytes each chart and each upstream manifest has; relative to the checkout. */
export const lockFile = 'charts.lock.yaml';

/**
 * The helm whose output is in dist/, which a new lock names.
 *
 * Source: https://github.com/helm/helm/releases/tag/v3.19.0
 */
// renovate: datasource=github-releases depName=helm/helm
export const helmVersion = 'v3.19.0';

const exact = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[\dA-Za-z.-]+)?(\+[\dA-Za-z.-]+)?$/;

/** Whether a version is one version, and no range, prefix or name of a channel. @example isExactVersion('v1.21.2') */
export function isExactVersion(version: string): boolean {
  return exact.test(version);
}

/** The lock of a checkout, or undefined when there is none. @throws {Problems} every mistake in it. */
export async function readLock(root: string): Promise<ChartLock | undefined> {
  try {
    return parseLock(await readFile(join(root, lockFile), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes the lock in one step, unless the file says the same already. @returns whether it was written. */
export async function writeLock(root: string, lock: ChartLock): Promise<boolean> {
  const path = join(root, lockFile);
  const text = formatLock(lock);
  const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (before === text) return false;
  const unfinished = `${path}.${process.pid}`;
  try {
    await writeFile(unfinished, text);
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
  return true;
}

/** The text of the file: sorted, and the same for the same content. */
export function formatLock({ helm, charts, manifests }: ChartLock): string {
  const header = '# Written by "npm run vendor", which checks it against upstream. Never edited by hand, but an entry may be deleted.\n';
  return header + toYaml({ helm, charts: sortBy(charts, keyOf), manifests: sortBy(manifests, ({ url }) => url) });
}

/** Which releases have no entry, in their order. */
export function checkLock<Release extends ChartId>(lock: ChartLock | undefined, releases: readonly Release[]): readonly Release[] {
  const locked = new Set(lock?.charts.map(keyOf));
  return releases.filter((release) => !locked.has(keyOf(release)));
}

/** Identity of a chart at a version; its order is that of the lock. */
export function keyOf({ repository, chart, version }: ChartId): string {
  return [repository, chart, version].join(' ');
}

/** @throws {Problems} every mistake in the text. */
export function parseLock(text: string): ChartLock {
  const problems: Problem[] = [];
  const report: Report = (field, problem, fix = 'run "npm run vendor" after the entry is deleted; it writes the file anew.') => {
    problems.push({ rule: 'valid-chart-lock', severity: 'error', file: lockFile, field, problem, fix });
  };
  const document = parseDocument(text);
  for (const { message } of document.errors) report('', `The file is not YAML: ${message.split('\n')[0]}`);
  const root: unknown = document.errors.length === 0 ? document.toJS() : undefined;
  if (document.errors.length === 0 && !isObject(root)) report('', 'The file is not a map.');
  const map = isObject(root) ? root : undefined;
  if (map) refuseUnknown(map, ['helm', 'charts', 'manifests'], '', report);
  const helm = map ? textOf(map, 'helm', '', report, ['an exact version', isExactVersion]) : '';
  const charts = map ? itemsOf(map, 'charts', report).map((item, index) => readChart(item, `charts[${index}]`, report)) : [];
  const manifests = map ? itemsOf(map, 'manifests', report).map((item, index) => readManifest(item, `manifests[${index}]`, report)) : [];
  refuseTwice(charts.map(keyOf), 'charts', report);
  const urls = manifests.map(({ url }) => url);
  refuseTwice(urls, 'manifests', report);
  if (problems.length > 0) throw new Problems(problems);
  return { helm, charts: sortBy(charts, keyOf), manifests: sortBy(manifests, ({ url }) => url) };
}

type Report = (field: string, problem: string, fix?: string) => void;
type Form = readonly [name: string, holds: (text: string) => boolean];

const address: Form = ['an https:// or oci:// address', (text) => /^(https?|oci):\/\/[^\s/]/.test(text)];
const webAddress: Form = ['an https:// address', (text) => /^https?:\/\/[^\s/]/.test(text)];
const digest: Form = ['64 lower-case hexadecimal digits', (text) => /^[0-9a-f]{64}$/.test(text)];
const filled: Form = ['a text', (text) => text !== ''];

function readChart(item: Record<string, unknown>, field: string, report: Report): LockedChart {
  refuseUnknown(item, ['repository', 'chart', 'version', 'sha256', 'appVersion'], field, report);
  return {
    repository: textOf(item, 'repository', field, report, address),
    chart: textOf(item, 'chart', field, report, filled),
    version: textOf(item, 'version', field, report, ['an exact version', isExactVersion]),
    sha256: textOf(item, 'sha256', field, report, digest),
    ...(item['appVersion'] === undefined ? {} : { appVersion: textOf(item, 'appVersion', field, report, filled) }),
  };
}

function readManifest(item: Record<string, unknown>, field: string, report: Report): LockedManifest {
  refuseUnknown(item, ['url', 'sha256'], field, report);
  return { url: textOf(item, 'url', field, report, webAddress), sha256: textOf(item, 'sha256', field, report, digest) };
}

function itemsOf(map: Record<string, unknown>, key: string, report: Report): Record<string, unknown>[] {
  const list = map[key];
  if (!Array.isArray(list)) {
    report(key, list === undefined ? 'The list is missing.' : 'It is not a list.');
    return [];
  }
  for (const [index, item] of list.entries()) if (!isObject(item)) report(`${key}[${index}]`, `${JSON.stringify(item)} is not a map.`);
  return list.map((item) => (isObject(item) ? item : undefined)).filter((item) => item !== undefined);
}

function textOf(map: Record<string, unknown>, key: string, field: string, report: Report, [name, holds]: Form): string {
  const value = map[key];
  if (typeof value === 'string' && holds(value)) return value;
  const found = value === undefined ? 'The field is missing' : `${JSON.stringify(value)} is wrong`;
  report(field === '' ? key : `${field}.${key}`, `${found}; it must be ${name}.`);
  return '';
}

function refuseUnknown(map: Record<string, unknown>, known: readonly string[], field: string, report: Report): void {
  for (const key of Object.keys(map).filter((key) => !known.includes(key))) {
    report(field === '' ? key : `${field}.${key}`, `There is no such field; known are ${known.join(', ')}.`, 'delete it.');
  }
}

function refuseTwice(keys: readonly string[], list: string, report: Report): void {
  for (const [index, key] of keys.entries()) {
    const first = keys.indexOf(key);
    if (first < index && key.trim() !== '')
      report(`${list}[${index}]`, `${key} is in ${list}[${first}] already.`, 'delete one of the two.');
  }
}

function sortBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
