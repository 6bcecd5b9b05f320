import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../synth/diff/html.js';
import type { DiffReport } from '../../synth/diff/model.js';
import { aChange, aClusterDiff, aFullReport, aLargeReport, aReport, hostile } from '../fixtures/diff-report.js';
import { chromium, openPage, type Page } from './chromium.js';

const browser = chromium();
if (browser.path === undefined) console.log(`skipped: chromium, because ${browser.reason} (the page of a report)`);

describe.skipIf(browser.path === undefined)('the page of a report in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'diff-page-'));
  let page: Page;

  beforeAll(async () => {
    page = await openPage(browser.path ?? '');
    await page.resize(1400, 900);
  });
  afterAll(async () => {
    await page?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  // Whatever a test does: no error, no refusal of the policy, and nothing is asked for but the file itself.
  afterEach(() => {
    expect(page.complaints).toEqual([]);
    expect(page.requests.filter((url) => !url.startsWith(pathToFileURL(folder).href))).toEqual([]);
  });

  let pages = 0;
  /** Writes the page of a report and opens it, as if for the first time. */
  async function show(report: DiffReport, address = ''): Promise<void> {
    pages += 1;
    const file = join(folder, `${pages}.html`);
    writeFileSync(file, renderHtml(report));
    await page.open(pathToFileURL(file).href + address);
    await page.evaluate('localStorage.clear()');
    await page.open(pathToFileURL(file).href + address);
  }
  /** Two frames later: what is in view has been made. */
  const settle = () =>
    page.evaluate('new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve(1))), 150))');
  const texts = (selector: string) =>
    page.evaluate<string[]>(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent)`);
  const count = (selector: string) => page.evaluate<number>(`document.querySelectorAll(${JSON.stringify(selector)}).length`);
  const click = (selector: string) => page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
  const focused = () => page.evaluate<string>("document.activeElement.closest('.object')?.id ?? document.activeElement.id");
  const isInView = (id: string) =>
    page.evaluate<boolean>(`(({ top }) => top >= 0 && top < innerHeight)(document.getElementById('${id}').getBoundingClientRect())`);
  const status = async () => (await texts('#status'))[0];

  test('shows every object but those of noise, and opens them where they are few', async () => {
    await show(aFullReport());
    await settle();
    expect(await status()).toBe('14 of 16 objects, 2 hidden');
    expect(await count('.object .row[aria-expanded=true]')).toBe(14);
    expect(await texts('#o-0-1 .lines td.added')).toContain('  server_tokens off;');
  });

  test('filters by cluster, component, kind and change, which together narrow', async () => {
    await show(aFullReport());
    await click('input[name=cluster][value=first]');
    expect(await status()).toBe('6 of 16 objects, 10 hidden');
    await click('input[name=component][value=whoami]');
    expect(await texts('.object .name')).toEqual(['whoami/moved', 'whoami/whoami', 'whoami/whoami']);
    await click('input[name=change][value=added]');
    expect(await texts('.object .kind')).toEqual(['Service']);
    await click('input[name=kind][value=Deployment]');
    expect(await status()).toBe('No object passes the filters.');
    await click('#reset');
    expect(await status()).toBe('14 of 16 objects, 2 hidden');
  });

  test('counts each value of a filter as the other filters leave it', async () => {
    await show(aFullReport());
    await click('input[name=cluster][value=second]');
    const numbers = await page.evaluate<string[]>(
      "[...document.querySelectorAll('label')].map((one) => one.querySelector('.value').textContent + ' ' + one.querySelector('.number').textContent)",
    );
    expect(numbers).toEqual(expect.arrayContaining(['first 6', 'second 2', 'third 6', 'changed 2', 'removed 0', 'database 1']));
  });

  test('shows only objects with a danger', async () => {
    await show(aFullReport());
    await click('input[name=danger]');
    expect(await texts('.object .row .tag.harm')).toHaveLength(5);
    expect(await count('.object')).toBe(5);
  });

  test('shows noise when asked, of fields and of objects', async () => {
    await show(aFullReport());
    await settle();
    expect(await count('#o-0-5 .field')).toBe(1);
    await click('input[name=noise]');
    await settle();
    expect(await status()).toBe('16 of 16 objects');
    expect(await count('#o-0-5 .field')).toBe(2);
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
    await show(aFullReport());
    await page.press('/');
    await page.type(text);
    await settle();
    expect(await count('.object')).toBe(found);
  });

  test('moves, opens and closes by keys', async () => {
    await show(aFullReport());
    await page.press('j');
    await page.press('ArrowDown');
    expect(await focused()).toBe('o-0-1');
    await page.press('Enter');
    expect(await count('#o-0-1 .row[aria-expanded=false]')).toBe(1);
    expect(await page.evaluate("document.querySelector('#o-0-1 .body').checkVisibility()")).toBe(false);
    await page.press('Enter');
    expect(await page.evaluate("document.querySelector('#o-0-1 .body').checkVisibility()")).toBe(true);
    await page.press('k');
    expect(await focused()).toBe('o-0-0');
    await page.press('n');
    expect(await focused()).toBe('o-0-3');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  });

  test('goes from the search into what it found, and back', async () => {
    await show(aFullReport());
    await page.press('/');
    expect(await focused()).toBe('search');
    await page.type('jx?');
    expect(await page.evaluate("document.getElementById('search').value")).toBe('jx?');
    await page.evaluate("document.getElementById('search').value = ''");
    await page.type('widgets');
    await settle();
    await page.press('ArrowDown');
    expect(await focused()).toBe('o-0-3');
    await page.press('/');
    await page.press('Escape');
    expect(await focused()).not.toBe('search');
  });

  test('shows the keys, and takes none while it does', async () => {
    await show(aFullReport());
    await page.press('?');
    expect(await page.evaluate("document.getElementById('help').open")).toBe(true);
    await page.press('j');
    expect(await focused()).not.toBe('o-0-0');
    await page.press('Escape');
    expect(await page.evaluate("document.getElementById('help').open")).toBe(false);
  });

  test('shows fields side by side and unified', async () => {
    await show(aFullReport());
    await settle();
    const columns = () => page.evaluate<number>("document.querySelector('#o-0-1 tr:nth-child(3)').cells.length");
    expect(await columns()).toBe(2);
    await page.press('v');
    await settle();
    expect(await columns()).toBe(1);
    expect(await texts('#o-0-1 .field:nth-of-type(1) td')).toEqual([
      '12 lines',
      'server {',
      '  listen 80;',
      '  keepalive_timeout 65s;',
      '  listen 8080;',
      '  keepalive_timeout 30s;',
      '  server_tokens off;',
      '}',
    ]);
    expect(await texts('#o-0-5 mark')).toEqual(['0.3', '1.0']);
  });

  test('goes to the object of a danger, even when the filters hide it', async () => {
    await show(aFullReport());
    await click('input[name=kind][value=Service]');
    await click('.dangers a[href="#/o-2-3"]');
    await settle();
    expect(await focused()).toBe('o-2-3');
    expect(await count('#o-2-3 .body .danger')).toBe(1);
    expect(await isInView('o-2-3')).toBe(true);
  });

  test('opens at the object that its address names', async () => {
    await show(aLargeReport(5000), '#/o-9-499');
    await settle();
    expect(await focused()).toBe('o-9-499');
    expect(await isInView('o-9-499')).toBe(true);
  });

  test('has the colours of the system, and those of the switch', async () => {
    const isDark = () =>
      page.evaluate<boolean>(
        'getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).every((part) => Number(part) < 64)',
      );
    await page.emulate({ scheme: 'dark' });
    await show(aFullReport());
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
      await show(aFullReport());
      await settle();
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
    await show(aReport({ base: text, clusters: [aClusterDiff({ cluster: text, objects: [object], dangers: [danger] })] }));
    await settle();
    expect(await page.evaluate('globalThis.wasHit')).toBeUndefined();
    expect(await count('img, main script, [onmouseover]')).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    const visible = (await texts('#o-0-0 .name'))[0] ?? '';
    expect(visible).not.toMatch(/[\u202a-\u202e\u200b]/);
    expect(visible).toContain(text.slice(0, 4));
  });

  test('shows the rest of a long line and of many lines when asked', async () => {
    const content = `${Array.from({ length: 5000 }, (_, line) => `line ${line}`).join('\n')}\n`;
    const objects = [
      aChange({ change: 'added', fields: [], content }),
      aChange({ fields: [{ path: 'data.x', change: 'added', after: hostile.long }] }),
    ];
    await show(aReport({ clusters: [aClusterDiff({ objects })] }));
    await settle();
    expect(await count('#o-0-0 tr')).toBe(300);
    await click('#o-0-0 .more');
    expect((await texts('#o-0-0 tr')).at(-1)).toBe('line 4999');
    await click('#o-0-1 .more');
    expect((await texts('#o-0-1 td.added'))[0]?.includes(hostile.long)).toBe(true);
  });

  test('is soon ready for keys and filters with 5,000 objects', async () => {
    await show(aLargeReport(5000));
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
    while ((await status()) !== '10 of 5,000 objects, 4,990 hidden') {
      if (Date.now() - start > 5000) throw new Error(`The search found ${await status()}`);
    }
    console.log(
      `5,000 objects: ready after ${ready} ms, filter ${filter} ms, reset ${reset} ms, open all ${openAll} ms, first search ${Date.now() - start} ms`,
    );
    // Other programs may take most of a machine.
    expect(ready).toBeLessThan(3000);
    expect(Math.max(filter, reset, openAll)).toBeLessThan(3000);
  });
});
