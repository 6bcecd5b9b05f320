const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it may stand in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/**
 * Characters that are not seen, or that change the order in which others are seen, so that a reviewer would read something other than what is
 * deployed: control and format characters, separators, private use, the no-break space. As the source of a regular expression with the flag u.
 * Source: https://www.unicode.org/reports/tr36/ (Unicode Security Considerations)
 */
export const invisible = String.raw`(?![\t\n])[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\u00a0]`;

/** Text as it may stand in an element, with the code points of what cannot be seen. */
export function markInvisible(text: string): string {
  // One pass over the text, since an entity holds nothing that is invisible.
  return escapeHtml(text).replace(new RegExp(invisible, 'gu'), (character) => {
    const point = character.codePointAt(0) ?? 0;
    return `<span class="code-point">U+${point.toString(16).toUpperCase().padStart(4, '0')}</span>`;
  });
}

/** Data as it may stand in a script element: nothing in it can end the element or begin a comment. `JSON.parse` reads it as it was. */
export function embedJson(data: unknown): string {
  return JSON.stringify(data).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}
