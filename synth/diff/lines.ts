import type { LineChange } from './model.js';

/** Equal lines that are shown before and after each change. */
const context = 3;

/** Above this many comparisons the changed part is shown as removed and added as a whole. */
const limit = 4_000_000;

/** The lines of two texts as a unified diff has them: `…` stands for equal lines that are left out. */
export function compareLines(before: readonly string[], after: readonly string[]): LineChange[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const equal = (lines: readonly string[]) => lines.map((text): LineChange => ({ sign: ' ', text }));
  return shorten([
    ...equal(before.slice(0, start)),
    ...align(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...equal(before.slice(before.length - end)),
  ]);
}

/** The longest common subsequence, by the usual table. */
function align(before: readonly string[], after: readonly string[]): LineChange[] {
  const [rows, columns] = [before.length, after.length];
  if (rows * columns > limit) return [...before.map((text) => sign('-', text)), ...after.map((text) => sign('+', text))];
  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      lengths[row * width + column] =
        before[row] === after[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: LineChange[] = [];
  for (let row = 0, column = 0; row < rows || column < columns; ) {
    const [old, now] = [before[row], after[column]];
    if (old !== undefined && old === now) {
      lines.push(sign(' ', old));
      row++;
      column++;
    } else if (old !== undefined && (now === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push(sign('-', old));
      row++;
    } else {
      lines.push(sign('+', now ?? ''));
      column++;
    }
  }
  return lines;
}

function sign(which: LineChange['sign'], text: string): LineChange {
  return { sign: which, text };
}

function shorten(lines: readonly LineChange[]): LineChange[] {
  const isShown = new Uint8Array(lines.length);
  for (const [index, line] of lines.entries()) {
    if (line.sign !== ' ') isShown.fill(1, Math.max(0, index - context), index + context + 1);
  }
  const shown: LineChange[] = [];
  for (let index = 0; index < lines.length; ) {
    if (isShown[index] === 1) shown.push(lines[index++] as LineChange);
    else {
      const from = index;
      while (index < lines.length && isShown[index] === 0) index++;
      shown.push(sign('…', `${index - from} equal ${index - from === 1 ? 'line' : 'lines'}`));
    }
  }
  return shown;
}
