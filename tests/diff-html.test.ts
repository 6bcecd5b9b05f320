import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type PageData, pageData } from '../synth/diff/html/data.js';
import { script } from '../synth/diff/html/script.js';
import { renderHtml } from '../synth/diff/html.js';
import { aChange, aClusterDiff, aFullReport, aLargeReport, aReport, hostile } from './fixtures/diff-report.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What lies between the first opening tag and its end, as a browser finds it. */
function inside(page: string, open: string, close: string): string {
  const start = page.indexOf(open);
  expect(start, `the page has ${open}`).toBeGreaterThan(-1);
  return page.slice(start + open.length, page.indexOf(close, start + open.length));
}

const dataOf = (page: string) => JSON.parse(inside(page, '<script type="application/json" id="data">', '</script>')) as PageData;
const markup = (page: string) => inside(page, '<main>', '</main>');

/** A report in which every text is the hostile one. */
function hostileReport(text: string) {
  const object = aChange({
    component: text,
    group: text,
    kind: text,
    namespace: text,
    name: text,
    path: text,
    from: text,
    fields: [{ path: text, change: 'changed', before: text, after: { [text]: [text] } }],
  });
  const danger = { id: 'immutable-field', object: 0, field: text, problem: text, effect: text };
  return aReport({
    base: text,
    head: text,
    target: text,
    clusters: [aClusterDiff({ cluster: text, branch: text, objects: [object], dangers: [danger] })],
  });
}

describe('what the page says without its script', () => {
  test('names the clusters that the merge deploys apart from those that are staged', () => {
    const text = markup(renderHtml(aFullReport()));
    const deploys = inside(text, '<div class="card deploys">', '</div>');
    expect(deploys).toContain('Merging into <code>main</code> deploys to');
    expect(deploys).toContain('<b>first</b>');
    expect(deploys).toContain('<b>second</b>');
    expect(deploys).not.toContain('third');
    expect(inside(text, '<div class="card staged">', '</div>')).toContain('<b>third</b> <span>branch production</span>');
  });

  test('says that the merge deploys to no cluster', () => {
    const text = markup(renderHtml(aReport({ clusters: [aClusterDiff({ effect: 'staged' })] })));
    expect(inside(text, '<div class="card deploys">', '</div>')).toContain('No cluster');
  });

  test('does not say what the merge deploys where the target is not known', () => {
    const { target: _, ...report } = aReport({ clusters: [aClusterDiff({ effect: 'unknown' })] });
    const text = markup(renderHtml(report));
    expect(text).not.toContain('deploys to');
    expect(inside(text, '<div class="card unknown">', '</div>')).toContain('the target branch is not known');
  });

  test('says that nothing changes', () => {
    const text = markup(renderHtml(aReport({ clusters: [] })));
    expect(text).toContain('Nothing changes in any cluster.');
    expect(text).not.toContain('<table>');
  });

  test('tells a danger of several clusters once, with a link to the object in each', () => {
    const text = inside(markup(renderHtml(aFullReport())), '<section class="dangers"', '</section>');
    expect(text.split('>immutable-field<')).toHaveLength(2);
    for (const link of ['#/o-0-0', '#/o-1-0', '#/o-2-0']) expect(text).toContain(`href="${link}"`);
    expect(text).toContain('<p class="effect">The sync fails until somebody deletes the claim, and the data with it.</p>');
  });

  test('keeps the dangers in the order of the report, those of a whole cluster too', () => {
    const text = markup(renderHtml(aFullReport()));
    const places = ['removed-definition', 'immutable-field', 'crossed-wave'].map((id) => text.indexOf(`>${id}<`));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(-1);
  });

  test('counts objects by change, those with nothing but noise apart', () => {
    const row = inside(markup(renderHtml(aFullReport())), '<tr><th scope="row">first</th>', '</tr>');
    expect([...row.matchAll(/<td class="[a-z]+">(\d+)<\/td>/g)].map((match) => Number(match[1]))).toEqual([1, 3, 1, 1, 1, 3]);
  });
});

