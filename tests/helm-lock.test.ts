import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Problems } from '../charts/lib/problem.js';
import { checkLock, formatLock, helmVersion, isExactVersion, lockFile, parseLock, readLock, writeLock } from '../synth/helm/lock.js';
import type { ChartLock } from '../synth/helm/model.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lock-test-'));
  folders.push(folder);
  return folder;
}

const [a, b] = ['a'.repeat(64), '1'.repeat(64)];
const lock: ChartLock = {
  helm: 'v3.19.0',
  charts: [
    { repository: 'https://charts.example.test', chart: 'web', version: '1.10.0', sha256: b, appVersion: '1.10' },
    { repository: 'https://charts.example.test', chart: 'web', version: 'v2.0.0-rc.1+build', sha256: a },
    { repository: 'oci://registry.example.test/charts', chart: 'db', version: '1.0.0', sha256: a },
  ],
  manifests: [{ url: 'https://example.test/v1/crds.yaml', sha256: b }],
};

function problemsOf(text: string): string[] {
  try {
    parseLock(text);
  } catch (error) {
    if (error instanceof Problems) return error.problems.map(({ file, field, problem }) => `${file} ${field}: ${problem}`);
    throw error;
  }
  return [];
}

describe('the text of a lock', () => {
  test('says what went into it, digests of digits and versions like numbers too', () => {
    expect(parseLock(formatLock(lock))).toEqual(lock);
  });

  test('is the same whatever the order', () => {
    expect(formatLock({ ...lock, charts: lock.charts.toReversed() })).toBe(formatLock(lock));
    expect(parseLock(formatLock({ ...lock, charts: lock.charts.toReversed() })).charts).toEqual(lock.charts);
  });

  test('may be empty', () => {
    const empty = { helm: helmVersion, charts: [], manifests: [] };
    expect(parseLock(formatLock(empty))).toEqual(empty);
  });
});

describe('a wrong lock is refused', () => {
  const text = formatLock(lock);
  test.each<[string, string, string]>([
    ['no YAML', 'helm: [', ' : The file is not YAML'],
    ['no map', '[]', ' : The file is not a map.'],
    ['a list that is missing', text.replace(/manifests:[\s\S]*/, ''), ' manifests: The list is missing.'],
    ['an entry that is no map', text.replace('manifests:', 'manifests:\n  - web'), ' manifests[0]: "web" is not a map.'],
    ['an unknown list', `${text}images: []\n`, ' images: There is no such field; known are helm, charts, manifests.'],
    ['an unknown field', text.replace('    chart: db', '    chart: db\n    digest: x'), ' charts[2].digest: There is no such field;'],
    ['a short digest', text.replaceAll(a, a.slice(1)), ` charts[1].sha256: "${a.slice(1)}" is wrong; it must be 64 lower-case`],
    ['an upper-case digest', text.replaceAll(a, a.toUpperCase()), ' charts[1].sha256: "AAAA'],
    [
      'a version that is a range',
      text.replace('1.10.0', '~1.10.0'),
      ' charts[0].version: "~1.10.0" is wrong; it must be an exact version.',
    ],
    ['a version that is a number', text.replace('"1.0.0"', '1.0'), ' charts[2].version: 1 is wrong; it must be an exact version.'],
    ['helm without a version', text.replace('v3.19.0', 'latest'), ' helm: "latest" is wrong; it must be an exact version.'],
    ['a repository that is a path', text.replace('oci://', './'), ' charts[2].repository: "./registry.example.test/charts" is wrong;'],
    ['a manifest in a registry', text.replace('url: https', 'url: oci'), ' manifests[0].url: "oci://example.test/v1/crds.yaml" is wrong;'],
    ['a missing field', text.replace('    chart: db\n', ''), ' charts[2].chart: The field is missing; it must be a text.'],
    [
      'a chart that is there twice',
      text.replace('v2.0.0-rc.1+build', '1.10.0'),
      ' charts[1]: https://charts.example.test web 1.10.0 is in charts[0] already.',
    ],
    [
      'a manifest that is there twice',
      text + text.slice(text.indexOf('manifests:\n') + 'manifests:\n'.length),
      ' manifests[1]: https://example.test/v1/crds.yaml is in manifests[0] already.',
    ],
  ])('%s', (_, wrong, message) => {
    expect(wrong).not.toBe(text);
    expect(problemsOf(wrong)[0]).toContain(`${lockFile}${message}`);
  });

  test('every mistake at once', () => {
    expect(problemsOf(text.replace('1.10.0', '1.x').replaceAll(a, 'x').replace('helm: v3.19.0\n', ''))).toHaveLength(4);
  });
});

describe('the file', () => {
  test('is undefined when it is not there, and the lock when it is', async () => {
    const root = aFolder();
    expect(await readLock(root)).toBeUndefined();
    expect(await writeLock(root, lock)).toBe(true);
    expect(await readLock(root)).toEqual(lock);
    expect(readdirSync(root)).toEqual([lockFile]);
  });

  test('is not touched when it says the same', async () => {
    const root = aFolder();
    await writeLock(root, lock);
    const before = statSync(join(root, lockFile)).mtimeMs;
    expect(await writeLock(root, lock)).toBe(false);
    expect(statSync(join(root, lockFile)).mtimeMs).toBe(before);
  });

  test('is written anew after somebody changed its form', async () => {
    const root = aFolder();
    writeFileSync(join(root, lockFile), formatLock(lock).replace(/^#.*\n/, ''));
    expect(await writeLock(root, lock)).toBe(true);
    expect(readFileSync(join(root, lockFile), 'utf8')).toBe(formatLock(lock));
  });
});

test('a release has an entry only when repository, chart and version are the same', () => {
  const { repository, chart, version } = lock.charts[0] ?? { repository: '', chart: '', version: '' };
  const known = { name: 'web', repository, chart, version };
  const others = [
    { ...known, version: 'v1.10.0' },
    { ...known, chart: 'db' },
    { ...known, repository: 'https://other.example.test' },
  ];
  expect(checkLock(lock, [known, ...others])).toEqual(others);
  expect(checkLock(undefined, [known])).toEqual([known]);
});

test.each(['1.2.3', 'v1.2.3', '2026.8.3', '1.2.3-rc.1', '1.2.3+up4.5.6'])('%s is an exact version', (version) => {
  expect(isExactVersion(version)).toBe(true);
});

test.each(['', '1', '1.2', '1.2.x', '^1.2.3', '>=1.2.3', '1.2.3 - 2', 'latest', '01.2.3', '*'])('"%s" is no exact version', (version) => {
  expect(isExactVersion(version)).toBe(false);
});
