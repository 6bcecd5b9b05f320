import { expect, test } from 'vitest';
import { checkStaged } from '../../synth/secrets/staged.js';
import { letters, password } from './planted.js';

/** What may be committed, without any Git; tests/full/staged.test.ts goes through real repositories. */

const check = (path: string, content: string) => checkStaged([{ path, content: Buffer.from(content) }]);
const secret = password();

test.each([
  ['manifest', 'dist/a/manifests/a.yaml', `kind: ConfigMap\ndata:\n  password: ${secret}\n`, 'data.password'],
  ['configuration', 'app.ini', `[a]\npassword = ${secret}\n`, 'line 2'],
  ['script', 'run.sh', `curl -u admin:${secret} https://example.test\n`, 'line 1'],
  ['source', 'charts/a.ts', `export const a = { adminPassword: '${letters(16)}1' };\n`, 'line 1'],
])('a secret in a %s is refused at its place', (_, path, content, place) => {
  const { problems, passed } = check(path, content);
  expect(problems.map(({ rule, file, field }) => [rule, file, field])).toEqual([['no-secret-material', path, place]]);
  expect(passed).toEqual([]);
  expect(JSON.stringify(problems)).not.toContain(secret);
});

test('a reference is let pass, and one that is made up only below tests/ and with its reason', () => {
  expect(check('a.yaml', 'admin: {existingSecret: gitea-admin}\n')).toEqual({ problems: [], passed: [] });
  const line = `const a = { password: '${letters(16)}1' }; // made-up secret: shows that it is refused\n`;
  expect(check('tests/a.test.ts', line)).toMatchObject({ problems: [], passed: [expect.stringMatching(/^let pass: tests\/a\.test\.ts/)] });
  expect(check('charts/a.ts', line).problems).toHaveLength(1);
});
