import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { compareTree, isEmpty, listClusters, writeTrees } from '../synth/write.js';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

type Files = Readonly<Record<string, string>>;

/** A dist/ folder that holds these files; a path that ends in a slash is an empty folder. */
function dist(files: Files = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'write-test-'));
  folders.push(folder);
  mkdirSync(join(folder, 'dist'));
  for (const [path, content] of Object.entries(files)) add(join(folder, 'dist'), path, content);
  return join(folder, 'dist');
}

function add(folder: string, path: string, content: string): void {
  mkdirSync(path.endsWith('/') ? join(folder, path) : dirname(join(folder, path)), { recursive: true });
  if (!path.endsWith('/')) writeFileSync(join(folder, path), content);
}

/** Everything below a folder: files with their content, links with their target, empty folders with a slash. */
function read(folder: string, path = ''): Record<string, string> {
  const entries = readdirSync(join(folder, path), { withFileTypes: true }).map((entry) => {
    const child = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) return read(folder, child);
    return { [child]: entry.isSymbolicLink() ? 'a link' : readFileSync(join(folder, child), 'utf8') };
  });
  return entries.length === 0 && path !== '' ? { [`${path}/`]: '' } : Object.assign({}, ...entries);
}

const treesOf = (clusters: Readonly<Record<string, Files>>) =>
  new Map(Object.entries(clusters).map(([cluster, files]) => [cluster, new Map(Object.entries(files))]));

/** A full run: what is no cluster any more goes. */
async function write(folder: string, clusters: Readonly<Record<string, Files>>, names = Object.keys(clusters)): Promise<void> {
  const trees = treesOf(clusters);
  const differences = await Promise.all(names.map((name) => compareTree(folder, name, trees.get(name) ?? new Map())));
  await writeTrees(folder, trees, differences);
}

describe('compareTree', () => {
  test('names what is missing, changed and extra, each in order', async () => {
    const folder = dist({ 'a/same': 's', 'a/x/changed': 'old', 'a/extra': 'e', 'a/x/more': 'e' });
    const tree = new Map(Object.entries({ 'x/changed': 'new', same: 's', z: 'm', 'n/m': 'm' }));
    expect(await compareTree(folder, 'a', tree)).toEqual({
      cluster: 'a',
      missing: ['n/m', 'z'],
      changed: ['x/changed'],
      extra: ['extra', 'x/more'],
    });
  });

  test('sees one byte that text would hide', async () => {
    const folder = dist();
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a/f'), Buffer.from([0x61, 0xff]));
    expect((await compareTree(folder, 'a', new Map([['f', 'a\ufffd']]))).changed).toEqual(['f']);
  });

  test('finds nothing where everything is as it should be, and everything missing where no folder is', async () => {
    expect(isEmpty(await compareTree(dist({ 'a/f': '1' }), 'a', new Map([['f', '1']])))).toBe(true);
    expect((await compareTree(dist(), 'a', new Map([['f', '1']]))).missing).toEqual(['f']);
  });
});

test('listClusters names folders only, and no leftover', async () => {
  const folder = dist({ 'b/f': '', 'a/f': '', '.synth-1/0': '', 'README.md': '' });
  symlinkSync(join(folder, 'a'), join(folder, 'link'));
  expect(await listClusters(folder)).toEqual(['a', 'b']);
  expect(await listClusters(join(folder, 'nowhere'))).toEqual([]);
});

