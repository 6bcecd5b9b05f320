import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Problems } from '../charts/lib/problem.js';
import { limits, readArchive } from '../synth/helm/archive.js';
import { parseIgnoreFile } from '../synth/helm/archive-ignore.js';
import { packChart } from '../synth/helm/archive-pack.js';
import { sha256Of } from '../synth/helm/store.js';

type Files = Readonly<Record<string, string | Uint8Array>>;

const chartYaml = (name = 'web', version = '1.2.3', rest = '') => `apiVersion: v2\nname: ${name}\nversion: ${version}\n${rest}`;

function filesOf(files: Files): Map<string, Uint8Array> {
  return new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)]));
}

const pack = (files: Files, name = 'web') => packChart(name, filesOf(files));

interface RawEntry {
  readonly path: string;
  readonly flag?: string;
  readonly content?: string | Uint8Array;
  readonly prefix?: string;
  readonly gnu?: boolean;
}

/** An archive as somebody else may write it. */
function raw(entries: readonly RawEntry[]): Buffer {
  const parts = entries.flatMap(({ path, flag = '0', content = '', prefix = '', gnu = false }) => {
    const body = Buffer.from(content);
    const header = Buffer.alloc(512);
    header.write(path, 0, 100);
    header.write('0000644\u00000001000\u00000001000\0', 100);
    header.write(`${body.length.toString(8).padStart(11, '0')} 14735637512 `, 124);
    header.write(`        ${flag}`, 148);
    header.write('elsewhere', 157);
    header.write(gnu ? 'ustar  \0' : 'ustar\u000000', 257);
    header.write(prefix, 345);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(1024)]));
}

function problemsOf(archive: Uint8Array, expected = { chart: 'web', version: '1.2.3' }): string[] {
  try {
    readArchive(archive, 'web-1.2.3.tgz', expected);
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return error.problems.map(({ file, field, problem }) => `${file} ${field}: ${problem}`);
  }
  return [];
}

const sound = { path: 'web/Chart.yaml', content: chartYaml() };

describe('an archive of a chart', () => {
  test('gives its files, and what Chart.yaml says', () => {
    const files = {
      'Chart.yaml': chartYaml('web', '1.2.3', 'appVersion: 1.10\n'),
      'values.schema.json': '{}',
      'templates/a.yaml': 'é',
      'crds/b.yaml': '',
    };
    const { name, version, appVersion, files: read } = readArchive(pack(files), 'a.tgz', { chart: 'web', version: '1.2.3' });
    expect({ name, version, appVersion }).toEqual({ name: 'web', version: '1.2.3', appVersion: '1.10' });
    expect(Object.fromEntries([...read].map(([path, content]) => [path, content.toString()]))).toEqual(files);
  });

  test('gives files of dependencies below charts/, also of those that are archives', () => {
    const inner = pack({ 'Chart.yaml': chartYaml('inner') }, 'inner');
    const packed = pack({ 'Chart.yaml': chartYaml('packed'), 'values.yaml': 'a: 1', 'charts/inner-1.2.3.tgz': inner }, 'packed');
    const files = {
      'Chart.yaml': chartYaml('web', '1.2.3', 'dependencies:\n- name: packed\n- name: unpacked\n'),
      'charts/unpacked/Chart.yaml': chartYaml('unpacked'),
      'charts/unpacked/charts/inner-1.2.3.tgz': inner,
      'charts/packed-1.2.3.tgz': packed,
      'charts/_left-out-1.2.3.tgz': 'Helm does not read it',
    };
    expect([...readArchive(pack(files), 'a.tgz').files.keys()].sort()).toEqual([
      'Chart.yaml',
      'charts/_left-out-1.2.3.tgz',
      'charts/packed/Chart.yaml',
      'charts/packed/charts/inner/Chart.yaml',
      'charts/packed/values.yaml',
      'charts/unpacked/Chart.yaml',
      'charts/unpacked/charts/inner/Chart.yaml',
    ]);
  });

  test('may have long paths in any of the three ways, folders, and a folder of another name', () => {
    const long = `templates/${'a'.repeat(120)}.yaml`;
    const record = (path: string) => `${path.length + 10} path=${path}\n`;
    const archive = raw([
      { path: 'pax_global_header', flag: 'g', content: '52 comment=0000000000000000000000000000000000000000\n' },
      { path: './web-chart/', flag: '5' },
      { path: './web-chart/Chart.yaml', content: chartYaml() },
      { path: 'PaxHeader', flag: 'x', content: record(`web-chart/${long}`) },
      { path: 'cut', content: 'pax' },
      { path: '././@LongLink', flag: 'L', content: `web-chart/gnu/${long}\0`, gnu: true },
      { path: 'cut', content: 'gnu', gnu: true, prefix: '14735637512' },
      { path: 'prefix.yaml', prefix: 'web-chart/posix', content: 'posix' },
    ]);
    const { files } = readArchive(archive, 'a.tgz');
    const texts = Object.fromEntries([...files].map(([path, content]) => [path, content.toString()]));
    expect(texts).toEqual({ 'Chart.yaml': chartYaml(), [long]: 'pax', [`gnu/${long}`]: 'gnu', 'posix/prefix.yaml': 'posix' });
  });
});

