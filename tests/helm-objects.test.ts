import { describe, expect, test } from 'vitest';
import type { Problem } from '../charts/lib/problem.js';
import type { RenderedObject } from '../synth/helm/model.js';
import { readObjects } from '../synth/helm/objects.js';
import { settleNamespaces } from '../synth/helm/objects-scope.js';
import { findSecretData } from '../synth/helm/secrets.js';
import { anInput, someKinds } from './fixtures/helm.js';

const release = anInput();

/** A document as helm prints it. */
const from = (template: string, body: string) => `---\n# Source: ${template}\n${body}\n`;
const configMap = (name: string, rest = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${rest}`;
const rulesOf = (problems: readonly Problem[]) => problems.map(({ rule }) => rule);

/** The objects of a text that nothing is wrong with. */
function read(text: string) {
  const { objects, problems } = readObjects(text, release);
  expect(problems).toEqual([]);
  return objects;
}

const dataOf = (value: string) => read(from('web/templates/a.yaml', configMap('a', `data:\n  x: ${value}\n`)))[0]?.manifest['data'];

describe('readObjects', () => {
  test('tells the template of each object, in the order of the text', () => {
    const objects = read(`${from('web/templates/b.yaml', configMap('b'))}${from('web/charts/db/templates/a.yaml', configMap('a'))}`);
    expect(objects.map(({ template, manifest }) => [template, manifest.metadata.name])).toEqual([
      ['web/templates/b.yaml', 'b'],
      ['web/charts/db/templates/a.yaml', 'a'],
    ]);
  });

  test('gives every document of a file in crds/ to that file', () => {
    const objects = read(from('web/crds/all.yaml', `${configMap('a')}---\n# a comment\n${configMap('b')}\n---\n`));
    expect(objects.map(({ template, manifest }) => [template, manifest.metadata.name])).toEqual([
      ['web/crds/all.yaml', 'a'],
      ['web/crds/all.yaml', 'b'],
    ]);
  });

  test('takes text that looks like a source or a separator for what it is', () => {
    const text = '  x: |\n    ---\n    # Source: web/templates/other.yaml\n    end\n';
    const objects = read(from('web/templates/a.yaml', configMap('a', `data:\n${text}`)) + from('web/templates/b.yaml', configMap('b')));
    expect(objects.map(({ template }) => template)).toEqual(['web/templates/a.yaml', 'web/templates/b.yaml']);
    expect(objects[0]?.manifest['data']).toEqual({ x: '---\n# Source: web/templates/other.yaml\nend\n' });
  });

  test('drops documents without content, and reads Windows line ends', () => {
    expect(read(`\n---\n${from('web/templates/a.yaml', '# nothing is on\n')}---\n   \n---\n# only a comment\n`)).toEqual([]);
    expect(read(from('web/templates/a.yaml', configMap('a')).replaceAll('\n', '\r\n'))).toHaveLength(1);
    expect(read('')).toEqual([]);
  });

  test('flattens Lists, also one in another', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- apiVersion: v1\n  kind: ConfigMapList\n  items:\n  - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n`;
    expect(read(from('web/templates/a.yaml', list)).map(({ manifest }) => manifest.metadata.name)).toEqual(['a', 'b']);
  });

  test('leaves an object alone that is called a list and has items of its own', () => {
    const text = 'apiVersion: example.org/v1\nkind: AllowList\nmetadata: {name: a}\nitems: [1]\n';
    expect(read(from('web/templates/a.yaml', text))[0]?.manifest).toMatchObject({ kind: 'AllowList', items: [1] });
  });

  test.each<[string, unknown]>([
    ['yes', true],
    ['Off', false],
    ['y', true],
    ['~', null],
    ['017', 15],
    ['0o17', 15],
    ['08', 8],
    ['0x1F', 31],
    ['-0b11', -3],
    ['1_000', 1000],
    ['1e3', 1000],
    ['-0', 0],
    ['9223372036854775000', 9223372036854775000],
    ['12:30:45', '12:30:45'],
    ['2026-11-20', '2026-11-20'],
    ['1.2.3', '1.2.3'],
    ['500m', '500m'],
    ['"off"', 'off'],
    ['!!str 5', '5'],
  ])('reads %s as Kubernetes does', (text, value) => {
    expect(dataOf(text)).toEqual({ x: value });
  });

  test('merges what an anchor holds', () => {
    const text = 'one: &base {a: 1, b: 2}\ntwo:\n  <<: *base\n  b: 3\n';
    expect(read(from('web/templates/a.yaml', configMap('a', text)))[0]?.manifest['two']).toEqual({ a: 1, b: 3 });
  });

  test.each([
    ['a tab', 'data:\n\tx: 1', 'line 6'],
    ['a key twice', 'data:\n  x: 1\n  x: 2', 'line 7'],
    ['a number that would change', 'data:\n  x: 9223372036854775807', 'written as'],
    ['no number', 'data:\n  x: .nan', 'JSON cannot hold'],
    ['an unknown tag', 'data:\n  x: !secret 1', 'line 6'],
    ['an alias of nothing', 'data:\n  x: *nothing', 'nothing'],
    [
      'many aliases',
      'a: &a [1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d]',
      'alias',
    ],
  ])('refuses %s, and says where', (_, rest, message) => {
    const text = from('web/templates/a.yaml', configMap('a', rest)) + from('web/templates/b.yaml', configMap('b'));
    const { objects, problems } = readObjects(text, release);
    expect(objects.map(({ manifest }) => manifest.metadata.name)).toEqual(['b']);
    expect(problems).toMatchObject([{ rule: 'rendered-yaml', field: 'release shop (web 1.2.3): web/templates/a.yaml' }]);
    expect(problems[0]?.problem).toContain(message);
    expect(problems[0]?.problem).toContain('kind: ConfigMap');
  });

  test.each([
    ['kind: ConfigMap\nmetadata: {name: a}', 'A ConfigMap has no apiVersion.'],
    ['apiVersion: v1\nmetadata: {name: a}', 'A document has no kind.'],
    ['apiVersion: v1\nkind: ConfigMap', 'A ConfigMap has no name.'],
    ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 5}', 'the number 5'],
    ['apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: a-}', 'generateName'],
    ['only text', 'no object'],
    ['apiVersion: v1\nkind: List\nitems: [text]', 'no object'],
  ])('refuses what is no object: %j', (text, message) => {
    const { objects, problems } = readObjects(from('web/templates/a.yaml', text), release);
    expect(objects).toEqual([]);
    expect(rulesOf(problems)).toEqual(['rendered-object']);
    expect(problems[0]?.problem).toContain(message);
  });

  test('drops fields without a value from kinds of Kubernetes, and keeps every other null', () => {
    const [deployment, custom, data] = read(
      from(
        'web/templates/a.yaml',
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, annotations: null}\nspec: {x: null, list: [null, {y: null}]}',
      ) +
        from('web/templates/b.yaml', 'apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: b, labels: null}\nspec: {x: null}') +
        from('web/templates/c.yaml', configMap('c', 'data: {x: null}')),
    );
    expect(deployment?.manifest).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: { list: [null, {}] },
    });
    expect(custom?.manifest).toEqual({ apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name: 'b' }, spec: { x: null } });
    expect(data?.manifest['data']).toEqual({ x: null });
  });
});

describe('settleNamespaces', () => {
  const definition = (scope: string) =>
    from(
      'web/crds/things.yaml',
      `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.org}\nspec: {group: example.org, scope: ${scope}, names: {kind: Thing}, versions: [{name: v1}]}`,
    );
  const thing = from('web/templates/a.yaml', 'apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: a}');
  const settle = (text: string) => settleNamespaces(read(text), release, someKinds);
  const namespacesOf = (text: string) => settle(text).objects.map(({ manifest }) => manifest.metadata.namespace);

  test('gives the namespace of the release to namespaced objects that name none', () => {
    const text = from('web/templates/a.yaml', configMap('a')) + from('web/templates/a.yaml', configMap('b', '  namespace: other'));
    expect(namespacesOf(`${text}${from('web/templates/a.yaml', configMap('c', '  namespace: ""'))}`)).toEqual(['shops', 'other', 'shops']);
  });

  test('takes it from objects of the whole cluster', () => {
    expect(namespacesOf(from('web/templates/a.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a, namespace: b}'))).toEqual([
      undefined,
    ]);
  });

  test('knows kinds whose definition comes with the release', () => {
    expect(namespacesOf(definition('Namespaced') + thing)).toEqual([undefined, 'shops']);
    expect(namespacesOf(thing + definition('Cluster'))).toEqual([undefined, undefined]);
  });

  test('refuses a kind that nobody knows, once', () => {
    const { objects, problems } = settle(thing + thing.replace('name: a', 'name: b'));
    expect(objects).toEqual([]);
    expect(problems).toMatchObject([{ rule: 'known-kind', field: 'release shop (web 1.2.3): web/templates/a.yaml: Thing.example.org a' }]);
  });

  test('refuses two objects of one identity, also when one of them names the namespace of the release', () => {
    const { problems } = settle(
      from('web/templates/a.yaml', configMap('a')) + from('web/templates/b.yaml', configMap('a', '  namespace: shops')),
    );
    expect(problems.map(({ problem }) => problem)).toEqual([
      'ConfigMap shops/a is rendered twice: by web/templates/a.yaml and by web/templates/b.yaml.',
    ]);
    expect(
      settle(from('web/templates/a.yaml', configMap('a')) + from('web/templates/b.yaml', configMap('a', '  namespace: b'))).problems,
    ).toEqual([]);
  });
});

describe('findSecretData', () => {
  const secret = (rest: string, kind = 'Secret') =>
    read(from('web/templates/a.yaml', `apiVersion: v1\nkind: ${kind}\nmetadata: {name: a}\n${rest}`));
  const find = (objects: readonly RenderedObject[], openSecrets: readonly string[] = []) =>
    findSecretData(
      { component: 'web', path: 'web/release/web', namespace: 'web', provides: { openSecrets, podSecurity: 'baseline' } },
      objects,
    );

  test('names the keys of a Secret that holds anything, and never a value', () => {
    const problems = find(secret('data: {b: aHVudGVyMg==, c: ""}\nstringData: {a: hunter2}'));
    expect(problems).toMatchObject([{ rule: 'no-rendered-secret', severity: 'error', file: 'charts/web.ts' }]);
    expect(problems[0]?.problem).toContain('(a, b)');
    expect(problems[0]?.fix).toContain('provides.openSecrets');
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  test.each(['', 'data: {}', 'data: {a: ""}\nstringData:', 'data: {a: null}'])('lets an empty one pass: %j', (rest) => {
    expect(find(secret(rest))).toEqual([]);
  });

  test('lets other kinds pass, and says which value of a known chart to set', () => {
    expect(find(secret('data: {a: b}', 'ConfigMap'))).toEqual([]);
    const [object] = secret('data: {a: b}');
    const template = 'stack/charts/grafana/templates/secret.yaml';
    expect(find(object ? [{ ...object, template }] : [])[0]?.fix).toContain('set admin.existingSecret of grafana');
  });

  test('lets one pass that is declared to be open, which must then be there', () => {
    expect(find(secret('data: {a: b}'), ['a'])).toEqual([]);
    for (const objects of [secret('data: {a: ""}'), secret('data: {a: b}', 'ConfigMap'), []])
      expect(find(objects, ['a'])).toMatchObject([{ rule: 'true-provides', field: 'web/release/web provides.openSecrets' }]);
    expect(rulesOf(find(secret('data: {a: b}'), ['other']))).toEqual(['no-rendered-secret', 'true-provides']);
  });
});
