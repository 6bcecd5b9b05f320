import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSecretsInObject } from '../../synth/secrets/object.js';
import { base64, byForm, letters, password, pem } from './planted.js';

const secret = password();
const variable = (name: string) => `\${${name}}`;
const configMap = (data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data });
const container = (fields: object) => ({ kind: 'Deployment', spec: { template: { spec: { containers: [{ name: 'a', ...fields }] } } } });
const at = 'spec.template.spec.containers[0]';

describe('a secret is found where it stands', () => {
  const cases: readonly (readonly [what: string, object: unknown, place: string])[] = [
    ['data of a Secret', { apiVersion: 'v1', kind: 'Secret', data: { a: base64(secret) } }, 'data.a'],
    ['stringData of a Secret', { apiVersion: 'v1', kind: 'Secret', stringData: { a: secret } }, 'stringData.a'],
    [
      'a Secret in a List',
      { kind: 'List', items: [{ apiVersion: 'v1', kind: 'Secret', data: { 'a.b': 'eA==' } }] },
      'items[0].data["a.b"]',
    ],
    [
      'a Secret in a template',
      { spec: { objects: { apiVersion: 'v1', kind: 'Secret', stringData: { x: 'y' } } } },
      'spec.objects.stringData.x',
    ],
    ['a literal of a ConfigMap', configMap({ DB_PASSWORD: secret }), 'data.DB_PASSWORD'],
    ['YAML in a ConfigMap', configMap({ 'a.yaml': `user: a\ndb:\n  password: ${secret}\n` }), 'data["a.yaml"] line 3'],
    ['JSON in a ConfigMap', configMap({ 'a.json': `{"a": 1,\n"apiKey": "${secret}"}` }), 'data["a.json"] line 2'],
    ['INI in a ConfigMap', configMap({ 'grafana.ini': `[security]\nadmin_password = ${secret}\n` }), 'data["grafana.ini"] line 2'],
    ['TOML in a ConfigMap', configMap({ 'a.toml': `[a]\nclient_secret = "${secret}"\n` }), 'data["a.toml"] line 2'],
    ['variables in a ConfigMap', configMap({ '.env': `A=1\nAPI_TOKEN=${secret}\n` }), 'data[".env"] line 2'],
    ['a script in a ConfigMap', configMap({ 'run.sh': `#!/bin/sh\nexport PGPASSWORD=${secret}\n` }), 'data["run.sh"] line 2'],
    ['a Secret in a text', configMap({ 'a.yaml': `kind: Secret\nstringData:\n  password: ${secret}\n` }), 'data["a.yaml"] line 3'],
    [
      'a manifest of Talos',
      { cluster: { inlineManifests: [{ name: 'a', contents: `apiVersion: v1\nkind: Secret\nstringData:\n  any: ${secret}\n` }] } },
      'cluster.inlineManifests[0].contents stringData.any',
    ],
    ['an argument', container({ args: ['server', `--admin-password=${secret}`] }), `${at}.args[1]`],
    ['two arguments', container({ args: ['server', '--token', secret, '--port', '80'] }), `${at}.args[2]`],
    ['a command', container({ command: ['sh', '-c', `login --password ${secret} && run`] }), `${at}.command[2]`],
    ['a variable', container({ env: [{ name: 'DB_PASSWORD', value: secret }] }), `${at}.env[0].value`],
    ['a URL in a variable', container({ env: [{ name: 'DATABASE_URL', value: `postgres://a:${secret}@db/a` }] }), `${at}.env[0].value`],
    ['an annotation', { metadata: { annotations: { 'example.test/token': secret } } }, 'metadata.annotations["example.test/token"]'],
    ['an annotation that anybody wrote', { metadata: { annotations: { note: `gh${'p'}_${letters(36)}` } } }, 'metadata.annotations.note'],
    ['values of a chart', { values: { grafana: { adminPassword: secret } } }, 'values.grafana.adminPassword'],
    ['a list in values', { values: { users: [{ name: 'a' }, { name: 'b', password: secret }] } }, 'values.users[1].password'],
    [
      'values of an Application',
      { spec: { source: { helm: { valuesObject: { auth: { clientSecret: secret } } } } } },
      'spec.source.helm.valuesObject.auth.clientSecret',
    ],
    [
      'values as text',
      { spec: { source: { helm: { values: `a: 1\nauth:\n  password: ${secret}\n` } } } },
      'spec.source.helm.values line 3',
    ],
    ['parameters of a chart', { helm: { parameters: [{ name: 'auth.rootPassword', value: secret }] } }, 'helm.parameters[0].value'],
    ['a password that is an object', { password: { value: secret } }, 'password.value'],
    ['a list of passwords', { passwords: ['', secret] }, 'passwords[1]'],
    ['a password of one letter', { env: [{ name: 'X_PASS', value: 'p' }] }, 'env[0].value'],
    ['a password of words', { passphrase: 'correct horse battery staple' }, 'passphrase'],
    ['the password of every example', { password: 'changeme' }, 'password'],
    ['a password with a dollar', { password: '$ecret' }, 'password'],
    ['a password with brackets', { password: 'abc(def)' }, 'password'],
    ['a key of a service account', { 'key.json': `{"private_key": "${pem('PRIVATE KEY').replaceAll('\n', '\\n')}"}` }, '["key.json"]'],
    ['a password of digits', { adminPassword: 12345678 }, 'adminPassword'],
    ['the token of Talos', { machine: { type: 'worker', token: `${letters(6).toLowerCase()}.x` } }, 'machine.token'],
    ['the CA of Talos', { machine: { ca: { crt: 'LS0tLS1CRUdJTg==', key: base64(pem('ED25519 PRIVATE KEY')) } } }, 'machine.ca.key'],
    ['the secret of Talos', { cluster: { secret: base64(letters(32)) } }, 'cluster.secret'],
    ['the encryption of Talos', { cluster: { secretboxEncryptionSecret: base64(letters(32)) } }, 'cluster.secretboxEncryptionSecret'],
    ['the bundle of Talos', { secrets: { bootstraptoken: secret } }, 'secrets.bootstraptoken'],
    ['trust of Talos', { trustdinfo: { token: secret } }, 'trustdinfo.token'],
    [
      'a login of a registry',
      { machine: { registries: { config: { 'r.example.test': { auth: { password: secret } } } } } },
      'machine.registries.config["r.example.test"].auth.password',
    ],
    ['a docker configuration', { auths: { 'r.example.test': { auth: base64(`a:${secret}`) } } }, 'auths["r.example.test"].auth'],
    ['a kubeconfig', { users: [{ user: { 'client-key-data': base64(pem('RSA PRIVATE KEY')) } }] }, 'users[0].user.client-key-data'],
    ['random text below any name', { spec: { whatever: 'q7Xk2Lp9Wz4Rt8Vb3Nm6Yc1Hd5Gf0Js' } }, 'spec.whatever'],
    ['what only calls itself encrypted', { spec: { encryptedData: { password: secret } } }, 'spec.encryptedData.password'],
    ['an unencrypted field beside SOPS', { password: secret, sops: { mac: 'ENC[AES256_GCM,data:x]' } }, 'password'],
    ...[
      'password',
      'passwd',
      'PASSWORD',
      'db_passwd',
      'admin-password',
      'rootPassword',
      'passphrase',
      'token',
      'apiKey',
      'api_key',
      'API_KEY',
    ]
      .concat(['secretAccessKey', 'clientSecret', 'client_secret', 'privateKey', 'accessKey', 'connectionString', 'jwtSecret', 'masterKey'])
      .concat([
        'encryptionKey',
        'DB_PASS',
        'presharedKey',
        'password1',
        'tokenValue',
        'bootstrapToken',
        'hmacSecret',
        'cookie-secret',
        'pwd',
      ])
      .map((name) => [`a field called ${name}`, { spec: { [name]: secret } }, `spec.${name}`] as const),
  ];
  test.each(cases)('%s', (_, object, place) => {
    const found = findSecretsInObject(object);
    expect(found.map((finding) => finding.place)).toEqual([place]);
    expect(JSON.stringify(found)).not.toContain(secret);
  });

  test('in the name of a field, which is not shown either', () => {
    const name = `gh${'p'}_${letters(36)}`;
    const found = findSecretsInObject({ data: { [name]: 'x' } });
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).not.toContain(name);
  });
});