describe('an archive is refused', () => {
  test.each<[string, Buffer, string]>([
    ['with a path that leads out', raw([sound, { path: 'web/../../etc/passwd' }]), 'web/../../etc/passwd: Its path leads out'],
    ['with an absolute path', raw([sound, { path: '/etc/passwd' }]), '/etc/passwd: Its path is absolute.'],
    ['with a path on a drive', raw([sound, { path: 'c:/web/a' }]), 'c:/web/a: Its path is absolute.'],
    ['with backslashes', raw([sound, { path: 'web\\..\\a' }]), 'web\\..\\a: Its path holds a character'],
    ['with backslashes below its folder', raw([sound, { path: 'web/..\\a' }]), 'web/..\\a: Its path holds a character'],
    ['with a file beside its folder', raw([sound, { path: 'values.yaml' }]), 'values.yaml: It is not in the folder'],
    ['with a symbolic link', raw([sound, { path: 'web/a', flag: '2' }]), 'web/a: It is a link'],
    ['with a hard link', raw([sound, { path: 'web/a', flag: '1' }]), 'web/a: It is a link'],
    ['with a device', raw([sound, { path: 'web/a', flag: '3' }]), 'web/a: It is neither a file nor a folder.'],
    ['with a file that is there twice', raw([sound, sound]), 'Chart.yaml: It is there twice'],
    [
      'with a file above the limit',
      pack({ 'Chart.yaml': chartYaml(), a: Buffer.alloc(limits.file + 1) }),
      `a: It has ${limits.file + 1} bytes`,
    ],
    ['that is no gzip', Buffer.from('<html>'), ': It is no whole gzip file: incorrect header check.'],
    ['that is cut short', gzipSync(randomBytes(5000)).subarray(0, 4000), ': It is no whole gzip file: unexpected end of file.'],
    ['that is gzip of something else', gzipSync('a'.repeat(600)), ': A header of the tar file is damaged.'],
    [
      'that ends within a file',
      gzipSync(gunzipSync(raw([{ ...sound, content: 'a'.repeat(600) }])).subarray(0, 1024)),
      ': It ends within web/Chart.yaml.',
    ],
    ['that ends within a header', gzipSync(gunzipSync(raw([sound])).subarray(0, 1100)), ': It ends within a header.'],
    ['without Chart.yaml', pack({ 'values.yaml': '' }), 'Chart.yaml: The file is missing'],
    ['with a Chart.yaml that is no YAML', pack({ 'Chart.yaml': 'name: [' }), 'Chart.yaml: The file is missing, or does not name'],
    ['with another name', pack({ 'Chart.yaml': chartYaml('other') }), 'Chart.yaml: The name is "other", and the release wants "web".'],
    [
      'with another version',
      pack({ 'Chart.yaml': chartYaml('web', 'v1.2.3') }),
      'Chart.yaml: The version is "v1.2.3", and the release wants "1.2.3".',
    ],
    [
      'without a dependency',
      pack({ 'Chart.yaml': chartYaml('web', '1.2.3', 'dependencies:\n- name: db\n'), 'charts/other/Chart.yaml': chartYaml('other') }),
      'Chart.yaml dependencies: It lists "db", and charts/ does not have it.',
    ],
    [
      'with a link in a dependency',
      pack({ 'Chart.yaml': chartYaml(), 'charts/a.tgz': raw([{ path: 'a/b', flag: '2' }]) }),
      'charts/a/b: It is a link',
    ],
  ])('%s', (_, archive, message) => {
    const problems = problemsOf(archive);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`web-1.2.3.tgz ${message}`);
  });

  test('with everything that is wrong at once', () => {
    expect(problemsOf(raw([{ path: '/a' }, { path: 'web/b', flag: '2' }]))).toHaveLength(2);
  });

  test('when a dependency makes it grow beyond what Helm takes', () => {
    const zeros = gzipSync(Buffer.alloc(limits.chart), { level: 1 });
    const archive = pack({ 'Chart.yaml': chartYaml(), 'charts/a.tgz': zeros });
    expect(archive.length).toBeLessThan(limits.chart / 100);
    const left = limits.chart - Buffer.byteLength(chartYaml()) - zeros.length;
    expect(problemsOf(archive)[0]).toContain(`charts/: Its content is larger than ${left} bytes.`);
  });

  test('when it has dependencies without end', () => {
    let archive = pack({ 'Chart.yaml': chartYaml() });
    for (let depth = 0; depth < 7; depth++) archive = pack({ 'Chart.yaml': chartYaml(), 'charts/web.tgz': archive });
    expect(problemsOf(archive)[0]).toContain('It is 5 dependencies deep.');
  });
});

