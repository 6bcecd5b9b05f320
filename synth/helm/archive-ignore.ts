/**
 * What Helm leaves out when it packs the folder of a chart.
 *
 * Source: https://github.com/helm/helm/blob/v3.19.0/pkg/ignore/rules.go, https://helm.sh/docs/chart_template_guide/helm_ignore_file/ (3.19)
 *
 * @param text of .helmignore, '' when there is none
 * @returns whether a path below the folder of the chart is left out; what is below a folder that is left out is not asked for.
 * @throws {SyntaxError} on a pattern that Helm refuses too.
 */
export function parseIgnoreFile(text: string): (path: string, isFolder: boolean) => boolean {
  const lines = [...text.replace(/^\ufeff/, '').split('\n'), 'templates/.?*'].map((line) => line.trim());
  const rules = lines.filter((line) => line !== '' && !line.startsWith('#')).map(parseRule);
  return (path, isFolder) => rules.some((rule) => rule(path, isFolder));
}

type Rule = (path: string, isFolder: boolean) => boolean;

function parseRule(line: string): Rule {
  if (line.includes('**')) throw new SyntaxError(`the pattern "${line}" of .helmignore has two stars, which Helm refuses`);
  const isNegated = line.startsWith('!');
  const wantsFolder = line.endsWith('/');
  const pattern = line.slice(isNegated ? 1 : 0, wantsFolder ? -1 : undefined);
  const glob = globOf(pattern.replace(/^\//, ''));
  const matches = (path: string) => glob.test(pattern.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1));
  // Not what Git does: a negated pattern leaves out everything else.
  if (isNegated) return (path, isFolder) => (wantsFolder && !isFolder) || !matches(path);
  return (path, isFolder) => (isFolder || !wantsFolder) && matches(path);
}

/** Source: https://pkg.go.dev/path/filepath#Match (go1.25) */
function globOf(pattern: string): RegExp {
  const body = pattern.replace(/\\(.)|\[(\^?)((?:\\.|[^\]\\])+)\]|[*?]|[\\^$.|+()[\]{}/-]/g, (token, escaped, negation, set) => {
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (set !== undefined) return `[${negation}${set.replace(/[[\]^]/g, '\\$&')}]`;
    return `\\${escaped ?? token}`;
  });
  return new RegExp(`^${body}$`, 's');
}
