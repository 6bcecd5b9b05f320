import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { renderReleases } from '../../synth/helm/index.js';
import type { RenderedRelease, RenderInput } from '../../synth/helm/model.js';
import { anInput, makeFolder, removeFolders, someKinds } from '../fixtures/helm.js';
import { describeWith } from './programs.js';

const versionOf = (path: string) => execFileSync(path, ['version', '--template', '{{.Version}}'], { encoding: 'utf8' });

afterAll(removeFolders);

type Files = Readonly<Record<string, string>>;

const object = (kind: string, apiVersion: string, name: string, rest = '') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\n${rest}`;
const configMap = (name: string, value: string) => object('ConfigMap', 'v1', name, `data:\n  x: ${value}\n`);
const hook = (name: string, event: string, more = '') =>
  object('Job', 'batch/v1', name, `  annotations:\n    helm.sh/hook: ${event}\n${more}spec: {}\n`);

/** Renders a chart of these files; its `Chart.yaml` is added. */
async function render(helm: string, files: Files, more: Partial<RenderInput> = {}, root = makeFolder()): Promise<RenderedRelease> {
  const folder = join(makeFolder(), 'web');
  const all = {
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: "9"\n',
    'values.yaml': 'a: 1\nb: {c: kept, d: removed}\n',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  execFileSync(helm, ['package', folder, '--destination', dirname(folder)], { stdio: 'pipe' });
  const path = join(dirname(folder), 'web-1.2.3.tgz');
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  const input = anInput({ chart: { ...anInput().chart, sha256 }, ...more });
  const program = { path: helm, version: versionOf(helm) };
  const tools = { root, program: async () => program, archiveOf: async () => path, helm: program.version, catalog: someKinds };
  const [release] = await renderReleases([{ input, file: 'charts/web.ts' }], tools);
  if (release === undefined) throw new Error('nothing was rendered');
  return release;
}

const namesOf = ({ objects }: RenderedRelease) => objects.map(({ manifest }) => `${manifest.kind} ${manifest.metadata.name}`).sort();
const dataOf = ({ objects }: RenderedRelease) => objects.map(({ manifest }) => (manifest['data'] as { x: unknown }).x);
const messagesOf = ({ problems }: RenderedRelease) => problems.map(({ rule, problem }) => `${rule}: ${problem}`);

/** What both helms do alike. */
function defineTests(helm: string): void {
  test('renders CRDs of crds/ and of templates, one of more than 262144 bytes', async () => {
    const long = 'x'.repeat(300_000);
    const definition = (plural: string, more = '') =>
      object(
        'CustomResourceDefinition',
        'apiextensions.k8s.io/v1',
        `${plural}.example.org`,
        `${more}spec:\n  group: example.org\n  scope: Namespaced\n  names: {kind: ${plural.toUpperCase()}}\n  versions: [{name: v1}]\n`,
      );
    const release = await render(helm, {
      'crds/all.yaml': `${definition('as', `  annotations: {long: ${long}}\n`)}---\n${definition('bs')}`,
      'templates/crd.yaml': definition('cs'),
      'templates/use.yaml': object('AS', 'example.org/v1', 'a'),
    });
    expect(release.problems).toEqual([]);
    expect(namesOf(release)).toEqual([
      'AS a',
      'CustomResourceDefinition as.example.org',
      'CustomResourceDefinition bs.example.org',
      'CustomResourceDefinition cs.example.org',
    ]);
    expect(release.objects.map(({ template }) => template)).toEqual([
      'web/crds/all.yaml',
      'web/crds/all.yaml',
      'web/templates/crd.yaml',
      'web/templates/use.yaml',
    ]);
    expect(release.objects.find(({ manifest }) => manifest.kind === 'AS')?.manifest.metadata.namespace).toBe('shops');
  });

  test('gives charts the cluster that they ask for, and no other', async () => {
    const gates = ['monitoring.coreos.com/v1', 'monitoring.coreos.com/v1/ServiceMonitor', 'apps/v1', 'example.org/v1'];
    const text = `{{- range list ${gates.map((gate) => `"${gate}"`).join(' ')} }}{{ if $.Capabilities.APIVersions.Has . }}{{ . }} {{ end }}{{ end }}`;
    const value = `"${text}{{ .Capabilities.KubeVersion.Version }} {{ .Release.Name }} {{ .Release.Namespace }}"`;
    const apiVersions = ['monitoring.coreos.com/v1', 'monitoring.coreos.com/v1/ServiceMonitor'];
    const release = await render(helm, { 'templates/a.yaml': configMap('a', value) }, { apiVersions });
    expect(dataOf(release)).toEqual([`${apiVersions.join(' ')} apps/v1 v1.36.4 shop shops`]);
  });

  const hooks = {
    'templates/hooks.yaml': [
      hook('pre', 'pre-install,pre-upgrade', '    helm.sh/hook-weight: "-3"\n    helm.sh/hook-delete-policy: hook-succeeded,hook-failed\n'),
      hook('post', 'post-install'),
      ...['test', 'pre-delete', 'post-delete', 'pre-rollback', 'post-rollback'].map((event) => hook(event, event)),
      object('ServiceAccount', 'v1', 'account', '  annotations: {helm.sh/hook: pre-install}\n'),
    ].join('---\n'),
  };

  test('turns hooks into those of Argo CD', async () => {
    const release = await render(helm, hooks);
    expect(release.problems).toEqual([]);
    const annotations = Object.fromEntries(release.objects.map(({ manifest }) => [manifest.metadata.name, manifest.metadata.annotations]));
    const argo = 'argocd.argoproj.io';
    const plain = { [`${argo}/hook-delete-policy`]: 'BeforeHookCreation', [`${argo}/sync-wave`]: '0' };
    expect(annotations).toEqual({
      pre: { [`${argo}/hook`]: 'PreSync', [`${argo}/hook-delete-policy`]: 'HookSucceeded,HookFailed', [`${argo}/sync-wave`]: '-3' },
      post: { ...plain, [`${argo}/hook`]: 'PostSync' },
      account: { ...plain, [`${argo}/hook`]: 'PreSync' },
    });
  });

  test('refuses hook Jobs on Flux', async () => {
    const release = await render(helm, hooks, { engine: 'flux' });
    expect(release.problems.map(({ rule }) => rule)).toEqual(['no-hook-on-flux', 'no-hook-on-flux']);
    expect(namesOf(release)).toEqual(['ServiceAccount account']);
  });

  test.each([
    ['{{ randAlphaNum 8 }}', 'randAlphaNum'],
    ['{{ now | date "2006-01-02" | quote }}', 'now'],
    ['{{ now | date "2006" | quote }}', 'now'],
    ['{{ now.Year }}', 'now'],
    ['{{ ago now | quote }}', 'ago'],
    ['{{ randInt 0 2 }}', 'randInt'],
    ['{{ until (randInt 1 3) | toJson | quote }}', 'randInt'],
    ['{{ shuffle "ab" }}', 'shuffle'],
    ['{{ uuidv4 }}', 'uuidv4'],
    ['{{ (genCA "ca" 365).Cert | sha256sum }}', 'genCA'],
    ['{{ $ca := genCA "ca" 365 }}{{ (genSignedCert "cn" nil nil 365 $ca).Key | sha256sum }}', 'genSignedCert'],
    ['{{ (genSelfSignedCert "cn" nil nil 365).Cert | sha256sum }}', 'genSelfSignedCert'],
    ['{{ genPrivateKey "ecdsa" | sha256sum }}', 'genPrivateKey'],
    ['{{ htpasswd "user" "password" | quote }}', 'htpasswd'],
    ['{{ bcrypt "password" | quote }}', 'bcrypt'],
    ['{{ keys (dict "a" 1 "b" 2) | join "," }}', 'keys'],
    ['{{ keys (dict "a" 1 "b" 2) | first }}', 'keys'],
    ['{{ include "stamp" . | quote }}', 'now'],
    ['{{ tpl .Values.template . | quote }}', 'now'],
    ['{{ toDate "2006-01-02 15:04" "2026-11-20 12:00" | unixEpoch | quote }}', 'data.x'],
  ])('sees that %s is another one each time', async (value, cause) => {
    const release = await render(
      helm,
      { 'templates/a.yaml': configMap('a', value), 'templates/_stamp.tpl': '{{ define "stamp" }}{{ now | date "2006" }}{{ end }}' },
      { values: { template: '{{ now | date "2006" }}' } },
    );
    expect(release.problems).toMatchObject([
      { rule: 'stable-release', field: 'release shop (web 1.2.3): web/templates/a.yaml: ConfigMap a' },
    ]);
    expect(release.problems[0]?.problem).toContain('data.x');
    expect(release.problems[0]?.problem).toContain(cause);
  });

  test.each([
    ['{{ if (lookup "v1" "Secret" "a" "b") }}there{{ else }}not there{{ end }}', 'not there'],
    ['{{ if now }}on{{ end }}', true],
    ['{{ keys (dict "a" 1 "b" 2) | sortAlpha | join "," }}', 'a,b'],
    ['{{ keys (dict "a" 1) | first }}', 'a'],
    ['{{ $unused := randAlphaNum 5 }}same', 'same'],
    ['{{ .Values.other | quote }}', '{{ now }} {{ keys $x }}'],
    ['{{ derivePassword 1 "long" "p" "u" "site" | len }}', 14],
    ['{{ getHostByName "localhost" | quote }}', ''],
  ])('sees that %s is always the same', async (value, expected) => {
    const release = await render(helm, { 'templates/a.yaml': configMap('a', value) }, { values: { other: '{{ now }} {{ keys $x }}' } });
    expect(release.problems).toEqual([]);
    expect(dataOf(release)).toEqual([expected]);
  });

  test('looks into subcharts', async () => {
    const subchart = {
      'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
      'charts/db/templates/a.yaml': configMap('a', '{{ now | date "2006" | quote }}'),
    };
    const release = await render(helm, subchart);
    expect(release.problems.map(({ field }) => field)).toEqual(['release shop (web 1.2.3): web/charts/db/templates/a.yaml: ConfigMap a']);
  });

  test('lets null remove a default, and passes on every other value', async () => {
    const values = { b: { d: null }, text: 'a: "b"\n\u2028\u007f', list: [null, 1] };
    const text = '{{ toJson .Values.b | quote }}\n  two: {{ .Values.text | quote }}\n  three: {{ toJson .Values.list | quote }}';
    const release = await render(helm, { 'templates/a.yaml': configMap('a', text) }, { values });
    expect(release.problems).toEqual([]);
    expect(release.objects[0]?.manifest['data']).toEqual({ x: '{"c":"kept"}', two: values.text, three: '[null,1]' });
  });

  test.each<[string, Files, string]>([
    [
      'a template error',
      { 'templates/a.yaml': '{{ include "name" . }}', 'templates/_name.tpl': '{{ define "name" }}\n{{ fail "no name" }}{{ end }}' },
      'no name',
    ],
    [
      'a missing value',
      { 'templates/a.yaml': 'x: 1\ny: {{ .Values.no.such }}' },
      'web/templates/a.yaml:2: nil pointer evaluating interface {}.such',
    ],
    ['an unclosed action', { 'templates/a.yaml': 'x: 1\n{{ if .Values.a' }, 'web/templates/a.yaml:2'],
    ['an unknown function', { 'templates/a.yaml': '{{ env "HOME" }}' }, 'function "env" not defined'],
    ['a schema', { 'values.schema.json': '{"properties":{"a":{"type":"string"}}}', 'templates/a.yaml': '' }, 'want string'],
    ['another Kubernetes', { 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\nkubeVersion: ">=1.99.0"\n' }, '>=1.99.0'],
  ])('shortens what helm says about %s', async (_, files, message) => {
    const release = await render(helm, files);
    expect(release.objects).toEqual([]);
    expect(release.problems).toMatchObject([{ rule: 'rendered-release', file: 'charts/web.ts', field: 'release shop (web 1.2.3)' }]);
    expect(release.problems[0]?.problem).toContain(message);
    expect(release.problems[0]?.problem).not.toContain('--debug');
  });

  test('names template and line of a value that makes invalid YAML', async () => {
    const [message] = messagesOf(
      await render(helm, { 'templates/a.yaml': configMap('a', '{{ .Values.text }}') }, { values: { text: 'a: b: c' } }),
    );
    expect(message).toContain('web/templates/a.yaml');
    expect(message).toContain('line 6');
  });

  test('refuses what helm lets pass', async () => {
    const twice = {
      'templates/a.yaml': configMap('a', '1\n  x: 2'),
      'templates/b.yaml': configMap('b', '1'),
      'templates/c.yaml': configMap('b', '2'),
    };
    expect((await render(helm, twice)).problems.map(({ rule }) => rule)).toEqual(['rendered-yaml', 'distinct-objects']);
  });

  test('passes on that a value has another shape than that of the chart', async () => {
    const release = await render(helm, { 'templates/a.yaml': configMap('a', '1') }, { values: { a: { x: 1 } } });
    expect(release.problems).toMatchObject([{ rule: 'heeded-helm-warning', severity: 'warning' }]);
  });

  test('takes what it knows from the cache', async () => {
    const root = makeFolder();
    const files = { 'templates/a.yaml': configMap('a', '1') };
    const first = await render(helm, files, {}, root);
    expect(readdirSync(join(root, '.cache', 'renders'))).toHaveLength(1);
    expect(await render(helm, files, {}, root)).toEqual(first);
  });
}

describeWith(['helm'], 'helm 3', ({ helm }) => defineTests(helm));
describeWith(['helm4'], 'helm 4', ({ helm4 }) => defineTests(helm4));

describeWith(['helm', 'helm4'], 'helm 3 and helm 4', ({ helm, helm4 }) => {
  test('render the same objects', async () => {
    const files = {
      'crds/a.yaml': object('CustomResourceDefinition', 'apiextensions.k8s.io/v1', 'as.example.org', 'spec: {}\n'),
      'templates/hooks.yaml': `${hook('pre', 'pre-install')}---\n${hook('post', 'post-upgrade')}`,
      'templates/all.yaml': `${configMap('a', '{{ .Values.b | toJson | quote }}')}---\n${configMap('b', '{{ .Values.n }}')}---\n${object('Service', 'v1', 'c')}`,
      'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
      'charts/db/templates/d.yaml': configMap('d', '{{ .Values.x | default "none" }}'),
    };
    const values = { b: { d: null, e: [1, 2.5, 'x'] }, n: 1234567, db: { x: 'off' } };
    const [three, four] = await Promise.all([helm, helm4].map((path) => render(path, files, { values })));
    expect(three?.objects.length).toBe(7);
    expect(four).toEqual(three);
  });
});