describe('writeTrees', () => {
  test('makes dist/ where there is none', async () => {
    const folder = join(dist(), 'new', 'dist');
    await write(folder, { a: { 'x/y/f': '1' } });
    expect(read(folder)).toEqual({ 'a/x/y/f': '1' });
  });

  test('touches no file that stays the same', async () => {
    const folder = dist({ 'a/same': '1', 'a/x/changed': '1' });
    for (const path of ['a/same', 'a/x/changed']) utimesSync(join(folder, path), 1000, 1000);
    const { ino } = statSync(join(folder, 'a/same'));
    await write(folder, { a: { same: '1', 'x/changed': '2' } });
    expect(statSync(join(folder, 'a/same'))).toMatchObject({ ino, mtimeMs: 1_000_000 });
    expect(statSync(join(folder, 'a/x/changed')).mtimeMs).toBeGreaterThan(1_000_000);
    expect(read(folder)).toEqual({ 'a/same': '1', 'a/x/changed': '2' });
  });

  test('removes stale files and the folders that they leave empty', async () => {
    const folder = dist({ 'a/keep': '1', 'a/x/y/stale': '1', 'a/z/': '' });
    await write(folder, { a: { keep: '1' } });
    expect(read(folder)).toEqual({ 'a/keep': '1' });
  });

  test('leaves alone what lies directly under dist/, and clusters that it was not given', async () => {
    const folder = dist({ 'README.md': 'ours', 'a/f': '1', 'b/f': '1', 'b/g': '1' });
    await write(folder, { a: { f: '2' } });
    expect(read(folder)).toEqual({ 'README.md': 'ours', 'a/f': '2', 'b/f': '1', 'b/g': '1' });
  });

  test('removes the folder of a cluster that is no more, also when only empty folders are left of it', async () => {
    const folder = dist({ 'a/f': '1', 'old/x/f': '1', 'older/x/': '' });
    await write(folder, { a: { f: '1' } }, ['a', 'old', 'older']);
    expect(read(folder)).toEqual({ 'a/f': '1' });
  });

  test.each<[string, Files]>([
    ['a folder', { 'a/f/stale': '1', 'a/f/x/stale': '1' }],
    ['an empty folder', { 'a/f/': '' }],
    ['a folder of empty folders', { 'a/f/x/y/': '' }],
  ])('puts a file where %s is', async (_, before) => {
    const folder = dist(before);
    await write(folder, { a: { f: '1', g: '2' } });
    expect(read(folder)).toEqual({ 'a/f': '1', 'a/g': '2' });
  });

  test('puts a folder where a file is', async () => {
    const folder = dist({ 'a/x': '1', 'a/y/z': '1' });
    await write(folder, { a: { 'x/f': '1', 'x/g/f': '1', 'y/z/f': '1' } });
    expect(read(folder)).toEqual({ 'a/x/f': '1', 'a/x/g/f': '1', 'a/y/z/f': '1' });
  });

  test('puts the folder of a cluster where a file is', async () => {
    const folder = dist({ a: 'not a folder' });
    await write(folder, { a: { f: '1' } });
    expect(read(folder)).toEqual({ 'a/f': '1' });
  });

  test.each([
    ['a file', 'a/f'],
    ['a folder', 'a/x'],
    ['the folder of a cluster', 'a'],
  ])('replaces a symbolic link in the place of %s and never follows it', async (_, link) => {
    const folder = dist({ 'b/f': '1' });
    add(join(folder, '..'), 'outside/f', 'same');
    add(join(folder, '..'), 'outside/x/f', 'same');
    mkdirSync(dirname(join(folder, link)), { recursive: true });
    symlinkSync(join(folder, '..', link === 'a/f' ? 'outside/f' : 'outside'), join(folder, link));
    const wanted = { f: 'same', 'x/f': 'new' };
    expect(isEmpty(await compareTree(folder, 'a', new Map(Object.entries(wanted))))).toBe(false);
    await write(folder, { a: wanted });
    expect(read(folder)).toEqual({ 'a/f': 'same', 'a/x/f': 'new', 'b/f': '1' });
    expect(read(join(folder, '..', 'outside'))).toEqual({ f: 'same', 'x/f': 'same' });
  });

  test('removes a stale symbolic link and keeps what it leads to', async () => {
    const folder = dist({ 'a/f': '1' });
    add(join(folder, '..'), 'outside/f', '1');
    symlinkSync(join(folder, '..', 'outside'), join(folder, 'a', 'stale'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'a', 'dangling'));
    await write(folder, { a: { f: '1' } });
    expect(read(folder)).toEqual({ 'a/f': '1' });
    expect(read(join(folder, '..', 'outside'))).toEqual({ f: '1' });
  });

  test('removes what a killed run left behind, and leaves nothing itself', async () => {
    const folder = dist({ 'a/f': '1', '.synth-99999998/0': 'half', '.synth-99999999': 'a file' });
    await write(folder, { a: { f: '1' } });
    expect(read(folder)).toEqual({ 'a/f': '1' });
    await write(folder, { a: { f: '2' } });
    expect(read(folder)).toEqual({ 'a/f': '2' });
  });

  test('changes nothing when the new content cannot be written', async () => {
    const before = { 'a/f': '1', 'a/stale': '1', 'a/x/y': '1', 'old/f': '1' };
    const folder = dist(before);
    // The third file is one that no file system takes.
    const trees = treesOf({ a: { f: '2', x: '2', z: 12 as unknown as string } });
    const differences = await Promise.all(['a', 'old'].map((name) => compareTree(folder, name, trees.get(name) ?? new Map())));
    await expect(writeTrees(folder, trees, differences)).rejects.toThrow('string');
    expect(read(folder)).toEqual(before);
  });

  test('changes nothing when dist/ is a file', async () => {
    const folder = join(dist({ file: 'mine' }), 'file');
    await expect(write(folder, { a: { f: '1' } })).rejects.toThrow('ENOTDIR');
    expect(readFileSync(folder, 'utf8')).toBe('mine');
  });
});

/** Short names, so that files and folders often meet. */
const randomFiles = fc
  .uniqueArray(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }), {
    maxLength: 6,
    selector: (parts) => parts.join('/'),
  })
  .map((paths) => paths.map((parts) => parts.join('/')))
  .map((paths) => paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`))));

test('from any folder to any tree', async () => {
  await fc.assert(
    fc.asyncProperty(randomFiles, randomFiles, async (before, after) => {
      const folder = dist(Object.fromEntries(before.map((path) => [`k/${path}`, path.length % 2 === 0 ? 'old' : 'same'])));
      await write(folder, { k: Object.fromEntries(after.map((path) => [path, 'same'])) });
      expect(read(folder)).toEqual(Object.fromEntries(after.map((path) => [`k/${path}`, 'same'])));
      expect(existsSync(join(folder, 'k')) && lstatSync(join(folder, 'k')).isDirectory()).toBe(after.length > 0);
    }),
    { numRuns: 40 },
  );
});
