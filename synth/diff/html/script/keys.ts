/** Buttons, keys, colours and print; then shows the page. */
export const keyScript = String.raw`
function showView() {
  byId('unified').setAttribute('aria-pressed', String(!isSplit));
  byId('split').setAttribute('aria-pressed', String(isSplit));
}
/** @param {boolean} split */
function setView(split) {
  isSplit = split;
  remember('view', split ? 'split' : 'unified');
  showView();
  rebuild();
}

const themes = ['auto', 'light', 'dark'];
/** @param {string} theme */
function setTheme(theme) {
  document.documentElement.setAttribute('data-theme', theme);
  byId('theme').textContent = 'Theme: ' + theme;
  remember('theme', theme);
}
function nextTheme() {
  const now = themes.indexOf(document.documentElement.getAttribute('data-theme') || 'auto');
  setTheme(themes[(now + 1) % themes.length]);
}

function toggleAll() {
  const opens = !areAllOpen();
  for (const index of shown) toggle(index, opens);
  showExpand();
}

function toggleDangers() {
  switches.danger = switchBoxes.danger.input.checked = !switches.danger;
  refresh();
}

function nextDanger() {
  const after = shown.findIndex((index, position) => position > current && objects[index].dangers.length > 0);
  goTo(after >= 0 ? after : shown.findIndex((index) => objects[index].dangers.length > 0));
}

const actions = {
  j: () => goTo(current + 1),
  ArrowDown: () => goTo(current + 1),
  k: () => goTo(current < 0 ? shown.length - 1 : current - 1),
  ArrowUp: () => goTo(current - 1),
  n: nextDanger,
  x: toggleAll,
  v: () => setView(!isSplit),
  d: toggleDangers,
  t: nextTheme,
  '/': () => byId('search').focus(),
  '?': () => byId('help').showModal(),
};

document.addEventListener('keydown', (event) => {
  /** @type {any} */
  const target = event.target;
  if (event.key === 'Escape' && target === byId('search')) {
    target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || byId('help').open) return;
  const isTyping = target.matches('input[type=search]');
  // From the search the arrow leads into what it found.
  if (isTyping ? event.key !== 'ArrowDown' : event.key.startsWith('Arrow') && !target.matches('.row, body')) return;
  const action = actions[event.key];
  if (action === undefined) return;
  event.preventDefault();
  if (isTyping) goTo(0);
  else action();
});

let typing = 0;
byId('search').addEventListener('input', () => {
  clearTimeout(typing);
  typing = window.setTimeout(() => {
    terms = byId('search').value.toLowerCase().split(/\s+/).filter((term) => term !== '');
    refresh();
  }, 80);
});
byId('unified').addEventListener('click', () => setView(false));
byId('split').addEventListener('click', () => setView(true));
byId('expand').addEventListener('click', toggleAll);
byId('theme').addEventListener('click', nextTheme);
byId('ask').addEventListener('click', () => byId('help').showModal());
window.addEventListener('hashchange', followAddress);
// A link to where the address already is changes nothing that would be noticed.
document.addEventListener('click', (event) => {
  /** @type {any} */
  const target = event.target;
  const link = target.closest('a[href^="#"]');
  if (link !== null && link.getAttribute('href') === location.hash) followAddress();
});
// Paper has no scroll: what is open is made, wherever it is.
window.addEventListener('beforeprint', () => {
  place(shown.length);
  for (const index of shown) build(index);
});

setTheme(recall('theme') || 'auto');
showView();
if (objects.length > 0) {
  byId('tools').hidden = byId('changes').hidden = false;
  if (window.innerWidth < 900) byId('filters').open = false;
  makeFilters();
  shown = filterObjects();
  if (shown.length <= openAtFirst) for (const index of shown) open.add(index);
  refresh();
  followAddress();
}
document.documentElement.setAttribute('data-ready', String(Math.round(performance.now())));
`;
