import { formatMarkdown } from './format-markdown.js';
import { formatText } from './format-text.js';
import { renderHtml } from './html.js';
import type { DiffReport } from './model.js';

/** How a report is asked to look. */
export interface FormatOptions {
  /** Escape codes of a terminal. @default false */
  readonly hasColour?: boolean;
}

/** Every form of the report by the name that `--format` takes. */
export const formats: Readonly<Record<string, (report: DiffReport, options?: FormatOptions) => string>> = {
  text: formatText,
  markdown: (report) => formatMarkdown(report),
  html: (report) => renderHtml(report),
  json: (report) => `${JSON.stringify(report, undefined, 2)}\n`,
};
