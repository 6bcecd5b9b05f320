/** Says which objects are shown: by cluster, component, kind and change, by danger and noise, and by search. */
export const filterScript = String.raw`
/** @type {{ key: string, title: string, of: (object: PageObject) => string, chosen: Set<string>, boxes: Map<string, any> }[]} */
const facets = [
  { key: 'cluster', title: 'Cluster', of: (object) => object.cluster, chosen: new Set(), boxes: new Map() },
  { key: 'change', title: 'Change', of: (object) => object.change, chosen: new Set(), boxes: new Map() },
  { key: 'component', title: 'Component', of: (object) => object.component, chosen: new Set(), boxes: new Map() },
  { key: 'kind', title: 'Kind', of: (object) => object.kind, chosen: new Set(), boxes: new Map() },
];
const switches = { danger: false, noise: false };
/** @type {string[]} */
let terms = [];

/** @type {Map<PageObject, string>} */
const haystacks = new Map();

/** @param {PageObject} object */
function haystackOf(object) {
  let text = haystacks.get(object);
  if (text === undefined) {
    const fields = object.fields
      .filter((field) => switches.noise || object.isNoise || !field.isNoise)
      .map((field) => [field.path, field.before, field.after, ...(field.lines || []).map((line) => line.text)].join('\n'));
    const identity = [object.cluster, object.component, object.group, object.kind, object.namespace, object.name, object.path, object.from];
    text = [...identity, object.content, ...fields].join('\n').toLowerCase();
    haystacks.set(object, text);
  }
  return text;
}

/** Objects to show. Counts each value of a facet as it would be with the other facets as they are. @returns {number[]} */
function filterObjects() {
  const shown = [];
  const counts = facets.map(() => new Map());
  objects.forEach((object, index) => {
    if (switches.danger && object.dangers.length === 0) return;
    if (!switches.noise && object.isNoise && object.dangers.length === 0) return;
    const failed = facets.filter((facet) => facet.chosen.size > 0 && !facet.chosen.has(facet.of(object)));
    if (failed.length > 1 || (terms.length > 0 && !terms.every((term) => haystackOf(object).includes(term)))) return;
    facets.forEach((facet, position) => {
      if (failed.length === 1 && failed[0] !== facet) return;
      const value = facet.of(object);
      counts[position].set(value, (counts[position].get(value) || 0) + 1);
    });
    if (failed.length === 0) shown.push(index);
  });
  facets.forEach((facet, position) => {
    for (const [value, box] of facet.boxes) {
      const number = counts[position].get(value) || 0;
      box.count.textContent = number.toLocaleString('en');
      box.label.classList.toggle('zero', number === 0);
    }
  });
  return shown;
}

/** @param {string} name @param {string} text @param {boolean} checked @param {(checked: boolean) => void} choose */
function makeBox(name, text, checked, choose) {
  const input = make('input', { type: 'checkbox', name, value: text });
  input.checked = checked;
  const number = span('number', '');
  const label = make('label', {}, input, span('value', text), number);
  input.addEventListener('change', () => {
    choose(input.checked);
    refresh();
  });
  return { label, input, count: number };
}

const switchBoxes = {
  danger: makeBox('danger', 'Only with dangers', false, (on) => (switches.danger = on)),
  noise: makeBox('noise', 'Show noise', false, setNoise),
};

/** @param {boolean} on */
function setNoise(on) {
  if (switches.noise === on) return;
  switches.noise = switchBoxes.noise.input.checked = on;
  // What is hidden is not found.
  haystacks.clear();
  rebuild();
}

function makeFilters() {
  const form = byId('facets');
  const flagged = objects.filter((object) => object.dangers.length > 0).length;
  switchBoxes.danger.count.textContent = flagged.toLocaleString('en');
  switchBoxes.noise.count.textContent = objects.filter((object) => object.isNoise).length.toLocaleString('en');
  form.append(make('fieldset', {}, make('legend', {}, 'Show'), switchBoxes.danger.label, switchBoxes.noise.label));
  for (const facet of facets) {
    const fieldset = make('fieldset', {}, make('legend', {}, facet.title));
    const values = [...new Set(objects.map(facet.of))];
    // Clusters keep the order of the report: those that the merge deploys come first.
    if (facet.key !== 'cluster') values.sort(new Intl.Collator('en', { numeric: true }).compare);
    for (const value of values) {
      const box = makeBox(facet.key, value, false, (on) => (on ? facet.chosen.add(value) : facet.chosen.delete(value)));
      facet.boxes.set(value, box);
      fieldset.append(box.label);
    }
    form.append(fieldset);
  }
  const reset = make('button', { type: 'button', id: 'reset' }, 'Reset filters');
  reset.addEventListener('click', () => {
    resetFilters();
    refresh();
  });
  form.append(reset);
  form.addEventListener('submit', (event) => event.preventDefault());
}

function resetFilters() {
  for (const facet of facets) {
    facet.chosen.clear();
    for (const box of facet.boxes.values()) box.input.checked = false;
  }
  switches.danger = switchBoxes.danger.input.checked = false;
  setNoise(false);
  byId('search').value = '';
  terms = [];
}
`;
