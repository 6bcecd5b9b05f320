import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { aChange, aClusterDiff, aFullReport, aLargeReport, aReport, hostile } from '../fixtures/diff-report.js';
import { chromium } from './chromium.js';
import { openReportPage, type ReportPage } from './report-page.js';

const browser = chromium();
if (browser.path === undefined) console.log(`skipped: chromium, because ${browser.reason} (the page of a report)`);

describe.skipIf(browser.path === undefined)('the page of a report in a browser', () => {
  let page: ReportPage;

  beforeAll(async () => {
    page = await openReportPage(browser.path ?? '');
    await page.resize(1400, 900);
  });
  afterAll(() => page?.close());
  // Whatever a test does: no error, no refusal of the policy, and nothing is asked for but the file itself.
  afterEach(() => {
    expect(page.complaints).toEqual([]);
    expect(page.strayRequests()).toEqual([]);
  });

  test('shows every object but those of noise, and opens them where they are few', async () => {
    await page.show(aFullReport());
    await page.settle();
    expect(await page.status()).toBe('14 of 16 objects, 2 hidden');
    expect(await page.count('.object .row[aria-expanded=true]')).toBe(14);
    expect(await page.texts('#o-0-1 .lines td.added')).toContain('  server_tokens off;');
  });

  test('filters by cluster, component, kind and change, which together narrow', async () => {
    await page.show(aFullReport());
    await page.click('input[name=cluster][value=first]');
    expect(await page.status()).toBe('6 of 16 objects, 10 hidden');
    await page.click('input[name=component][value=whoami]');
    expect(await page.texts('.object .name')).toEqual(['whoami/moved', 'whoami/whoami', 'whoami/whoami']);
    await page.click('input[name=change][value=added]');
    expect(await page.texts('.object .kind')).toEqual(['Service']);
    await page.click('input[name=kind][value=Deployment]');
    expect(await page.status()).toBe('No object passes the filters.');
    await page.click('#reset');
    expect(await page.status()).toBe('14 of 16 objects, 2 hidden');
  });

  test('counts each value of a filter as the other filters leave it', async () => {
    await page.show(aFullReport());
    await page.click('input[name=cluster][value=second]');
    const numbers = await page.evaluate<string[]>(
      "[...document.querySelectorAll('label')].map((one) => one.querySelector('.value').textContent + ' ' + one.querySelector('.number').textContent)",
    );
    expect(numbers).toEqual(expect.arrayContaining(['first 6', 'second 2', 'third 6', 'changed 2', 'removed 0', 'database 1']));
  });

  test('shows only objects with a danger', async () => {
    await page.show(aFullReport());
    await page.click('input[name=danger]');
    expect(await page.texts('.object .row .tag.harm')).toHaveLength(5);
    expect(await page.count('.object')).toBe(5);
  });

  test('shows noise when asked, of fields and of objects', async () => {
    await page.show(aFullReport());
    await page.settle();
    expect(await page.count('#o-0-5 .field')).toBe(1);
    await page.click('input[name=noise]');
    await page.settle();
    expect(await page.status()).toBe('16 of 16 objects');
    expect(await page.count('#o-0-5 .field')).toBe(2);
    await page.click('#reset');
    await page.settle();
    expect(await page.count('#o-0-5 .field')).toBe(1);
  });

  test('finds noise only where it shows it', async () => {
    await page.show(aFullReport());
    await page.press('/');
    await page.type('whoami-1.11.0');
    await page.settle();
    expect(await page.status()).toBe('No object passes the filters.');
    await page.click('input[name=noise]');
    expect(await page.count('.object')).toBe(2);
  });

  test('shows a field of noise that is in danger', async () => {
    const danger = {
      id: 'immutable-field',
      object: 0,
      field: aChange().fields[1]?.path ?? '',
      problem: 'It changes.',
      effect: 'It fails.',
    };
    await page.show(aReport({ clusters: [aClusterDiff({ dangers: [danger] })] }));
    await page.settle();
    expect(await page.texts('#o-0-0 .field-path .tag.harm')).toEqual(['danger']);
  });

  test('marks what the search found', async () => {
    await page.show(aFullReport());
    await page.press('/');
    await page.type('Widgets');
    await page.settle();
    const marked = () =>
      page.evaluate<string[]>(
        "[...(CSS.highlights.get('search') ?? [])].map((one) => one.startContainer.nodeValue.slice(one.startOffset, one.endOffset))",
      );
    expect(new Set(await marked())).toEqual(new Set(['widgets']));
    await page.click('#reset');
    expect(await marked()).toEqual([]);
  });

  test.each([
    ['a name', 'widgets', 2],
    ['a path of a file', 'base/configmap_proxy', 3],
    ['a path of a field', 'storageclassname', 3],
    ['a value', 'REPLICATED-fast', 3],
    ['a line of a text', 'server_tokens', 3],
    ['content of an added object', 'port: 80', 2],
    ['words that all have to be there', 'whoami v1.11.0 third', 1],
  ])('finds %s', async (_, text, found) => {
    await page.show(aFullReport());
    await page.press('/');
    await page.type(text);
    await page.settle();
    expect(await page.count('.object')).toBe(found);
  });

  test('moves, opens and closes by keys', async () => {
    await page.show(aFullReport());
    await page.press('j');
    await page.press('ArrowDown');
    expect(await page.focused()).toBe('o-0-1');
    await page.press('Enter');
    expect(await page.count('#o-0-1 .row[aria-expanded=false]')).toBe(1);
    expect(await page.evaluate("document.querySelector('#o-0-1 .body').checkVisibility()")).toBe(false);
    await page.press('Enter');
    expect(await page.evaluate("document.querySelector('#o-0-1 .body').checkVisibility()")).toBe(true);
    await page.press('k');
    expect(await page.focused()).toBe('o-0-0');
    await page.press('n');
    expect(await page.focused()).toBe('o-0-3');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  });

  test('goes from the search into what it found, and back', async () => {
    await page.show(aFullReport());
    await page.press('/');
    expect(await page.focused()).toBe('search');
    await page.type('jx?');
    expect(await page.evaluate("document.getElementById('search').value")).toBe('jx?');
    await page.evaluate("document.getElementById('search').value = ''");
    await page.type('widgets');
    await page.settle();
    await page.press('ArrowDown');
    expect(await page.focused()).toBe('o-0-3');
    await page.press('/');
    await page.press('Escape');
    expect(await page.focused()).not.toBe('search');
  });

  test('shows the keys, and takes none while it does', async () => {
    await page.show(aFullReport());
    await page.press('?');
    expect(await page.evaluate("document.getElementById('help').open")).toBe(true);
    await page.press('j');
    expect(await page.focused()).not.toBe('o-0-0');
    await page.press('Escape');
    expect(await page.evaluate("document.getElementById('help').open")).toBe(false);
  });

  test('shows fields side by side and unified', async () => {
    await page.show(aFullReport());
    await page.settle();
    const columns = () => page.evaluate<number>("document.querySelector('#o-0-1 tr:nth-child(3)').cells.length");
    expect(await columns()).toBe(2);
    await page.press('v');
    await page.settle();
    expect(await columns()).toBe(1);
    expect(await page.texts('#o-0-1 .field:nth-of-type(1) td')).toEqual([
      '12 lines',
      'server {',
      '  listen 80;',
      '  keepalive_timeout 65s;',
      '  listen 8080;',
      '  keepalive_timeout 30s;',
      '  server_tokens off;',
      '}',
    ]);
    expect(await page.texts('#o-0-5 mark')).toEqual(['10.3', '11.0']);
  });

  test('goes to the object of a danger, even when the filters hide it', async () => {
    await page.show(aFullReport());
    await page.click('input[name=kind][value=Service]');
    await page.click('.dangers a[href="#/o-2-3"]');
    await page.settle();
    expect(await page.focused()).toBe('o-2-3');
    expect(await page.count('#o-2-3 .body .danger')).toBe(1);
    expect(await page.isInView('o-2-3')).toBe(true);
  });

  test('opens at the object that its address names', async () => {
    await page.show(aLargeReport(5000), '#/o-9-499');
    await page.settle();
    expect(await page.focused()).toBe('o-9-499');
    expect(await page.isInView('o-9-499')).toBe(true);
  });

  test('has the colours of the system, and those of the switch', async () => {
    const isDark = () =>
      page.evaluate<boolean>(
        'getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).every((part) => Number(part) < 64)',
      );
    await page.emulate({ scheme: 'dark' });
    await page.show(aFullReport());
    expect(await isDark()).toBe(true);
    await page.emulate({ scheme: 'light' });
    expect(await isDark()).toBe(false);
    await page.press('t');
    await page.emulate({ scheme: 'dark' });
    expect(await isDark()).toBe(false);
    await page.press('t');
    await page.emulate({ scheme: 'light' });
    expect(await isDark()).toBe(true);
    // A choice lasts.
    await page.open(await page.evaluate('location.href'));
    expect(await isDark()).toBe(true);
    await page.emulate({ medium: 'print' });
    expect(await page.evaluate("document.getElementById('tools').checkVisibility()")).toBe(false);
    await page.emulate({});
  });

  test('needs no width: nothing is wider than a narrow window', async () => {
    await page.resize(360, 800);
    try {
      await page.show(aFullReport());
      await page.settle();
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    } finally {
      await page.resize(1400, 900);
    }
  });

  test.each(Object.entries(hostile))('shows a hostile text as text: %s', async (_, text) => {
    const object = aChange({
      component: text,
      kind: text,
      name: text,
      fields: [{ path: text, change: 'added', after: { [text]: text } }],
      content: text,
    });
    const danger = { id: 'immutable-field', object: 0, problem: text, effect: text };
    await page.show(aReport({ base: text, clusters: [aClusterDiff({ cluster: text, objects: [object], dangers: [danger] })] }));
    await page.settle();
    expect(await page.evaluate('globalThis.wasHit')).toBeUndefined();
    expect(await page.count('img, main script, [onmouseover]')).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    const visible = (await page.texts('#o-0-0 .name'))[0] ?? '';
    expect(visible).not.toMatch(/[\u202a-\u202e\u200b]/);
    expect(visible).toContain(text.slice(0, 4));
  });

  test('shows the rest of a long line and of many lines when asked', async () => {
    const content = `${Array.from({ length: 5000 }, (_, line) => `line ${line}`).join('\n')}\n`;
    const objects = [
      aChange({ change: 'added', fields: [], content }),
      aChange({ fields: [{ path: 'data.x', change: 'added', after: hostile.long }] }),
    ];
    await page.show(aReport({ clusters: [aClusterDiff({ objects })] }));
    await page.settle();
    expect(await page.count('#o-0-0 tr')).toBe(300);
    await page.click('#o-0-0 .more');
    expect((await page.texts('#o-0-0 tr')).at(-1)).toBe('line 4999');
    await page.click('#o-0-1 .more');
    expect((await page.texts('#o-0-1 td.added'))[0]?.includes(hostile.long)).toBe(true);
  });

  test('is soon ready for keys and filters with 5,000 objects', async () => {
    await page.show(aLargeReport(5000));
    const ready = await page.evaluate<number>('Number(document.documentElement.dataset.ready)');
    const timed = async (action: string) =>
      page.evaluate<number>(
        `(async () => { const start = performance.now(); ${action}; await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))); return Math.round(performance.now() - start); })()`,
      );
    const filter = await timed("document.querySelector('input[name=cluster][value=cluster-7]').click()");
    const reset = await timed("document.getElementById('reset').click()");
    const openAll = await timed("document.getElementById('expand').click()");
    await page.press('/');
    await page.type('object-499');
    const start = Date.now();
    while ((await page.status()) !== '10 of 5,000 objects, 4,990 hidden') {
      if (Date.now() - start > 5000) throw new Error(`The search found ${await page.status()}`);
    }
    console.log(
      `5,000 objects: ready after ${ready} ms, filter ${filter} ms, reset ${reset} ms, open all ${openAll} ms, first search ${Date.now() - start} ms`,
    );
    // Other programs may take most of a machine.
    expect(ready).toBeLessThan(3000);
    expect(Math.max(filter, reset, openAll)).toBeLessThan(3000);
  });
});
