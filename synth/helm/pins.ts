/**
 * The line of a component's file that pins a version: a constant below its `// renovate:` line, which names the package. It is the only place
 * that knows the version, for people, for Renovate and for `npm run upgrade`.
 */

/** A pin in a file. */
export interface Pin {
  /** Relative to the checkout. */
  readonly file: string;
  readonly version: string;
}

const pattern = (name: string, version: string) =>
  new RegExp(
    `(// renovate: datasource=\\S+ depName=(?:\\S*/)?${quoted(name)}(?: [^\\n]*)?\\n(?:export )?const \\w+ = ')${quoted(version)}(';)`,
    'g',
  );

/** Files that pin a version of a chart or image. @param sources by path. */
export function findPins(sources: ReadonlyMap<string, string>, name: string, version: string): Pin[] {
  return [...sources].flatMap(([file, text]) => [...text.matchAll(pattern(name, version))].map(() => ({ file, version })));
}

/** The text of a file with another version in its pin. */
export function movePin(text: string, name: string, from: string, to: string): string {
  return text.replaceAll(pattern(name, from), (_match, before: string, after: string) => `${before}${to}${after}`);
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
