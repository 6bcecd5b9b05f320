import { afterEach, describe, expect, test } from 'vitest';
import { Checkout, removeCheckouts } from './fixtures/made-up-checkout.js';
import { branchOf, Repository, removeRepositories } from './fixtures/promote.js';

afterEach(() => {
  removeRepositories();
  removeCheckouts();
});

const headOf = (stage: string) => `refs/heads/${branchOf(stage)}`;

describe('promote', () => {
  test('plans commits and the files of the cluster that the target deploys, and does nothing', async () => {
    const repository = new Repository();
    repository.commit('dev', 'second');
    const before = repository.state();
    const { lines } = await repository.promote('dev', 'test', { isApplied: false });
    expect(lines).toEqual([
      'dev to test: 1 commit that "branch-of-test" lacks or has rolled back',
      expect.stringMatching(/^ {2}[0-9a-f]{12} Write second$/),
      'test-cluster: 0 added, 1 changed, 0 removed',
      '  M dist/test-cluster/value.yaml',
      'Nothing was done. To promote: npm run promote -- dev test --apply',
    ]);
    expect(repository.state()).toEqual(before);
  });

  test('gives the target the tree of the source, with both parents, a trailer and the identity of the person, and moves nothing else', async () => {
    const repository = new Repository();
    repository.commit('dev', 'second');
    const { refs, trees, rest } = repository.state();
    const { lines } = await repository.promote('dev', 'test');
    expect(lines.slice(-2)).toEqual([
      expect.stringMatching(/^Promote dev to test: branch-of-test is [0-9a-f]{12}, and was [0-9a-f]{12}\.$/),
      'Nothing was pushed. To deploy: git push origin branch-of-test',
    ]);
    const after = repository.state();
    expect(after).toEqual({
      refs: { ...refs, [headOf('test')]: after.refs[headOf('test')] },
      trees: { ...trees, [headOf('test')]: trees[headOf('dev')] },
      rest,
    });
    const source = refs[headOf('dev')];
    const format = '--format=%P|%an <%ae>|%cn <%ce>|%(trailers:only)';
    const made = repository.git('log', '-1', format, headOf('test'));
    expect(made).toBe(`${refs[headOf('test')]} ${source}|Jo <jo@example.test>|Jo <jo@example.test>|Promoted-From: dev ${source}`);
  });

  test('has nothing to do the second time, and is not refused with another commit', async () => {
    const repository = new Repository();
    repository.commit('dev', 'second');
    await repository.promote('dev', 'test');
    const before = repository.state();
    expect((await repository.promote('dev', 'test')).lines).toEqual(['Nothing to promote: "branch-of-test" has all of "branch-of-dev".']);
    expect(repository.state()).toEqual(before);
    repository.commit('dev', 'third');
    expect((await repository.promote('dev', 'test')).refused).toEqual([]);
    expect(repository.tree('test')).toBe(repository.tree('dev'));
  });

  test('shows added and removed files, those of a cluster that no facts have, and none of other branches', async () => {
    const repository = new Repository();
    repository.commit('dev', 'first', {
      files: [
        ['dist/new-cluster/a.yaml', 'a: 1\n'],
        ['dist/README.md', 'not ours'],
      ],
    });
    repository.commit('test', 'first', { files: [['dist/test-cluster/old.yaml', 'a: 1\n']] });
    repository.commit('dev', 'first', { merged: 'test' });
    const { lines } = await repository.promote('dev', 'test', { isApplied: false });
    expect(lines.filter((line) => /^ {2}[AMD] |: \d/.test(line)).slice(1)).toEqual([
      'new-cluster: 1 added, 0 changed, 0 removed',
      '  A dist/new-cluster/a.yaml',
      'test-cluster: 0 added, 0 changed, 1 removed',
      '  D dist/test-cluster/old.yaml',
    ]);
  });

  test('names the remote of the branch', async () => {
    const repository = new Repository();
    repository.git('config', `branch.${branchOf('test')}.remote`, 'upstream');
    repository.commit('dev', 'second');
    expect((await repository.promote('dev', 'test')).lines.at(-1)).toContain('git push upstream branch-of-test');
  });
});

test.each([['promote', 'dev'], ['promote', 'dev', 'test', 'prod'], ['rollback'], ['rollback', 'dev', 'test']])(
  '%s %s is wrong usage',
  async (...argv) => {
    expect(await new Checkout().run(argv)).toMatchObject({ code: 64, out: '' });
  },
);

test('the commands refuse with 1 and say that nothing was changed', async () => {
  const { code, err } = await new Checkout().run(['promote', 'dev', 'test', '--apply'], { PATH: process.env['PATH'] ?? '' });
  expect(code).toBe(1);
  expect(err).toMatch(/\[running-git\]\n\n1 problem; no branch was changed\.\n$/);
});
