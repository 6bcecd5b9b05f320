import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { copyCheckout, edit } from '../fixtures/checkout.js';
import { checkHistories } from '../fixtures/promote-history.js';

test('promotions and rollbacks do what they say in 200 random histories, and move nothing else', () => checkHistories(200, 4), 900_000);

test('npm run promote and npm run rollback work on this platform itself', () => {
  const folder = copyCheckout();
  const env = {
    ...process.env,
    GIT_AUTHOR_NAME: 'Jo',
    GIT_AUTHOR_EMAIL: 'jo@example.test',
    GIT_COMMITTER_NAME: 'Jo',
    GIT_COMMITTER_EMAIL: 'jo@example.test',
  };
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' }).trimEnd();
  const npm = (...args: readonly string[]) => spawnSync('npm', ['run', '--silent', ...args], { cwd: folder, env, encoding: 'utf8' });
  git('init', '--quiet', '--initial-branch=dev');
  git('add', '--all');
  git('commit', '--quiet', '--message=All of it');
  git('branch', 'test');
  const old = git('rev-parse', 'test^{tree}');

  edit(folder, 'clusters/lib/stages.ts', ["volume: '/volume1'", "volume: '/volume2'"]);
  git('commit', '--quiet', '--all', '--message=Move the volumes');
  const stale = npm('promote', '--', 'dev', 'test', '--apply');
  expect(stale.status).toBe(1);
  expect(stale.stderr).toMatch(/dist\/prod\/.*\n[\s\S]*\[fresh-dist\]\n\n1 problem; no branch was changed\.\n$/);

  expect(npm('synth').status).toBe(0);
  git('commit', '--quiet', '--all', '--message=Render it');
  const { status, stdout, stderr } = npm('promote', '--', 'dev', 'test', '--apply');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^dev to test: 2 commits /);
  expect(stdout.match(/^\S+: \d+ added, .*$/gm)).toEqual(['test: 0 added, 1 changed, 0 removed']);
  expect(git('rev-parse', 'test^{tree}')).toBe(git('rev-parse', 'dev^{tree}'));

  expect(npm('rollback', '--', 'test', '--apply').status).toBe(0);
  expect(git('rev-parse', 'test^{tree}')).toBe(old);

  edit(folder, 'clusters/lab.ts', ["gateway: '10.17.3.1'", "gateway: '10.17.4.1'"]);
  git('commit', '--quiet', '--all', '--message=A mistake');
  const wrong = npm('promote', '--', 'dev', 'test');
  expect(wrong.status).toBe(1);
  expect(wrong.stderr).toContain('clusters/lab.ts network.gateway');
  expect(git('status', '--porcelain')).toBe('');
});
