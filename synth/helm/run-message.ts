/** Longest message of helm in a problem. */
const longest = 600;

/**
 * What matters of what helm prints when it fails: where, and why. Chains of templates that call each other become the innermost place, and
 * the outermost one, which is where the reader starts.
 *
 * @example 'web/templates/_name.tpl:3 (called by web/templates/deployment.yaml:7): nil pointer evaluating interface {}.name'
 *
 * Source: pkg/engine/engine.go of https://github.com/helm/helm (v3.19.0, v4.3.1)
 */
export function shortenHelmError(stderr: string): string {
  const text = stderr
    .split('\n')
    .filter((line) => !/^\s*$|^Use --debug flag|warning: |level=(WARN|INFO|DEBUG)|^WARNING: /.test(line))
    .join('\n')
    .replace(/^Error: /, '')
    .trim();
  const places = [...text.matchAll(/(?:^|[\s(])([^\s:("]+\/templates\/[^\s:)"]+):(\d+)/g)].map(([, file, line]) => `${file}:${line}`);
  const [outermost] = places;
  const innermost = places.at(-1);
  if (outermost === undefined || innermost === undefined) return cut(text === '' ? 'It said nothing.' : text);
  const caller = outermost === innermost ? '' : ` (called by ${outermost})`;
  return cut(`${innermost}${caller}: ${causeOf(text)}`);
}

/** What helm says although it rendered: values of another shape than the chart's own, and hooks that it leaves out. Sorted, as helm's are not. */
export function warningsOf(stderr: string): string[] {
  const lines = stderr.split('\n').flatMap((line) => {
    const [, warning, hook] = /warning: (.*?)"?$|(skipping unknown hook.*?)"?$/.exec(line) ?? [];
    const text = warning ?? hook;
    return text === undefined ? [] : [cut(text.trim())];
  });
  return [...new Set(lines)].sort();
}

function causeOf(text: string): string {
  // text/template closes each place with >, and helm its own with ).
  const last = Math.max(text.lastIndexOf('>: '), text.lastIndexOf('): '));
  const cause = last < 0 ? (text.split('\n').at(-1) ?? '') : text.slice(last + 3);
  return cause.trim().replace(/\s*\n\s*/g, ' ');
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}
