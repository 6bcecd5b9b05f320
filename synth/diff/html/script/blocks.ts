/** Shows what is inside one object: its dangers, its fields, its lines, unified or side by side. */
export const blockScript = String.raw`
// More would make one object slow to show; a button shows the rest.
const shownLines = 300;
const shownCharacters = 2000;

/** @typedef {{ sign: string, text: string }} Line */

let isSplit = (recall('view') || (window.innerWidth >= 1200 ? 'split' : 'unified')) === 'split';

/** @param {PageObject} object @param {boolean} showsNoise @returns {Element[]} */
function makeBody(object, showsNoise) {
  const parts = [];
  const file = 'dist/' + object.cluster + '/';
  const where = make('p', { class: 'where' }, object.from === undefined ? null : make('del', {}, file + object.from), make('span', {}, file + object.path));
  parts.push(where);
  for (const danger of object.dangers) {
    const lead = make('p', {}, make('code', { class: 'flag' }, danger.id), ' ', danger.field === undefined || danger.problem.includes(danger.field) ? null : make('code', {}, danger.field + ' '), danger.problem);
    parts.push(make('div', { class: 'danger' }, lead, make('p', { class: 'effect' }, danger.effect)));
  }
  if (object.content !== undefined) {
    const sign = object.change === 'removed' ? '-' : '+';
    parts.push(makeLines(splitLines(object.content).map((text) => ({ sign, text })), false));
  }
  const flagged = new Set(object.dangers.map((danger) => danger.field));
  const fields = object.fields.filter((field) => showsNoise || !field.isNoise || flagged.has(field.path));
  for (const field of fields) {
    const head = make('h4', { class: 'field-path' }, make('code', {}, field.path), field.change === 'changed' ? null : span('tag ' + field.change, field.change));
    if (flagged.has(field.path)) head.append(span('tag harm', 'danger'));
    if (field.isNoise) head.append(span('tag noise', 'noise'));
    parts.push(make('div', { class: 'field' }, head, makeLines(fieldLines(field), isSplit)));
  }
  const hidden = object.fields.length - fields.length;
  if (hidden > 0) parts.push(make('p', { class: 'note' }, count(hidden, 'field') + ' of noise hidden'));
  if (object.fields.length === 0 && object.content === undefined) parts.push(make('p', { class: 'note' }, 'No field differs.'));
  return parts;
}

/** @param {string} text */
function splitLines(text) {
  const lines = text.split('\n');
  if (lines.length > 1 && lines[lines.length - 1] === '') lines.pop();
  return lines;
}

/** @returns {Line[]} */
function fieldLines(field) {
  if (field.lines !== undefined) return field.lines;
  const side = (text, sign) => (text === undefined ? [] : splitLines(text).map((line) => ({ sign, text: line })));
  return [...side(field.before, '-'), ...side(field.after, '+')];
}

/** Rows of one line each, or of two sides. @param {Line[]} lines @returns {[Line | null, Line | null][]} */
function pairLines(lines) {
  /** @type {[Line | null, Line | null][]} */
  const rows = [];
  for (let at = 0; at < lines.length; ) {
    if (lines[at].sign !== '-' && lines[at].sign !== '+') {
      rows.push([lines[at], lines[at]]);
      at += 1;
      continue;
    }
    const before = [];
    const after = [];
    while (at < lines.length && lines[at].sign === '-') before.push(lines[at++]);
    while (at < lines.length && lines[at].sign === '+') after.push(lines[at++]);
    for (let index = 0; index < Math.max(before.length, after.length); index += 1) rows.push([before[index] || null, after[index] || null]);
  }
  return rows;
}

/** @param {Line[]} lines @param {boolean} split */
function makeLines(lines, split) {
  const pairs = pairLines(lines);
  const partners = new Map();
  for (const [before, after] of pairs) {
    if (before !== null && after !== null && before !== after) {
      partners.set(before, after);
      partners.set(after, before);
    }
  }
  const cell = (line) => makeCell(line, partners.get(line));
  const rows = split ? pairs : lines.map((line) => [line]);
  const table = make('table', { class: split ? 'lines split' : 'lines', role: 'presentation' });
  const show = (some) => {
    for (const row of some) table.append(make('tr', {}, ...row.map(cell)));
  };
  show(rows.slice(0, shownLines));
  if (rows.length > shownLines) {
    const more = make('button', { type: 'button', class: 'more' }, 'Show all ' + count(rows.length, 'line'));
    more.addEventListener('click', () => {
      show(rows.slice(shownLines));
      more.remove();
    });
    return make('div', { class: 'block' }, table, more);
  }
  return make('div', { class: 'block' }, table);
}

const names = { '+': 'added', '-': 'removed', ' ': 'same', '\u2026': 'gap' };

/** @param {Line | null} line @param {Line | undefined} partner */
function makeCell(line, partner) {
  if (line === null) return make('td', { class: 'empty' });
  const td = make('td', { class: names[line.sign] || 'gap', 'data-sign': line.sign });
  if (line.text.length > shownCharacters) {
    appendText(td, line.text.slice(0, shownCharacters));
    const more = make('button', { type: 'button', class: 'more' }, count(line.text.length - shownCharacters, 'more character'));
    more.addEventListener('click', () => {
      more.remove();
      appendText(td, line.text.slice(shownCharacters));
    });
    td.append(more);
    return td;
  }
  const range = partner === undefined ? null : findDifference(line.text, partner.text);
  if (range === null) appendText(td, line.text);
  else {
    appendText(td, line.text.slice(0, range[0]));
    if (range[1] > range[0]) td.append(make('mark', {}, line.text.slice(range[0], range[1])));
    appendText(td, line.text.slice(range[1]));
  }
  return td;
}

/** What of a line differs from the other; null where too little is the same to be of use. @param {string} text @param {string} other */
function findDifference(text, other) {
  const least = Math.min(text.length, other.length);
  let start = 0;
  while (start < least && text[start] === other[start]) start += 1;
  let end = 0;
  while (end < least - start && text[text.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  // Neither may cut a character of two units in half.
  if (start > 0 && /[\ud800-\udbff]/.test(text[start - 1])) start -= 1;
  if (end > 0 && /[\udc00-\udfff]/.test(text[text.length - end])) end -= 1;
  const isEnough = start + end >= 3 && start + end >= least / 3;
  // A word that differs is marked whole.
  const isWord = (one, at) => /\w/.test(one[at] || '');
  const cutsAt = (at) => isWord(text, at - 1) && (isWord(text, at) || isWord(other, at));
  if (cutsAt(start)) while (start > 0 && isWord(text, start - 1)) start -= 1;
  const offset = other.length - text.length;
  const cutsBefore = (at) => isWord(text, at) && (isWord(text, at - 1) || isWord(other, at - 1 + offset));
  if (cutsBefore(text.length - end)) while (end > 0 && isWord(text, text.length - end)) end -= 1;
  return isEnough ? [start, text.length - end] : null;
}
`;
