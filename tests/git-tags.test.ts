import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTags } from '../synth/git-tags.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tags-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const id = '0123456789abcdef0123456789abcdef01234567';
const write = (path: string, text = `${id}\n`) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const tags = (folder = '.') => [...readTags(join(root, folder))].sort();

test('tags are read from files, one a tag or packed, whatever slashes they have', () => {
  write('.git/refs/tags/v1');
  write('.git/refs/tags/release/v2');
  write('.git/refs/tags/v4.lock');
  write('.git/refs/heads/main');
  write('.git/packed-refs', `# pack-refs with: peeled fully-peeled sorted\n${id} refs/heads/dev\n${id} refs/tags/a/v3\n^${id}\n`);
  expect(tags()).toEqual(['a/v3', 'release/v2', 'v1']);
});

test('a linked worktree has the tags of its repository', () => {
  write('main/.git/refs/tags/v1');
  write('main/.git/worktrees/second/commondir', '../..\n');
  write('second/.git', `gitdir: ${join(root, 'main/.git/worktrees/second')}\n`);
  expect(tags('second')).toEqual(['v1']);
});

test('a worktree that names its folder by a relative path has them too', () => {
  write('main/.git/refs/tags/v1');
  write('main/.git/worktrees/second/commondir', '../..\n');
  write('second/.git', 'gitdir: ../main/.git/worktrees/second\n');
  expect(tags('second')).toEqual(['v1']);
});

test('what is no checkout, or has no tags, has none', () => {
  expect(tags()).toEqual([]);
  write('.git/HEAD', 'ref: refs/heads/main\n');
  expect(tags()).toEqual([]);
});
