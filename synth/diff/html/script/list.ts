/** Shows the objects: rows in slices, so that the first are there at once, and the inside of an open object when it comes into view. */
export const listScript = `
// The first slice fills any screen; the others are short enough not to be felt.
const firstSlice = 80;
const nextSlice = 250;
// So few are all open at first.
const openAtFirst = 30;

/** Elements of each object that was shown. @type {Map<number, { article: any, button: any, body: any, isBuilt: boolean }>} */
const rows = new Map();
/** @type {Set<number>} */
const open = new Set();
/** Indices of the objects that pass the filters. @type {number[]} */
let shown = [];
/** How many of them have their row on the page. */
let placed = 0;
/** Position in shown that the keys move. */
let current = -1;
let timer = 0;

const builder = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) if (entry.isIntersecting) build(Number(entry.target.getAttribute('data-index')));
  },
  { rootMargin: '600px' },
);

/** @param {number} index */
function build(index) {
  const row = rows.get(index);
  if (row === undefined || row.isBuilt || !open.has(index)) return;
  row.isBuilt = true;
  row.body.replaceChildren(...makeBody(objects[index], switches.noise || objects[index].isNoise));
  highlight(row.body);
  builder.unobserve(row.article);
}

/** @param {number} index */
function rowOf(index) {
  const known = rows.get(index);
  if (known !== undefined) return known;
  const object = objects[index];
  const fields = object.fields.filter((field) => !field.isNoise).length;
  const name = make('span', { class: 'name' }, object.namespace === undefined ? null : span('namespace', object.namespace + '/'), object.name);
  const button = make(
    'button',
    { type: 'button', class: 'row', 'aria-expanded': 'false', 'aria-controls': object.id + '-body' },
    span('tag ' + object.change, object.change),
    make('span', { class: 'kind', title: object.group === '' ? 'core' : object.group }, object.kind),
    name,
    object.dangers.length === 0 ? null : span('tag harm', count(object.dangers.length, 'danger')),
    object.isNoise ? span('tag noise', 'noise') : null,
    span('meta', fields === 0 ? '' : count(fields, 'field')),
    span('component', object.component),
  );
  const body = make('div', { class: 'body', id: object.id + '-body' });
  body.hidden = true;
  const article = make('article', { class: 'object', id: object.id, 'data-index': String(index) }, make('h3', {}, button), body);
  button.addEventListener('click', () => {
    toggle(index, !open.has(index));
    showExpand();
  });
  button.addEventListener('focus', () => (current = shown.indexOf(index)));
  const row = { article, button, body, isBuilt: false };
  rows.set(index, row);
  toggle(index, open.has(index));
  return row;
}

/** @param {number} index @param {boolean} on */
function toggle(index, on) {
  if (on) open.add(index);
  else open.delete(index);
  const row = rows.get(index);
  if (row === undefined) return;
  row.button.setAttribute('aria-expanded', String(on));
  row.body.hidden = !on;
  if (on && !row.isBuilt) builder.observe(row.article);
}

const areAllOpen = () => shown.length > 0 && shown.every((index) => open.has(index));

function showExpand() {
  byId('expand').textContent = areAllOpen() ? 'Close all' : 'Open all';
}

/** Puts rows on the page until there are so many. @param {number} end */
function place(end) {
  const list = byId('list');
  const nodes = [];
  for (; placed < Math.min(end, shown.length); placed += 1) {
    const object = objects[shown[placed]];
    if (placed === 0 || objects[shown[placed - 1]].cluster !== object.cluster) {
      const effect = effects.get(object.cluster) || 'unknown';
      nodes.push(make('h2', { class: 'cluster' }, object.cluster, ' ', span('place ' + effect, effect)));
    }
    nodes.push(rowOf(shown[placed]).article);
  }
  list.append(...nodes);
  for (const node of nodes) highlight(node);
}

function placeRest() {
  clearTimeout(timer);
  if (placed >= shown.length) return;
  timer = window.setTimeout(() => {
    place(placed + nextSlice);
    placeRest();
  });
}

/** Shows what passes the filters now. */
function refresh() {
  const focused = current >= 0 ? shown[current] : -1;
  shown = filterObjects();
  current = shown.indexOf(focused);
  placed = 0;
  forgetHighlights();
  byId('list').replaceChildren();
  place(firstSlice);
  placeRest();
  showExpand();
  const left = objects.length - shown.length;
  byId('status').textContent =
    shown.length === 0 ? 'No object passes the filters.' : shown.length.toLocaleString('en') + ' of ' + count(objects.length, 'object') + (left === 0 ? '' : ', ' + left.toLocaleString('en') + ' hidden');
}

/** Makes the inside of open objects anew: the view or what counts as noise has changed. */
function rebuild() {
  for (const [index, row] of rows) {
    if (!row.isBuilt) continue;
    row.isBuilt = false;
    row.body.replaceChildren();
    if (open.has(index)) builder.observe(row.article);
  }
}

/** Goes to one of the shown objects. @param {number} position */
function goTo(position) {
  if (position < 0 || position >= shown.length) return;
  place(position + 1);
  const row = rowOf(shown[position]);
  row.button.focus({ preventScroll: true });
  row.article.scrollIntoView({ block: 'nearest' });
  current = position;
}

// What is above gets its true height as it comes near, which moves everything below.
/** @param {Element} article @param {number} frames */
function keepInView(article, frames) {
  article.scrollIntoView({ block: 'start' });
  if (frames > 0) requestAnimationFrame(() => keepInView(article, frames - 1));
}

/** Goes to the object that the address names. It is no id of an element, since a browser would go there by itself and take the focus. */
function followAddress() {
  const id = location.hash.slice('#/'.length);
  const index = objects.findIndex((object) => object.id === id);
  if (index < 0) return;
  if (!shown.includes(index)) {
    resetFilters();
    if (objects[index].isNoise) setNoise(true);
    refresh();
  }
  const position = shown.indexOf(index);
  place(position + 1);
  toggle(index, true);
  build(index);
  goTo(position);
  keepInView(rowOf(index).article, 6);
}
`;
