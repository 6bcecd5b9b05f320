/** A string, a template without nesting, or a comment: the only places where a quote or a slash may mean something else. */
const TOKEN = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

/**
 * TypeScript without its comments, trailing blanks and empty lines but one between declarations. For generated code only:
 * a regular expression literal with a quote in it would be misread.
 */
export function removeComments(code: string): string {
  const bare = code.replace(TOKEN, (token) => (token.startsWith('/') ? '' : token));
  const lines = bare.split('\n').map((line) => line.trimEnd());
  const kept = lines.filter((line, index) => line !== '' || isBetweenDeclarations(lines, index));
  return `${kept.join('\n').trim()}\n`;
}

/** An empty line stays once, and only before a line that starts at the margin with a word. */
function isBetweenDeclarations(lines: readonly string[], index: number): boolean {
  return /^\w/.test(lines[index + 1] ?? '');
}
