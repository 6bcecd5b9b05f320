import { parseDocument } from 'yaml';

/**
 * Plain data of a YAML document from outside, every scalar as the text that it is, since a version like 1.10 is no number.
 *
 * @returns undefined when the text is not YAML, or is made to grow without end when it is read.
 */
export function parseYamlText(text: string): unknown {
  try {
    const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: false });
    return document.errors.length === 0 ? document.toJS() : undefined;
  } catch (error) {
    // What the library throws when aliases multiply.
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}
