/**
 * Marks what the search found, without elements of its own. A browser that cannot do it shows no marks.
 * Source: https://www.w3.org/TR/css-highlight-api-1/ (CSS.highlights, StaticRange)
 */
export const highlightScript = `
// More marks help nobody, and cost time.
const shownMarks = 3000;

/** @type {any} */
const registry = 'highlights' in CSS ? CSS.highlights : null;
/** @type {any} */
let marks = null;

function forgetHighlights() {
  if (registry === null) return;
  marks = terms.length === 0 ? null : new Highlight();
  if (marks === null) registry.delete('search');
  else registry.set('search', marks);
}

/** @param {Element} root */
function highlight(root) {
  if (marks === null) return;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = (node.nodeValue || '').toLowerCase();
    // A letter may have another length in lower case, so that places would not agree.
    if (text.length !== (node.nodeValue || '').length) continue;
    for (const term of terms) {
      for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length)) {
        if (marks.size >= shownMarks) return;
        marks.add(new StaticRange({ startContainer: node, startOffset: at, endContainer: node, endOffset: at + term.length }));
      }
    }
  }
}
`;
