import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Problems } from '../charts/lib/problem.js';
import { findHelm } from '../synth/helm/program.js';
import { renderRelease } from '../synth/helm/run.js';
import { shortenHelmError, warningsOf } from '../synth/helm/run-message.js';
import { anInput, fakeHelm, makeFolder, removeFolders } from './fixtures/helm.js';

afterEach(removeFolders);

async function problemOf(found: Promise<unknown>): Promise<string> {
  const error: unknown = await found.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Problems);
  return (error as Problems).message;
}

describe('findHelm', () => {
  test('takes that of the checkout before that of PATH', async () => {
    const root = makeFolder();
    const folder = makeFolder();
    fakeHelm(join(folder, 'helm'));
    expect(await findHelm(root, 'v3.19.0', { PATH: `/nowhere:${folder}` })).toEqual({ path: join(folder, 'helm'), version: 'v3.19.0' });
    fakeHelm(join(root, '.tools', 'bin', 'helm'));
    expect((await findHelm(root, 'v3.19.0', { PATH: folder })).path).toBe(join(root, '.tools', 'bin', 'helm'));
  });

  test('refuses another version, and says what is where and what to do', async () => {
    const root = makeFolder();
    const path = join(root, '.tools', 'bin', 'helm');
    fakeHelm(path, 'v4.3.1');
    const message = await problemOf(findHelm(root, 'v3.19.0', {}));
    for (const part of [path, 'v4.3.1', 'v3.19.0', 'npm run tools', '[pinned-helm]']) expect(message).toContain(part);
  });

  test('says that there is none, not even a folder or a file that nobody may run', async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, 'a', 'helm'), { recursive: true });
    mkdirSync(join(folder, 'b'));
    writeFileSync(join(folder, 'b', 'helm'), '');
    chmodSync(join(folder, 'b', 'helm'), 0o644);
    const PATH = `${join(folder, 'a')}:${join(folder, 'b')}`;
    expect(await problemOf(findHelm(makeFolder(), 'v3.19.0', { PATH }))).toContain('There is no helm');
    expect(await problemOf(findHelm(makeFolder(), 'v3.19.0', {}))).toContain('There is no helm');
  });

  test('refuses a program that is no helm', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'helm'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    expect(await problemOf(findHelm(makeFolder(), 'v3.19.0', { PATH: folder }))).toContain('does not tell its version');
  });
});

describe('renderRelease', () => {
  const values = { text: 'ok', none: null, line: '\u2028\u007f', list: [1, true] };

  async function render(more: object = {}) {
    const helm = fakeHelm(join(makeFolder(), 'helm'));
    const input = anInput({ values: { ...values, ...more }, apiVersions: ['a/v1', 'a/v1/B'] });
    const output = await renderRelease({ path: helm.path, version: 'v3.19.0' }, 'web.tgz', input);
    const [call] = helm.calls();
    if (call === undefined) throw new Error('helm did not run');
    return { output, call };
  }

  test('asks for one release, by an absolute path', async () => {
    const { output, call } = await render();
    expect(output).toEqual({ text: 'ok', problems: [] });
    expect(call.args).toEqual([
      'template',
      'shop',
      join(process.cwd(), 'web.tgz'),
      '--namespace=shops',
      '--kube-version=v1.36.4',
      '--api-versions=a/v1',
      '--api-versions=a/v1/B',
      '--include-crds',
      '--skip-tests',
      '--values=-',
    ]);
    expect(call.values).toEqual(values);
  });

  test('gives helm nothing of this machine, and leaves nothing behind', async () => {
    const { call } = await render();
    expect(Object.keys(call.env).filter((name) => !/^(HELM|XDG)_|^(HOME|TMPDIR|TZ|LC_ALL|KUBECONFIG)$|^__/.test(name))).toEqual([]);
    expect(call.env).toMatchObject({ TZ: 'UTC', LC_ALL: 'C', HELM_NO_PLUGINS: '1' });
    expect(call.env['HOME']).not.toBe(process.env['HOME']);
    expect(existsSync(call.env['HOME'] ?? '')).toBe(false);
  });

  test('passes on warnings, each once', async () => {
    const warning = 'coalesce.go:298: warning: cannot overwrite table with non table for web.a (map[])\n';
    const { output } = await render({ warning: `${warning}${warning}` });
    expect(output.text).toBe('ok');
    expect(output.problems).toMatchObject([{ rule: 'heeded-helm-warning', severity: 'warning' }]);
  });

  test('names release and program when helm does not start', async () => {
    const message = await problemOf(renderRelease({ path: '/nowhere/helm', version: 'v3.19.0' }, 'web.tgz', anInput()));
    for (const part of ['release shop (web 1.2.3)', '/nowhere/helm', 'did not start']) expect(message).toContain(part);
  });
});

test.each([
  [
    'Error: template: web/templates/a.yaml:7:4: executing "web/templates/a.yaml" at <include "web.name" .>: error calling include: template: web/templates/_name.tpl:3:12: executing "web.name" at <.Values.a.b>: nil pointer evaluating interface {}.b\n',
    'web/templates/_name.tpl:3 (called by web/templates/a.yaml:7): nil pointer evaluating interface {}.b',
  ],
  [
    'Error: web/templates/a.yaml:7:4\n  executing "web/templates/a.yaml" at <include "web.name" .>:\n    error calling include:\nweb/templates/_name.tpl:3:12\n  executing "web.name" at <.Values.a.b>:\n    nil pointer evaluating interface {}.b\n',
    'web/templates/_name.tpl:3 (called by web/templates/a.yaml:7): nil pointer evaluating interface {}.b',
  ],
  ['Error: parse error at (web/templates/a.yaml:2): unclosed action\n', 'web/templates/a.yaml:2: unclosed action'],
  [
    'Error: YAML parse error on web/templates/a.yaml: error converting YAML to JSON: yaml: line 4: mapping values\n\nUse --debug flag to render out invalid YAML\n',
    'YAML parse error on web/templates/a.yaml: error converting YAML to JSON: yaml: line 4: mapping values',
  ],
  ['Error: chart requires kubeVersion: >=1.40 which is incompatible\n', 'chart requires kubeVersion: >=1.40 which is incompatible'],
  ['', 'It said nothing.'],
  [`Error: ${'x'.repeat(1000)}`, `${'x'.repeat(600)}...`],
])('shortenHelmError(%j)', (stderr, expected) => {
  expect(shortenHelmError(stderr)).toBe(expected);
});

test('warningsOf sorts what helm warns of, and drops the rest', () => {
  const lines = [
    'b.go:1: warning: two',
    'time=x level=INFO msg="warning: three"',
    'a.go:1: warning: one',
    'a.go:1: warning: one',
    '2026/11/20 info: skipping unknown hook: "x',
  ];
  expect(warningsOf(lines.join('\n'))).toEqual(['one', 'skipping unknown hook: "x', 'three', 'two']);
  expect(warningsOf('something else\n')).toEqual([]);
});
