import type { ClusterDiff, DiffReport, ObjectChange } from './model.js';
import { describeEffects, describeField, isNoise, signs, titleOf } from './sections.js';

/** Escape codes by the first character of a line. Source: ECMA-48, select graphic rendition. */
const colours: Readonly<Record<string, string>> = { '+': '\x1b[32m', '-': '\x1b[31m', '~': '\x1b[36m', '→': '\x1b[36m', '✖': '\x1b[1;31m' };

/** The report for a terminal, or without colour for a file. What a merge deploys comes first, then what is dangerous, then everything. */
export function formatText(report: DiffReport, { hasColour = false } = {}): string {
  const lines = [...describeEffects(report), ...report.clusters.flatMap((cluster) => ['', ...clusterLines(cluster)])];
  return `${(hasColour ? lines.map(colour) : lines).join('\n')}\n`;
}

function colour(line: string): string {
  const code = colours[line.trimStart().slice(0, 1)];
  return code === undefined ? line : `${code}${line}\x1b[0m`;
}

function clusterLines({ cluster, dangers, objects }: ClusterDiff): string[] {
  const noisy = objects.filter(isNoise).length;
  return [
    `━━ ${cluster}`,
    ...dangers.flatMap(({ id, object, field, problem, effect }) => {
      const at = objects[object];
      const where = [at === undefined ? cluster : titleOf(at), field].filter(Boolean).join(' ');
      return [`✖ ${where}`, `    ${problem}`, `    ${effect}  [${id}]`];
    }),
    ...objects.filter((object) => !isNoise(object)).flatMap(objectLines),
    ...(noisy > 0 ? [`${noisy} ${noisy === 1 ? 'object changes' : 'objects change'} in version labels and checksums only`] : []),
  ];
}

function objectLines(object: ObjectChange): string[] {
  const { change, content, fields } = object;
  const sign = signs[change];
  const body =
    content
      ?.trimEnd()
      .split('\n')
      .map((line) => `    ${sign} ${line}`) ?? [];
  const shown = fields.filter(({ isNoise: isHidden }) => isHidden !== true).flatMap(describeField);
  return [`${sign} ${titleOf(object)}`, ...body, ...shown.map((line) => `    ${line}`)];
}