describe('what the script reads', () => {
  test('has values as YAML, in which a text and a boolean differ', () => {
    const change = (before: unknown, after: unknown) => aChange({ fields: [{ path: 'data.x', change: 'changed', before, after }] });
    const objects = [change('true', true), change(1, '1'), change(null, {}), change(['a', { b: 1 }], 'two\nlines')];
    const fields = pageData(aReport({ clusters: [aClusterDiff({ objects })] })).objects.map((object) => object.fields[0]);
    expect(fields.map((field) => [field?.before, field?.after])).toEqual([
      ['"true"', 'true'],
      ['1', '"1"'],
      ['null', '{}'],
      ['- a\n- b: 1', 'two\nlines'],
    ]);
  });

  test('has dangers with their objects', () => {
    const { objects } = pageData(aFullReport());
    expect(objects.filter((object) => object.dangers.length > 0).map((object) => object.id)).toEqual([
      'o-0-0',
      'o-0-3',
      'o-1-0',
      'o-2-0',
      'o-2-3',
    ]);
  });

  test('has every object of a large report, in its order', () => {
    const report = aLargeReport(1000);
    const names = report.clusters.flatMap((diff) => diff.objects.map((object) => `${diff.cluster} ${object.name}`));
    expect(dataOf(renderHtml(report)).objects.map((object) => `${object.cluster} ${object.name}`)).toEqual(names);
  });
});

describe('hostile texts', () => {
  const tags = (page: string) => [...page.matchAll(/<\/?[a-z!][^\s>]*/gi)].map(([tag]) => tag);

  test.each(Object.entries(hostile))('%s becomes no markup, wherever it stands', (_, text) => {
    const page = renderHtml(hostileReport(text));
    const harmless = renderHtml(hostileReport('harmless'));
    const withoutPoints = page.replace(/<span class="code-point">(U\+[0-9A-F]{4,6})<\/span>/g, '$1');
    expect(tags(withoutPoints)).toEqual(tags(harmless));
  });

  test.each(Object.entries(hostile))('%s reaches the script as it is', (_, text) => {
    const object = dataOf(renderHtml(hostileReport(text))).objects[0];
    expect([object?.name, object?.namespace, object?.component, object?.kind, object?.path, object?.cluster]).toEqual(Array(6).fill(text));
    expect(object?.dangers[0]?.problem).toBe(text);
  });

  test('shows the code points of what cannot be seen', () => {
    const text = markup(renderHtml(hostileReport(hostile.reversed)));
    expect(text).toContain('user<span class="code-point">U+202E</span>nimda<span class="code-point">U+202C</span>');
    expect(text).not.toMatch(/[\u202a-\u202e\u200b]/);
  });
});

describe('the policy of the page', () => {
  const page = renderHtml(aFullReport());
  const policy = inside(page, '<meta http-equiv="Content-Security-Policy" content="', '"');
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

  test('allows the script and the style that are there, by hash, and nothing else', () => {
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hash(inside(page, '<script>', '</script>'))}`,
      `style-src ${hash(inside(page, '<style>', '</style>'))}`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ]);
  });

  test('has nothing to refuse: no address, no handler, no inline style', () => {
    expect(page.replace(/<script type="application\/json"[\s\S]*?<\/script>/, '')).not.toMatch(
      /\b(?:src|action)=|url\(|@import|https?:|\son[a-z]+="|\sstyle="/,
    );
  });
});

test('the same report gives the same bytes', () => {
  expect(renderHtml(structuredClone(aFullReport()))).toBe(renderHtml(aFullReport()));
});

test('the script compiles with the types of a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'diff-html-'));
  try {
    const types = join(root, 'synth', 'diff', 'html', 'data.js');
    writeFileSync(join(folder, 'page.js'), script.replaceAll("import('./data')", `import('${types}')`));
    const options =
      '--ignoreConfig --noEmit --allowJs --checkJs --strict --noImplicitAny false --skipLibCheck --target es2023 --lib es2023,dom,dom.iterable';
    const modules = ['--module', 'nodenext', '--types', 'node', '--typeRoots', join(root, 'node_modules', '@types')];
    const run = () =>
      execFileSync(join(root, 'node_modules', '.bin', 'tsc'), [...options.split(' '), ...modules, join(folder, 'page.js')], {
        encoding: 'utf8',
      });
    expect(run()).toBe('');
  } catch (error) {
    expect.unreachable((error as { stdout?: string }).stdout || String(error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
