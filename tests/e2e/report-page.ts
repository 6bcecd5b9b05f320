import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderHtml } from '../../synth/diff/html.js';
import type { DiffReport } from '../../synth/diff/model.js';
import { openPage } from './chromium.js';

/** A browser that shows the pages of reports, and what tests ask of them. */
export type ReportPage = Awaited<ReturnType<typeof openReportPage>>;

/**
 * Starts a browser for the pages of reports.
 * @param program path of the browser
 */
export async function openReportPage(program: string) {
  const page = await openPage(program);
  const folder = mkdtempSync(join(tmpdir(), 'diff-page-'));
  let pages = 0;
  const texts = (selector: string) =>
    page.evaluate<string[]>(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent)`);
  return {
    ...page,
    /** Writes the page of a report and opens it, as if for the first time. */
    show: async (report: DiffReport, address = '') => {
      pages += 1;
      const file = join(folder, `${pages}.html`);
      writeFileSync(file, renderHtml(report));
      await page.open(pathToFileURL(file).href + address);
      await page.evaluate('localStorage.clear()');
      await page.open(pathToFileURL(file).href + address);
    },
    /** Waits for the search and for two frames: what is in view has been made. */
    settle: () =>
      page.evaluate(
        'new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve(1))), 150))',
      ),
    texts,
    count: (selector: string) => page.evaluate<number>(`document.querySelectorAll(${JSON.stringify(selector)}).length`),
    click: (selector: string) => page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`),
    /** Id of the object that has the focus, or of the element. */
    focused: () => page.evaluate<string>("document.activeElement.closest('.object')?.id ?? document.activeElement.id"),
    isInView: (id: string) =>
      page.evaluate<boolean>(`(({ top }) => top >= 0 && top < innerHeight)(document.getElementById('${id}').getBoundingClientRect())`),
    /** The line that says how many objects there are. */
    status: async () => (await texts('#status'))[0],
    /** What was asked for beside the files of the reports. */
    strayRequests: () => page.requests.filter((url) => !url.startsWith(pathToFileURL(folder).href)),
    close: async () => {
      await page.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