describe('a packed chart', () => {
  const files = { 'Chart.yaml': chartYaml(), 'templates/b.yaml': 'b', [`templates/${'ä'.repeat(60)}.yaml`]: randomBytes(100_000) };

  test('is the same whatever the order of the files', () => {
    expect(packChart('web', new Map([...filesOf(files)].reverse())).equals(pack(files))).toBe(true);
  });

  test('is the same on every machine and with every version of Node', () => {
    expect(sha256Of(pack({ 'Chart.yaml': chartYaml(), 'templates/b.yaml': 'b' }))).toBe(
      '603cd1c8aa9b15f767b62418827c522cd493daa40a3de59c405ff9466c76cbbc',
    );
  });

  test('is an archive that others read', () => {
    expect(gunzipSync(pack(files)).length % 512).toBe(0);
    const read = readArchive(pack(files), 'a.tgz').files;
    expect([...read.keys()].sort()).toEqual(Object.keys(files).sort());
    for (const [path, content] of filesOf(files)) expect(read.get(path)?.equals(content)).toBe(true);
  });
});

describe('.helmignore', () => {
  test.each<[pattern: string, path: string, isFolder: boolean, isIgnored: boolean]>([
    ['*.bak', 'templates/a.bak', false, true],
    ['*.bak', 'templates/a.bak.yaml', false, false],
    ['ci/', 'ci', true, true],
    ['ci/', 'ci', false, false],
    ['/ci', 'ci', true, true],
    ['/ci', 'templates/ci', true, false],
    ['templates/*.md', 'templates/a.md', false, true],
    ['templates/*.md', 'templates/a/b.md', false, false],
    ['a?c', 'abc', false, true],
    ['[a-c].txt', 'b.txt', false, true],
    ['[^a-c].txt', 'b.txt', false, false],
    ['a+(b).txt', 'a+(b).txt', false, true],
    ['a\\*', 'a*', false, true],
    ['a\\*', 'ab', false, false],
    ['# a comment', '# a comment', false, false],
    ['', 'templates/.hidden', false, true],
    ['', 'templates/shown', false, false],
    ['!*.yaml', 'README.md', false, true],
    ['!*.yaml', 'values.yaml', false, false],
  ])('"%s" and %s', (pattern, path, isFolder, isIgnored) => {
    expect(parseIgnoreFile(`${pattern}\r\n`)(path, isFolder)).toBe(isIgnored);
  });

  test('refuses what Helm refuses', () => {
    expect(() => parseIgnoreFile('a/**/b')).toThrow(SyntaxError);
  });
});
