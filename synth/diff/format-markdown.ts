import type { ClusterDiff, DiffReport, ObjectChange } from './model.js';
import { describeEffects, describeField, isNoise, signs, titleOf } from './sections.js';

/** Characters that a comment of a pull request may have. Source: https://github.com/orgs/community/discussions/27190 (2020) */
const limit = 65_536;

/** Kept free for the sentence that says what was cut. */
const reserve = 300;

/** The report as a comment of a pull request. What does not fit is left out by whole objects, dangers last, and the end says so. */
export function formatMarkdown(report: DiffReport): string {
  const sections = [
    ['## What this changes', ...describeEffects(report).map((line) => `- ${escapeMarkdown(line)}`)].join('\n'),
    ...report.clusters.flatMap(dangerSection),
    ...report.clusters.flatMap(({ cluster, objects }) => [
      `### ${cluster}`,
      ...objects.filter((object) => !isNoise(object)).map(objectSection),
    ]),
    ...noiseSection(report.clusters),
  ];
  const kept: string[] = [];
  let [length, cut] = [0, 0];
  for (const section of sections) {
    if (cut > 0 || length + section.length + 2 > limit - reserve) cut++;
    else {
      kept.push(section);
      length += section.length + 2;
    }
  }
  const note = `**${cut} more ${cut === 1 ? 'section does' : 'sections do'} not fit here.** \`npm run diff -- --base <ref>\` shows everything.`;
  return `${[...kept, ...(cut > 0 ? [note] : [])].join('\n\n')}\n`;
}

function dangerSection({ cluster, dangers, objects }: ClusterDiff): string[] {
  if (dangers.length === 0) return [];
  const items = dangers.map(({ id, object, field, problem, effect }) => {
    const at = objects[object];
    const where = [at === undefined ? cluster : titleOf(at), field].filter(Boolean).join(' ');
    return `- **${id}** ${code(where)}: ${escapeMarkdown(problem)} ${escapeMarkdown(effect)}`;
  });
  // A list that is longer than a comment is cut here, since a section is kept or left out as a whole.
  const shown = items.length > 100 ? [...items.slice(0, 100), `- and ${items.length - 100} more`] : items;
  return [[`### ⚠ Dangers in ${cluster}`, '', ...shown].join('\n')];
}

function objectSection(object: ObjectChange): string {
  const { change, content, fields } = object;
  const sign = signs[change];
  const body =
    content
      ?.trimEnd()
      .split('\n')
      .map((line) => `${sign} ${line}`) ?? [];
  const shown = fields.filter(({ isNoise: isHidden }) => isHidden !== true).flatMap(describeField);
  const lines = [...body, ...shown.map((line) => line.replace(/^[~…]/, '!'))];
  const title = `<summary>${sign} ${escapeHtml(titleOf(object))}</summary>`;
  if (lines.length === 0) return `${sign} ${code(titleOf(object))}`;
  const fence = fenceFor(lines);
  return ['<details>', title, '', `${fence}diff`, ...lines, fence, '', '</details>'].join('\n');
}

function noiseSection(clusters: readonly ClusterDiff[]): string[] {
  const count = clusters.flatMap(({ objects }) => objects).filter(isNoise).length;
  return count === 0 ? [] : [`${count} ${count === 1 ? 'object changes' : 'objects change'} in version labels and checksums only.`];
}

/** Longer than every run of backticks inside. */
function fenceFor(lines: readonly string[]): string {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length);
  return '`'.repeat(runs.reduce((most, length) => Math.max(most, length + 1), 3));
}

function code(text: string): string {
  const fence = '`'.repeat((text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length + 1), 1));
  return fence.length > 1 ? `${fence} ${text} ${fence}` : `\`${text}\``;
}

/** Values come from objects: they are shown, and are no markup, mention or link. */
function escapeMarkdown(text: string): string {
  return escapeHtml(text.replace(/[\\`*_[\]#|~]/g, (mark) => `\\${mark}`)).replaceAll('@', '&#64;');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', ' ');
}