describe('what is no secret is silent', () => {
  const digest = '0123456789abcdef'.repeat(4);
  const cases: readonly (readonly [what: string, object: unknown])[] = [
    ['an empty Secret', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: {} }],
    ['a Secret with empty values', { apiVersion: 'v1', kind: 'Secret', stringData: { a: '' } }],
    [
      'an ExternalSecret',
      {
        kind: 'ExternalSecret',
        spec: { data: [{ secretKey: 'password', remoteRef: { key: 'a/b', property: 'password' } }], secretStoreRef: { name: 'vault' } },
      },
    ],
    ['a SealedSecret', { kind: 'SealedSecret', spec: { encryptedData: { password: `AgB${letters(300)}==` } } }],
    [
      'a file of SOPS',
      {
        password: 'ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:str]',
        sops: { mac: `ENC[AES256_GCM,data:${letters(60)}]`, age: [{ recipient: 'age1x', enc: letters(200) }] },
      },
    ],
    [
      'a reference of a container',
      container({ env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }] }),
    ],
    ['a variable of a container', container({ env: [{ name: 'PGPASSWORD', value: '$(DB_PASSWORD)' }] })],
    ['a path in a variable', container({ env: [{ name: 'TOKEN', value: '/var/run/secrets/token' }] })],
    ['a file in arguments', container({ args: ['--token-file=/x', '--password-file', '/etc/password', '--secret-name=tls'] })],
    [
      'a switch in arguments',
      container({ args: ['--rotate-token', '--enable-password=true', '--token-ttl=3600', '--password', '$(PASSWORD)'] }),
    ],
    ['rights', { rules: [{ apiGroups: [''], resources: ['secrets', 'tokenreviews', 'serviceaccounts/token'], verbs: ['get'] }] }],
    ['names of keys', { passwordKey: 'password', userKey: 'username', tokenKey: 'token', secretKey: 'secret-access-key' }],
    ['numbers', { tokenTTL: 3600, tokenExpirationSeconds: 7200, maxTokens: 5, passwordMinLength: 12345 }],
    [
      'names of Secrets',
      {
        secretName: 'x',
        existingSecret: 'admin',
        masterkeySecretName: 'zitadel',
        imagePullSecret: 'registry',
        secret: 'basic-login-users',
        tlsSecret: 'web',
      },
    ],
    [
      'references',
      {
        tokenSecretRef: { name: 'a', key: 'token' },
        passwordSecretRef: 'a',
        privateKeySecretRef: { name: 'acme' },
        apiTokenSecretRef: { key: 'token' },
      },
    ],
    [
      'a projected token',
      { projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'vault' } }] }, automountServiceAccountToken: false },
    ],
    ['a Certificate', { kind: 'Certificate', spec: { secretName: 'tls', privateKey: { algorithm: 'ECDSA', rotationPolicy: 'Always' } } }],
    ['a reference of Argo CD', { clientSecret: '$argocd-oidc:clientSecret' }],
    [
      'a password from the environment',
      { password: variable('env:TEMPO_PASSWORD'), token: variable('TOKEN'), apiKey: '{{ .ApiKey }}', accessKey: '%AWS_KEY%' },
    ],
    [
      'a password from elsewhere',
      { password: 'vault:secret/data/a#b', token: 'file:/run/token', secretKey: 'ref+vault://a/b', apiKey: 'env:API_KEY' },
    ],
    ['switches', { password: true, token: 'disabled', secret: '', apiKey: null, clientSecret: 'optional' }],
    ['how long a token lives', { access_token: '1h', id_token: '90 minutes', refreshToken: '30d' }],
    [
      'a schema',
      { properties: { password: { type: 'string', description: 'The password.' }, token: { type: 'string', format: 'password' } } },
    ],
    ['a CA', { caBundle: base64('-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIRAKx\n-----END CERTIFICATE-----\n') }],
    [
      'a public key',
      {
        publicKey: letters(43),
        sshAuthorizedKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample name'],
        'cosign.pub': '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----',
      },
    ],
    [
      'digests',
      {
        image: `quay.io/a/b@sha256:${digest}`,
        checksum: digest,
        'checksum/config': digest,
        integrity: `sha512-${letters(86)}==`,
        uid: letters(32),
      },
    ],
    ['an image of the factory', { image: `factory.talos.dev/metal-installer/${digest}:v1.13.10` }],
    [
      'long names',
      {
        kubePrometheusStackAlertmanagerConfig2: 'prometheusOperatorAdmissionWebhooksV1Beta1',
        a: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
      },
    ],
    ['a query', { expr: 'sum by (namespace) (rate(kube_secret_info{secret!="",namespace=~"$namespace"}[5m])) > 0' }],
    ['a health check', { 'health.lua': 'local token = obj.status.token\nif token == nil then\n  return { status = "Progressing" }\nend' }],
    [
      'a URL',
      {
        issuerUrl: 'https://login.example.test/realms/main',
        tokenUrl: 'https://login.example.test/token',
        repoURL: 'https://git@git.example.test/a.git',
      },
    ],
    ['prose', { description: 'The password: see the docs. A token is needed, and a secret too.', summary: 'Token of an account expires' }],
    ['a key of the keyboard', { key: 'Enter', crt: '' }],
    ['a certificate of Talos', { ca: { crt: 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t', key: '' } }],
  ];
  test.each(cases)('%s', (_, object) => {
    expect(findSecretsInObject(object)).toEqual([]);
  });

  test('a name of a Secret that the cluster has', () => {
    expect(findSecretsInObject({ secret: 'users' })).toHaveLength(1);
    expect(findSecretsInObject({ secret: 'users' }, { secretNames: new Set(['users']) })).toEqual([]);
  });
});

