import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { findUnstable } from '../synth/helm/determinism.js';
import { changeArchive } from '../synth/helm/determinism-archive.js';
import { callsIn, restore, standIn } from '../synth/helm/determinism-stand-ins.js';
import { settleHooks } from '../synth/helm/hooks.js';
import { readObjects } from '../synth/helm/objects.js';
import { archiveOf, fakeHelm, makeFolder, removeFolders, writeChart } from './fixtures/helm.js';

afterEach(removeFolders);

const clock = '(toDate `2006-01-02` `2001-02-03`)';

describe('standIn', () => {
  test.each([
    ['{{ now | date "2006" }}', `{{ ${clock} | date "2006" }}`],
    ['{{- now.Year -}}', `{{- ${clock}.Year -}}`],
    ['{{ $x := randAlphaNum 10 | b64enc }}', '{{ $x := printf `stand-in-randAlphaNum-%v` 10 | b64enc }}'],
    ['{{ randInt 1 (add 2 3) }}', '{{ add 1000003 1 (add 2 3) |  int }}'],
    ['{{ randInt -5 -1 -}}', '{{ add 1000003 -5 -1 |  int -}}'],
    ['{{ range $k := keys .Values.a -}}', '{{ range $k := keys .Values.a |  sortAlpha -}}'],
    ['{{ join "," (keys $a $b) }}', '{{ join "," (keys $a $b |  sortAlpha) }}'],
    ['{{ $a | keys | first }}', '{{ $a | keys |  sortAlpha | first }}'],
    ['a {{ now }}\nb {{ now }}', `a {{ ${clock} }}\nb {{ ${clock} }}`],
  ])('%s', (template, expected) => {
    expect(standIn(template, 'sorted')).toBe(expected);
    expect(restore(expected)).toBe(template);
  });

  test.each([
    'now {{ .now }} {{ $now }} {{ .Values.keys.now }} {{ (index .a 0).keys }}',
    '{{ "now" }} {{ `keys` }} {{ printf "a \\" now" }} {{ knows }} {{ nowhere }}',
    '{{/* now */}} {{- /* {{ now }} */ -}} {{ include "now" . }}',
    '{{ "{{" }} now {{ "}}" }}',
    'an action without an end {{ now',
    'no template',
  ])('leaves alone what calls nothing: %s', (template) => {
    expect(standIn(template, 'sorted')).toBe(template);
    expect(callsIn(template)).toEqual([]);
  });

  test('reverses the order of keys', () => {
    const reversed = standIn('{{ keys .a | join "," }}', 'reversed');
    expect(reversed).toBe('{{ keys .a |  sortAlpha |  reverse | join "," }}');
    expect(restore(reversed)).toBe('{{ keys .a | join "," }}');
  });

  test('names every function once', () => {
    expect(callsIn('{{ genCA "a" 1 }}{{ if now }}{{ keys . }}{{ now }}{{ end }}')).toEqual(['genCA', 'keys', 'now']);
  });
});

describe('changeArchive', () => {
  const shout = (text: string) => text.replaceAll('{{ a }}', '{{ a much longer text than before }}'.repeat(40));

  test('changes templates, those of packed subcharts too, and nothing else', () => {
    const files = {
      'templates/x.yaml': 'ü {{ a }}',
      'crds/x.yaml': '{{ a }}',
      'README.md': '{{ a }}',
      'values.yaml': 'a: "{{ a }}"',
      'x.bin': '\0\x01',
    };
    const changed = changeArchive(archiveOf('web', files), shout);
    const expected = archiveOf('web', { ...files, 'templates/x.yaml': shout('ü {{ a }}'), 'values.yaml': shout('a: "{{ a }}"') });
    expect(gunzipSync(changed).equals(gunzipSync(expected))).toBe(true);
  });

  test('changes templates of packed subcharts', () => {
    const subchart = archiveOf('db', { 'templates/y.yaml': '{{ a }}' });
    const changed = changeArchive(archiveOf('web', { 'charts/db-1.0.0.tgz': subchart }), shout);
    const expected = archiveOf('web', { 'charts/db-1.0.0.tgz': changeArchive(subchart, shout) });
    expect(gunzipSync(changed).equals(gunzipSync(expected))).toBe(true);
    expect(gunzipSync(changeArchive(subchart, shout)).toString()).toContain(shout('{{ a }}'));
  });

  test('gives the same archive when nothing changes', () => {
    const archive = archiveOf('web', { 'templates/x.yaml': '{{ a }}', 'empty.txt': '', 'templates/long.yaml': 'x'.repeat(5000) });
    expect(gunzipSync(changeArchive(archive, (text) => text)).equals(gunzipSync(archive))).toBe(true);
  });

  test('refuses what is no archive', () => {
    expect(() => changeArchive(Buffer.from('text'), shout)).toThrow();
  });
});

