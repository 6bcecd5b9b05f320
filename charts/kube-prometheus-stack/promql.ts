/** A selector of PromQL. @param matchers joined by "and"; none takes every series. @example select('up', 'job="kubelet"') is 'up{job="kubelet"}' */
export function select(metric: string, ...matchers: readonly string[]): string {
  return matchers.length === 0 ? metric : `${metric}{${matchers.join(', ')}}`;
}
