/**
 * The lines of an index that tell of one version of a chart, as an index of their own: the whole of a large one takes many seconds to read.
 * Lines are enough, because all of a chart is indented further than its name. The result may still hold other versions.
 *
 * @returns undefined when the index is not written in the usual way, one key a line; then only the whole of it tells.
 */
export function partOfIndex(text: string, chart: string, version: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const first = lines.indexOf('entries:') + 1;
  const indent = first > 0 ? /^ +(?=[^ #-])/.exec(lines[first] ?? '')?.[0] : undefined;
  if (indent === undefined) return undefined;
  const names = [chart, `"${chart}"`, `'${chart}'`].map((name) => `${indent}${name}:`);
  const key = lines.findIndex((line, index) => index >= first && names.includes(line));
  const dash = /^ *- /.exec(lines[key + 1] ?? '')?.[0];
  if (key === -1 || dash === undefined || !dash.startsWith(indent)) return undefined;
  const rest = lines.slice(key + 1);
  const length = rest.findIndex((line) => line !== '' && !line.startsWith(`${indent} `) && !line.startsWith(`${indent}- `));
  const items = splitBefore(length === -1 ? rest : rest.slice(0, length), dash).filter((item) =>
    item.some((line) => line.includes(version)),
  );
  return ['entries:', lines[key], ...items.flat(), ''].join('\n');
}

function splitBefore(lines: readonly string[], start: string): string[][] {
  const groups: string[][] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    if (group === undefined || line.startsWith(start)) groups.push([line]);
    else group.push(line);
  }
  return groups;
}