describe('findUnstable', () => {
  const object = (name: string, value: string, kind = 'ConfigMap') =>
    `---\n# Source: web/templates/a.yaml\napiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\ndata:\n  x: "${value}"\n`;

  /** What a chart renders that gives back the value `text`. */
  async function find(text: string, more: object = {}, template = '{{ .Values.text }}') {
    const helm = fakeHelm(`${makeFolder()}/helm`);
    const { archive, input } = writeChart('web', { 'templates/a.yaml': template }, { values: { text, ...more } });
    const first = text.replaceAll('TIME-ZONE', 'UTC');
    const { objects } = settleHooks(readObjects(first, input).objects, input);
    const program = { path: helm.path, version: 'v3.19.0' };
    return { problems: await findUnstable({ program, input, archive, text: first, objects }), calls: helm.calls() };
  }

  test('finds nothing where everything stays the same, in one more run elsewhere', async () => {
    const { problems, calls } = await find(object('a', 'same'));
    expect(problems).toEqual([]);
    expect(calls.map(({ env }) => env['TZ'])).toEqual(['Pacific/Kiritimati']);
  });

  test('names template, object and field', async () => {
    const { problems } = await find(object('a', 'same') + object('b', 'in TIME-ZONE'));
    expect(problems).toMatchObject([{ rule: 'stable-release', field: 'release shop (web 1.2.3): web/templates/a.yaml: ConfigMap b' }]);
    expect(problems[0]?.problem).toContain('data.x');
  });

  test('finds a name that changes', async () => {
    const { problems } = await find(object('a', 'same') + object('b-TIME-ZONE', 'same'));
    expect(problems.map(({ problem }) => problem)).toEqual([expect.stringContaining('metadata.name')]);
  });

  test('takes text with functions for other programs for what it is', async () => {
    expect((await find(object('a', '{{ now }} {{ keys $x }} {{ randAlphaNum 5 }}'))).problems).toEqual([]);
  });

  test('renders once more where a chart calls keys', async () => {
    const { problems, calls } = await find(object('a', 'same'), {}, '{{ keys .Values | sortAlpha }}');
    expect(problems).toEqual([]);
    expect(calls).toHaveLength(2);
  });

  test('leaves the content of a Secret to the rule about Secrets', async () => {
    expect((await find(object('a', 'TIME-ZONE', 'Secret'))).problems).toEqual([]);
  });

  test('warns when the chart does not take the stand-ins, and compares two plain runs', async () => {
    const { problems, calls } = await find(object('a', 'TIME-ZONE'), { failOn: 'stand-in' }, '{{ randAlphaNum 5 }}');
    expect(problems.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['stable-release', 'error'],
      ['provable-release', 'warning'],
    ]);
    expect(problems[1]?.problem).toContain('randAlphaNum in web/templates/a.yaml');
    expect(calls).toHaveLength(2);
  });

  test('gives up when helm renders once and then no more', async () => {
    await expect(find(object('a', 'same'), { error: 'Error: no' })).rejects.toThrow('no');
  });
});
