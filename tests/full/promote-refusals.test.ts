import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Problems } from '../../charts/lib/problem.js';
import { openGit } from '../../synth/promote/git.js';
import { branchOf, clusters, Repository, removeRepositories, render } from '../fixtures/promote.js';

afterEach(removeRepositories);

const headOf = (stage: string) => `refs/heads/${branchOf(stage)}`;

describe('promote refuses', () => {
  const refusedAfter = async (prepare: (repository: Repository) => void, ...args: Parameters<Repository['promote']>) => {
    const repository = new Repository();
    repository.commit('dev', 'second');
    prepare(repository);
    const before = repository.state();
    const outcome = await repository.promote(...args);
    expect(repository.state()).toEqual(before);
    return outcome;
  };
  const nothing = () => undefined;

  test.each([
    ['a skipped stage', 'dev', 'staging', ['next-stage'], 'promote "dev" to "test"'],
    ['the way back', 'test', 'dev', ['next-stage'], 'the order is dev, test, staging, prod'],
    ['an unknown stage', 'dev', 'lab', ['known-stage'], 'name one of dev, test, staging, prod'],
    ['two unknown stages', 'a', 'b', ['known-stage', 'known-stage'], 'There is no stage "b"'],
    ['equal stages', 'test', 'test', ['other-stage'], '"test" would be promoted to itself'],
  ])('%s', async (_, from, to, rules, message) => {
    const outcome = await refusedAfter(nothing, from, to);
    expect(outcome.refused).toEqual(rules);
    expect(outcome.message).toContain(message);
  });

  test.each([
    ['one stage on two branches', 'test', 'elsewhere', 'follow several branches'],
    ['two stages on one branch', 'staging', branchOf('test'), 'follow one branch, "branch-of-test"'],
  ] as const)('%s', async (_, stage, branch, message) => {
    const mixed =
      stage === 'test'
        ? [...clusters, { name: 'other', stage, branch }]
        : clusters.map((cluster) => (cluster.stage === stage ? { ...cluster, branch } : cluster));
    const outcome = await refusedAfter(nothing, 'test', 'staging', { clusters: mixed });
    expect(outcome.refused).toEqual(['branch-of-stage']);
    expect(outcome.message).toContain(message);
  });

  test.each(['new', 'staged'])('a working tree with a %s file', async (state) => {
    const outcome = await refusedAfter(
      (repository) => {
        writeFileSync(join(repository.root, 'mine'), '');
        if (state === 'staged') repository.git('add', 'mine');
      },
      'dev',
      'test',
    );
    expect(outcome.refused).toEqual(['clean-tree']);
    expect(outcome.message).toContain('\n      mine');
  });

  test('a source whose dist/ is not what it renders, with the files', async () => {
    const files = [['dist/prod-cluster/value.yaml', 'value: edited\n']] as const;
    const outcome = await refusedAfter((repository) => repository.commit('dev', 'third', { files }), 'dev', 'test');
    expect(outcome.refused).toEqual(['fresh-dist']);
    expect(outcome.message).toContain('\n      dist/prod-cluster/value.yaml\n');
  });

  test('a target with commits that the source lacks, and says which', async () => {
    const outcome = await refusedAfter((repository) => repository.commit('test', 'hotfix'), 'dev', 'test');
    expect(outcome.refused).toEqual(['merged-hotfix']);
    expect(outcome.message).toMatch(/\n {6}[0-9a-f]{12} Write hotfix\n/);
  });

  test('a tag with the name of the target', async () => {
    const outcome = await refusedAfter((repository) => repository.git('tag', branchOf('test'), headOf('dev')), 'dev', 'test');
    expect(outcome.refused).toEqual(['branch-without-tag']);
  });

  test.each(['dev', 'test'])('a missing branch of %s', async (stage) => {
    const outcome = await refusedAfter((repository) => repository.git('update-ref', '-d', headOf(stage)), 'dev', 'test');
    expect(outcome.refused).toEqual(['local-branch']);
    expect(outcome.message).toContain(`git branch ${branchOf(stage)} origin/${branchOf(stage)}`);
  });

  test('a target that is checked out, but plans it', async () => {
    const repository = new Repository();
    repository.commit('dev', 'second');
    repository.git('checkout', '--quiet', branchOf('test'));
    // Git would note the new time in the index.
    utimesSync(join(repository.root, 'source'), 1000, 1000);
    const before = repository.state();
    expect((await repository.promote('dev', 'test')).refused).toEqual(['free-branch']);
    expect((await repository.promote('dev', 'test', { isApplied: false })).refused).toEqual([]);
    expect(repository.state()).toEqual(before);
  });

  test('a person whom git does not know, but plans it', async () => {
    const repository = new Repository();
    repository.commit('dev', 'second');
    const git = openGit(repository.root, {
      ...repository.env,
      GIT_AUTHOR_NAME: '',
      GIT_AUTHOR_EMAIL: undefined,
      GIT_COMMITTER_EMAIL: undefined,
    });
    const outcome = await repository.promote('dev', 'test', { git });
    expect(outcome.refused).toEqual(['git-identity']);
    expect(outcome.message).toContain('git config user.name');
    expect((await repository.promote('dev', 'test', { git, isApplied: false })).refused).toEqual([]);
  });

  test('to commit without the signature that the configuration asks for', async () => {
    const outcome = await refusedAfter(
      (repository) => {
        repository.git('config', 'commit.gpgSign', 'true');
        repository.git('config', 'gpg.program', 'false');
      },
      'dev',
      'test',
    );
    expect(outcome.refused).toEqual(['running-git']);
    expect(outcome.message).toContain('gpg failed to sign');
  });

  test('everything at once', async () => {
    const outcome = await refusedAfter(
      (repository) => {
        writeFileSync(join(repository.root, 'mine'), '');
        repository.commit('dev', 'third', { files: [['dist/dev-cluster/value.yaml', '']] });
        repository.commit('test', 'hotfix');
        repository.git('tag', branchOf('test'), headOf('dev'));
      },
      'dev',
      'test',
    );
    expect(outcome.refused).toEqual(['clean-tree', 'branch-without-tag', 'fresh-dist', 'merged-hotfix']);
  });

  test('a folder that is no repository', async () => {
    const outcome = await new Repository().promote('dev', 'test', { git: openGit('/', { PATH: process.env['PATH'] }) });
    expect(outcome.refused).toEqual(['running-git']);
  });

  test('a branch that moves meanwhile', async () => {
    const repository = new Repository();
    repository.commit('dev', 'second');
    const moving = openGit(repository.root, repository.env);
    const outcome = await repository.promote('dev', 'test', {
      git: async (args, env) => {
        if (args[0] === 'update-ref') repository.commit('test', 'hotfix');
        return moving(args, env);
      },
    });
    expect(outcome.refused).toEqual(['running-git']);
    expect(repository.git('log', '-1', '--format=%s', headOf('test'))).toBe('Write hotfix');
  });
});

test('a bug of the render stays one', async () => {
  const repository = new Repository();
  const outcome = await repository
    .promote('dev', 'test', {
      render: async (folder) => {
        await render(folder);
        throw new Error('a bug');
      },
    })
    .catch((error: Error) => error.message);
  expect(outcome).toBe('a bug');
});
test('promote refuses what cannot be rendered with what the render says', async () => {
  const said = { rule: 'rendered-source', severity: 'error', file: 'dist', field: '', problem: 'It is wrong.', fix: 'mend it.' } as const;
  const outcome = await new Repository().promote('dev', 'test', { render: () => Promise.reject(new Problems([said])) });
  expect(outcome.refused).toEqual(['rendered-source']);
});
