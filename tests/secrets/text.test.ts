import { describe, expect, test } from 'vitest';
import { redactSecrets } from '../../synth/secrets/redact.js';
import { findNamedSecretsInText, findSecretsInText } from '../../synth/secrets/text.js';
import { byForm, letters, password } from './planted.js';

/** Most of what is random in a secret. */
const coreOf = (secret: string): string => (secret.match(/[A-Za-z0-9]+/g) ?? []).reduce((a, b) => (b.length > a.length ? b : a), '');

describe('a secret is found by its form', () => {
  test.each(Object.entries(byForm))('%s, on its line, and is never shown', (_, make) => {
    const secret = make();
    const text = `first line\nsecond: x\n${secret}\nlast line\n`;
    const found = findSecretsInText(text);
    expect(found).toHaveLength(1);
    expect(found[0]?.place).toMatch(/^line [3-5]$/);
    expect(JSON.stringify(found) + redactSecrets(text)).not.toContain(coreOf(secret));
    expect(redactSecrets(text)).toContain('first line\nsecond: x\n');
    expect(redactSecrets(redactSecrets(text))).toBe(redactSecrets(text));
  });
});

const secret = password();

describe('a secret is found by its name, in any syntax', () => {
  test.each([
    ['YAML', `user: admin\npassword: ${secret}\n`],
    ['YAML in quotes', `db:\n  adminPassword: "${secret}"\n`],
    ['YAML with a tag', `password: !!str ${secret}\n`],
    ['a block of YAML', `password: |\n  ${secret}\n`],
    ['a folded block of YAML', `client_secret: >-\n  ${secret}\n`],
    ['a flow of YAML', `auth: {user: admin, password: ${secret}}\n`],
    ['a list of YAML', `- token: ${secret}\n`],
    ['variables in YAML', `env:\n  - name: DB_PASSWORD\n    value: ${secret}\n`],
    ['variables in JSON', `[{"name": "DB_PASSWORD", "value": "${secret}"}]`],
    ['JSON', `{"user": "admin", "password": "${secret}"}`],
    ['JSON in JSON', `{"config": "{\\"password\\": \\"${secret}\\"}"}`],
    ['INI', `[database]\npassword = ${secret}\n`],
    ['INI of Grafana', `[security]\nadmin_password=${secret}\n`],
    ['TOML', `[auth]\nclient-secret = "${secret}"\n`],
    ['properties', `spring.datasource.password=${secret}\n`],
    ['an env file', `API_KEY=${secret}\n`],
    ['a shell script', `export PGPASSWORD='${secret}'\npsql\n`],
    ['an argument', `exec server --admin-password=${secret} --port 80\n`],
    ['an argument with a space', `exec server --token ${secret} --port 80\n`],
    ['XML', `<server><password>${secret}</password></server>`],
    ['HCL', `variable {\n  secret_key = "${secret}"\n}\n`],
    ['Lua', `local password = "${secret}"\n`],
    ['a connection string', `Server=db;User=app;Password=${secret};`],
    ['AWS', `aws_secret_access_key = ${letters(40)}\n`],
    ['WireGuard', `[Interface]\nPrivateKey = ${letters(43)}=\n`],
    ['kubectl', `users:\n- user:\n    client-key-data: ${letters(80)}\n`],
    ['the secrets of Talos', `cluster:\n  secret: ${letters(43)}=\n`],
    ['a default of a variable', `password: \${DB_PASSWORD:-${secret}}\n`],
    ['a comment', `# password: ${secret}\n`],
  ])('%s', (_, text) => {
    const found = findNamedSecretsInText(text);
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).not.toContain(secret);
    expect(redactSecrets(text)).not.toContain(secret);
  });
});

describe('what says where a secret is, or is none, is silent', () => {
  test.each([
    [`password: \${DB_PASSWORD}`],
    [`password: "\${env:TEMPO_PASSWORD}"`],
    ['password = sys.env("LOKI_PASSWORD")'],
    ['password: $(DB_PASSWORD)'],
    ['password: {{ .Values.password }}'],
    ['client_secret: !Env OIDC_CLIENT_SECRET'],
    ['admin_password = $__file{/etc/secrets/password}'],
    ['clientSecret: $argocd-oidc:clientSecret'],
    ['password: ""'],
    ['token: null'],
    ['token: /var/run/secrets/kubernetes.io/serviceaccount/token'],
    ['api_key: vault:secret/data/app#key'],
    ['password: <password>'],
    ['token = process.env.TOKEN'],
    ['passwordKey: password'],
    ['secretKey: access-key-id'],
    ['tokenTTL: 3600'],
    ['access_token: 1h'],
    ['--token-file=/var/run/token --password-file /etc/password'],
    ['secretName: tls-cert'],
    ['existingSecret: grafana-admin'],
    ['configSecretKey: config-yaml'],
    ['if token == "" then return end'],
    ['kube_secret_info{secret=~"$secret"}'],
    ['# token: what the program logs in with'],
    ['password:\n  min_length: 8'],
    ['reset_password:\n  secret:\n    path: jwt'],
    ['https://user@example.test/path'],
    ['https://$(USER):$(PASSWORD)@example.test'],
    ['-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIRAK\n-----END CERTIFICATE-----'],
    ['-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----'],
    ['It begins with -----BEGIN RSA PRIVATE KEY----- and ends elsewhere.'],
    ['quay.io/cilium/cilium@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'],
    ['Use Basic authentication or Bearer authentication.'],
    ['config.kubernetesnodes docker.elasticsearchonly'],
    ['age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq'],
    ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExamp name'],
  ])('%s', (text) => {
    expect(findNamedSecretsInText(text)).toEqual([]);
    expect(redactSecrets(text)).toBe(text);
  });
});

test('long lines without an end cost no more than their length', () => {
  const time = (text: string) => {
    const start = performance.now();
    findNamedSecretsInText(text);
    return performance.now() - start;
  };
  for (const part of ['a', 'pass', '://:', '-----BEGIN PRIVATE KEY-----', '${', 'name: token\n', '$2y$', 'eyJa', '"', 'x.y@z!']) {
    expect(time(part.repeat(400_000 / part.length)), part).toBeLessThan(4000);
  }
});

test('a long text is looked through to its end, and what lies where it is cut is found once', () => {
  const key = `AGE-SECRET-${'KEY-1'}${'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'.repeat(2).slice(0, 58)}`;
  for (const before of [0, 229_990, 240_000, 249_960, 3_000_000]) {
    const found = findSecretsInText(`${'x '.repeat(before / 2)}\n${key}\n${'A'.repeat(6_000_000)}`);
    expect(found.map(({ place }) => place)).toEqual(['line 2']);
  }
});
