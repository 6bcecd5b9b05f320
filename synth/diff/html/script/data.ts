import { invisible } from '../escape.js';

/** Reads the data, and makes elements: text never becomes markup. */
export const dataScript = `
/** @typedef {import('./data').PageObject} PageObject */
/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);
/** @type {import('./data').PageData} */
const data = JSON.parse(byId('data').textContent);
const objects = data.objects;
const effects = new Map(data.clusters.map((one) => [one.cluster, one.effect]));

const invisible = /(${invisible})/gu;

/** Appends text, with the code points of what cannot be seen. @param {Element} node @param {string} text */
function appendText(node, text) {
  text.split(invisible).forEach((part, index) => {
    if (index % 2 === 0) node.append(part);
    else {
      const point = document.createElement('span');
      point.className = 'code-point';
      point.textContent = 'U+' + (part.codePointAt(0) || 0).toString(16).toUpperCase().padStart(4, '0');
      node.append(point);
    }
  });
}

/** @param {string} tag @param {Record<string, string>} attributes @param {...(string | Element | null)} children @returns {any} */
function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  for (const child of children) {
    if (typeof child === 'string') appendText(node, child);
    else if (child !== null) node.append(child);
  }
  return node;
}

/** @param {string} className @param {string} text */
const span = (className, text) => make('span', { class: className }, text);

/** @param {number} number @param {string} noun */
const count = (number, noun) => number.toLocaleString('en') + ' ' + noun + (number === 1 ? '' : 's');

// A browser may refuse storage to a page from a file; then the choice lasts as long as the page.
/** @param {string} key */
function recall(key) {
  try {
    return localStorage.getItem('diff-report.' + key);
  } catch {
    return null;
  }
}
/** @param {string} key @param {string} value */
function remember(key, value) {
  try {
    localStorage.setItem('diff-report.' + key, value);
  } catch {}
}
`;
