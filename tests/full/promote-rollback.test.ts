import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openGit } from '../../synth/promote/git.js';
import { branchOf, Repository, removeRepositories } from '../fixtures/promote.js';

afterEach(removeRepositories);

const headOf = (stage: string) => `refs/heads/${branchOf(stage)}`;

describe('rollback', () => {
  test('plans what goes, and does nothing', async () => {
    const repository = new Repository();
    repository.commit('dev', 'second');
    await repository.promote('dev', 'test');
    const before = repository.state();
    expect((await repository.rollback('test', { isApplied: false })).lines).toEqual([
      expect.stringMatching(/^test: back to before [0-9a-f]{12} Promote dev to test$/),
      expect.stringMatching(/^ {2}[0-9a-f]{12} Write second$/),
      'test-cluster: 0 added, 1 changed, 0 removed',
      '  M dist/test-cluster/value.yaml',
      'Nothing was done. To roll back: npm run rollback -- test --apply',
    ]);
    expect(repository.state()).toEqual(before);
  });

  test('restores the tree in a new commit, whatever the working tree is, and the next promotion brings everything again', async () => {
    const repository = new Repository();
    const old = repository.tree('test');
    repository.commit('dev', 'second');
    await repository.promote('dev', 'test');
    const promotion = repository.git('rev-parse', headOf('test'));
    writeFileSync(join(repository.root, 'mine'), '');
    await repository.rollback('test');
    expect(repository.tree('test')).toBe(old);
    expect(repository.git('log', '-1', '--format=%P %(trailers:only)', headOf('test'))).toBe(`${promotion} Rolled-Back: ${promotion}`);
    repository.git('clean', '--quiet', '--force');
    repository.commit('dev', 'fix');
    const { lines } = await repository.promote('dev', 'test');
    expect(lines.filter((line) => line.includes(' Write '))).toEqual([
      expect.stringContaining('Write fix'),
      expect.stringContaining('Write second'),
    ]);
    expect(repository.tree('test')).toBe(repository.tree('dev'));
  });

  test('brings everything again without a fix too', async () => {
    const repository = new Repository();
    repository.commit('dev', 'second');
    await repository.promote('dev', 'test');
    await repository.rollback('test');
    await repository.promote('dev', 'test');
    expect(repository.tree('test')).toBe(repository.tree('dev'));
  });

  test('once more goes back one promotion more, until none is left', async () => {
    const repository = new Repository();
    const trees = [repository.tree('test')];
    for (const source of ['second', 'third']) {
      repository.commit('dev', source);
      await repository.promote('dev', 'test');
      trees.push(repository.tree('test'));
    }
    await repository.rollback('test');
    expect(repository.tree('test')).toBe(trees[1]);
    await repository.rollback('test');
    expect(repository.tree('test')).toBe(trees[0]);
    expect((await repository.rollback('test')).refused).toEqual(['known-promotion']);
  });

  test('does not take a promotion to the stage before for its own', async () => {
    const repository = new Repository();
    repository.commit('dev', 'second');
    await repository.promote('dev', 'test');
    repository.git('update-ref', headOf('staging'), headOf('test'));
    expect((await repository.rollback('staging')).refused).toEqual(['known-promotion']);
  });

  test('refuses to take a hotfix with it, and says which', async () => {
    const repository = new Repository();
    repository.commit('dev', 'second');
    await repository.promote('dev', 'test');
    repository.commit('test', 'hotfix');
    const { refused, message } = await repository.rollback('test');
    expect(refused).toEqual(['kept-hotfix']);
    expect(message).toMatch(/\n {6}[0-9a-f]{12} Write hotfix\n/);
  });

  test.each([
    ['the first stage', 'dev', ['known-promotion']],
    ['an unknown stage', 'lab', ['known-stage']],
  ])('refuses %s', async (_, stage, rules) => {
    expect((await new Repository().rollback(stage)).refused).toEqual(rules);
  });

  test('refuses a tag, a branch that is checked out or missing, and a person whom git does not know', async () => {
    const repository = new Repository();
    repository.commit('dev', 'second');
    await repository.promote('dev', 'test');
    repository.git('tag', branchOf('test'), headOf('dev'));
    repository.git('symbolic-ref', 'HEAD', headOf('test'));
    const git = openGit(repository.root, { ...repository.env, GIT_COMMITTER_EMAIL: undefined });
    expect((await repository.rollback('test', { git })).refused).toEqual(['git-identity', 'branch-without-tag', 'free-branch']);
    repository.git('symbolic-ref', 'HEAD', 'refs/heads/work');
    repository.git('update-ref', '-d', headOf('test'));
    expect((await repository.rollback('test')).refused).toEqual(['local-branch', 'branch-without-tag']);
  });
});
