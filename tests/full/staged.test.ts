import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { main } from '../../synth/main.js';
import { checkStaged } from '../../synth/secrets/staged.js';
import { base64, byForm, letters, password, pem } from '../secrets/planted.js';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const folders: string[] = [];
const secret = password();

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Git as it is without settings of the person who runs the tests, and without those of a hook that runs them. */
const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_CEILING_DIRECTORIES: tmpdir() };
const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.test', '-c', 'core.autocrlf=false'];

class Repository {
  readonly root = mkdtempSync(join(tmpdir(), 'staged-test-'));

  constructor() {
    folders.push(this.root);
    this.git('init', '-q');
  }

  git(...args: string[]): string {
    return execFileSync('git', [...author, ...args], { cwd: this.root, env, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
  }

  write(path: string, content: string | Buffer): this {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
    return this;
  }

  stage(path: string, content: string | Buffer): this {
    this.write(path, content).git('add', '-f', '--', path);
    return this;
  }

  async check(...more: string[]): Promise<{ code: number; out: string; err: string }> {
    const [out, err]: [string[], string[]] = [[], []];
    const io = { root: this.root, env, cwd: this.root, isTerminal: false, printProgress: () => undefined };
    const code = await main(['check', '--staged', ...more], {
      ...io,
      print: (text) => out.push(text),
      printError: (text) => err.push(text),
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }
}

type Row = readonly [path: string, content: string | Buffer, place: string];

describe('a staged secret is refused', () => {
  test.each<Row>([
    ['dist/a/manifests/a.yaml', `kind: ConfigMap\ndata:\n  password: ${secret}\n`, 'data.password'],
    ['dist/a/secret.yaml', `apiVersion: v1\nkind: Secret\nstringData:\n  a: ${secret}\n`, 'stringData.a'],
    ['two.yaml', `a: 1\n---\nauth:\n  - token: ${secret}\n`, 'auth[0].token'],
    ['commented.yaml', `a: 1\n# password: ${secret}\n`, 'line 2'],
    ['broken.yaml', `a: {{ b }}: }\npassword: ${secret}\n`, 'line 2'],
    ['values.json', `{"admin": {"password": "${secret}"}}`, 'admin.password'],
    ['app.ini', `[a]\npassword = ${secret}\n`, 'line 2'],
    ['app.toml', `client_secret = "${secret}"\n`, 'line 1'],
    ['app.properties', `db.password=${secret}\n`, 'line 1'],
    ['main.tf', `resource "a" "b" {\n  password = "${secret}"\n}\n`, 'line 2'],
    ['prod.tfvars', `api_token = "${secret}"\n`, 'line 1'],
    ['run.sh', `curl -u admin:${secret} https://example.test\n`, 'line 1'],
    ['Makefile', `deploy:\n\tPGPASSWORD=${secret} psql\n`, 'line 2'],
    ['charts/a.ts', `export const a = { adminPassword: '${letters(16)}1' };\n`, 'line 1'],
    ['charts/b.ts', `const a = 'gh${'p'}_${letters(36)}';\n`, 'line 1'],
    ['README.md', `# a\n\n    export A=gh${'p'}_${letters(36)}\n`, 'line 3'],
    ['docs/a.md', pem('RSA PRIVATE KEY'), 'line 1'],
    ['tls.pem', pem('EC PRIVATE KEY'), 'line 1'],
    ['name with spaces é\n.yaml', `token: ${secret}\n`, 'token'],
    ['windows.txt', Buffer.from(`\ufeffpassword=${secret}\r\n`, 'utf16le'), 'line 1'],
    ['talos/secrets.yaml', `cluster:\n  id: x\n  secret: ${base64(letters(32))}\ntrustdinfo:\n  token: a\n`, 'cluster.secret'],
    [
      'controlplane.yaml',
      `version: v1alpha1\nmachine:\n  token: abc\n  ca:\n    crt: LS0t\n    key: ${base64(letters(40))}\n`,
      'machine.ca.key',
    ],
    ['.npmrc', `//registry.example.test/:_authToken=${letters(36)}\n`, 'line 1'],
    ['config', `apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user:\n    token: ${secret}\n`, 'users[0].user.token'],
    ['bootstrap/secrets/a.yaml', `sops:\n  mac: none\npassword: ${secret}\n`, 'password'],
    ...Object.entries(byForm)
      .slice(0, 8)
      .map(([name, make]) => [`${name.replaceAll(/\W/g, '-')}.txt`, make(), 'line 1'] as const),
  ])('%s', async (path, content, place) => {
    const repository = new Repository().stage(path, content);
    const { code, out, err } = await repository.check();
    expect(code).toBe(1);
    expect(out + err).not.toContain(secret);
    expect(err).toContain(place);
    expect(err).toContain('[no-secret-material]');
  });

  test.each([
    ['kubeconfig', 'x'],
    ['lab.kubeconfig', 'x'],
    ['talosconfig', 'x'],
    ['deep/tls.key', 'x'],
    ['id_rsa', 'x'],
    ['id_ed25519', 'x'],
    ['keys.agekey', 'x'],
    ['store.p12', Buffer.from([0, 1, 2])],
    ['.env', 'A=b\n'],
    ['prod.env', 'export A=b\n'],
    ['.netrc', 'x'],
    ['terraform.tfstate', '{}'],
    ['bootstrap/secrets/lab.age', 'a: b\n'],
    ['bootstrap/secrets/dev.age', `-----BEGIN AGE ENCRYPTED FILE-----\nYQ==\n-----END AGE ENCRYPTED FILE-----\na: b\n`],
  ])('%s, by its name', async (path, content) => {
    const { code, err } = await new Repository().stage(path, content).check();
    expect(code).toBe(1);
    expect(err).toContain(`✖ ${path}\n    It is `);
  });

  test('when it is staged and taken away in the folder only', async () => {
    const repository = new Repository().stage('a.yaml', `password: ${secret}\n`).write('a.yaml', 'password: ""\n');
    expect((await repository.check()).code).toBe(1);
  });

  test('after a commit, in what changed', async () => {
    const repository = new Repository().stage('a.yaml', 'a: 1\n');
    repository.git('commit', '-qm', 'a');
    expect((await repository.stage('a.yaml', `a: 1\npassword: ${secret}\n`).check()).code).toBe(1);
  });
});

describe('what is no secret is let pass', () => {
  test.each([
    ['a file of age', 'a.age', Buffer.from(`age-encryption.org/v1\n-> X25519 x\n\0${letters(40)}`)],
    ['an armored file of age', 'a.age', `-----BEGIN AGE ENCRYPTED FILE-----\n${base64(letters(40))}\n-----END AGE ENCRYPTED FILE-----\n`],
    ['a file of SOPS', 'a.yaml', `password: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\nsops:\n  mac: ENC[AES256_GCM,data:x]\n`],
    [
      'a Secret in SOPS',
      'b.yaml',
      `apiVersion: v1\nkind: Secret\nstringData:\n  a: ENC[AES256_GCM,data:x]\nsops:\n  mac: ENC[AES256_GCM,data:x]\n`,
    ],
    ['a SealedSecret', 'a.yaml', `kind: SealedSecret\nspec:\n  encryptedData:\n    password: AgB${letters(90)}\n`],
    ['blueprints', 'a.yaml', 'attrs:\n  client_secret: !Env OIDC_CLIENT_SECRET\n'],
    ['an example of variables', '.env.example', 'API_URL=https://example.test\n'],
    ['variables without values', '.env', 'A=\nB=""\n'],
    ['a public key', 'id_rsa.pub', 'ssh-rsa AAAA\n'],
    ['a source about keys', 'kubeconfig.ts', 'export const token = readToken();\n'],
    ['a certificate', 'ca.crt', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
    ['documentation', 'a.md', 'Set `password: changeme` and `token=<token>`; see https://user@example.test.\n'],
    ['a lock file', 'package-lock.json', `{"packages": {"a": {"integrity": "sha512-${letters(86)}=="}}}`],
  ])('%s', async (_, path, content) => {
    expect(await new Repository().stage(path, content).check()).toEqual({ code: 0, out: '1 staged file looked at: no secret.', err: '' });
  });

  test('nothing staged, and what is not staged', async () => {
    const repository = new Repository().write('a.yaml', `password: ${secret}\n`);
    expect(await repository.check()).toEqual({ code: 0, out: '0 staged files looked at: no secret.', err: '' });
  });

  test('a file that is removed, a link and another repository', async () => {
    const repository = new Repository().stage('gone.yaml', 'a: 1\n');
    repository.git('commit', '-qm', 'a');
    repository.git('rm', '-q', 'gone.yaml');
    symlinkSync('/etc/hostname', join(repository.root, 'link'));
    repository.git('add', 'link');
    repository.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module`);
    expect(await repository.check()).toEqual({ code: 0, out: '1 staged file looked at: no secret.', err: '' });
  });

  test('bytes and huge files, which are named', async () => {
    const repository = new Repository()
      .stage('a.png', Buffer.from([137, 80, 0, 1]))
      .stage('huge.txt', Buffer.alloc(21 * 1024 * 1024, 'a '));
    const { code, out } = await repository.check();
    expect(code).toBe(0);
    expect(out).toBe('not looked into: a.png (not text)\nnot looked into: huge.txt (too large)\n2 staged files looked at: no secret.');
  });
});

test('the sources of this repository give no alarm, these tests included', () => {
  const folders = ['charts', 'clusters', 'synth', 'docs', 'tests/secrets', '.github', '.githooks'];
  const below = folders.flatMap((folder) =>
    readdirSync(join(checkout, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(checkout, join(entry.parentPath, entry.name))),
  );
  const paths = [...below, ...readdirSync(checkout).filter((name) => /\.(?:md|json|yaml|ts)$/.test(name))];
  expect(paths.length).toBeGreaterThan(200);
  const files = paths.map((path) => ({ path, content: readFileSync(join(checkout, path)) }));
  expect(checkStaged(files)).toEqual({ problems: [], passed: [] });
});

describe('a made-up secret', () => {
  const line = `const a = 'gh${'p'}_${letters(36)}'; // made-up secret:`;

  test('is let pass below tests/ with a reason, and is named', async () => {
    const { code, out } = await new Repository().stage('tests/a.test.ts', `\n${line} shows that it is found\n`).check();
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toBe('let pass: tests/a.test.ts line 2: token of GitHub (made up: shows that it is found)');
  });

  test.each([
    ['without a reason', 'tests/a.test.ts', `${line}\n`],
    ['elsewhere', 'charts/a.ts', `${line} shows that it is found\n`],
    ['on another line', 'tests/a.test.ts', `${line.split(';')[0]};\n// made-up secret: shows that it is found\n`],
    ['in an object', 'tests/a.yaml', `token: ${secret} # made-up secret: shows that it is found\n`],
  ])('is refused %s', async (_, path, content) => {
    expect((await new Repository().stage(path, content).check()).code).toBe(1);
  });
});

test.each([['lab'], ['--render']])('takes nothing beside it: %s', async (argument) => {
  expect((await new Repository().check(argument)).code).toBe(64);
});

test('outside of a repository it says so', async () => {
  const repository = new Repository();
  rmSync(join(repository.root, '.git'), { recursive: true });
  const { code, err } = await repository.check();
  expect(code).toBe(1);
  expect(err).toContain('[readable-index]');
});

test('the hook is executable, and git commits nothing that it refuses', () => {
  expect(statSync(join(checkout, '.githooks', 'pre-commit')).mode & 0o111).toBe(0o111);
  const hook = readFileSync(join(checkout, '.githooks', 'pre-commit'), 'utf8');
  expect(hook).toMatch(/^#!\/bin\/sh\n/);
  expect(hook).toContain('check --staged');
  const repository = new Repository().write('.githooks/pre-commit', hook);
  const seen = join(repository.root, 'seen');
  repository.write(
    'synth/launch.mjs',
    `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(seen)}, process.argv.slice(2).join(' '));\nprocess.exitCode = 1;\n`,
  );
  chmodSync(join(repository.root, '.githooks', 'pre-commit'), 0o755);
  repository.git('config', 'core.hooksPath', '.githooks');
  repository.stage('a.txt', 'a\n');
  expect(() =>
    execFileSync('git', [...author, 'commit', '-qm', 'a'], {
      cwd: repository.root,
      env: { ...env, PATH: `${dirname(process.execPath)}:${env.PATH}` },
      stdio: 'pipe',
    }),
  ).toThrow();
  expect(readFileSync(seen, 'utf8')).toBe('check --staged');
});