/** Objects as charts make them: names of people, text of people. */
const word = fc.constantFrom('spec', 'name', 'config', 'server', 'values', 'labels', 'http', 'rules', 'enabled', 'a', 'port');
const leaf = fc.oneof(
  fc.constantFrom('info', 'web', '10s', 'a b c', 'https://example.test/a', ''),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, leaf, fc.dictionary(word, tie('tree'), { maxKeys: 4 }), fc.array(tie('tree'), { maxLength: 4 })),
}));

test('a secret at a random place of a random object is found there, and only there', () => {
  const plants = fc.oneof(
    fc.constantFrom(...Object.keys(byForm)).map((name) => [name, byForm[name]?.() ?? ''] as const),
    fc.constantFrom('password', 'adminPassword', 'API_TOKEN', 'client-secret').map((name) => [name, password()] as const),
  );
  fc.assert(
    fc.property(tree, plants, fc.array(fc.oneof(word, fc.nat(2)), { maxLength: 5 }), (object, [name, value], path) => {
      const planted = path.reduceRight<unknown>(
        (inner, key) =>
          typeof key === 'number' ? [...Array.from({ length: key }, () => object), inner] : { before: object, [key]: inner },
        { [name]: value },
      );
      expect(findSecretsInObject(object)).toEqual([]);
      const found = findSecretsInObject(planted);
      expect(found).toHaveLength(1);
      expect(found[0]?.place).toContain(/^[A-Za-z][\w-]*$/.test(name) ? name : JSON.stringify(name));
      expect(JSON.stringify(found)).not.toContain(value);
    }),
    { numRuns: 300 },
  );
});
