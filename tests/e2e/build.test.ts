import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeWith } from './programs.js';

const tools = fileURLToPath(new URL('../../tools', import.meta.url));

describeWith(['helm'], 'npm run tools without Go', ({ helm }) => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tools-test-'));
    cpSync(tools, join(folder, 'tools'), { recursive: true });
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Exit code and output of the builder in the copy, with nothing in PATH. */
  function build(...args: readonly string[]): readonly [status: number | null, output: string] {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'tools/build.mjs'), ...args], {
      env: { PATH: '' },
      encoding: 'utf8',
    });
    return [status, stdout + stderr];
  }

  function takeBuilt(): void {
    mkdirSync(join(folder, '.tools/bin'), { recursive: true });
    symlinkSync(helm, join(folder, '.tools/bin/helm'));
    cpSync(join(dirname(helm), '.helm.stamp'), join(folder, '.tools/bin/.helm.stamp'));
  }

  const skipped = 'skipped: helm, because go is not installed\n';

  test('names what it skips and succeeds', () => expect(build('helm')).toEqual([0, skipped]));

  test('fails when the program is required', () => expect(build('--required', 'helm')).toEqual([1, skipped]));

  test('keeps a program that is built from these pins', () => {
    takeBuilt();
    expect(build('--required', 'helm')).toEqual([0, 'helm: up to date\n']);
  });

  test.each(['go.mod', 'go.sum', 'ldflags'])('does not take a program for current after a change of %s', (file) => {
    takeBuilt();
    appendFileSync(join(folder, 'tools/helm', file), '\n');
    expect(build('helm')).toEqual([0, skipped]);
  });

  test('refuses a name that tools/ does not have', () => {
    expect(build('helmm')).toEqual([64, expect.stringMatching(/^tools\/ has no helmm; it has .*\bhelm\b/)]);
  });
});
