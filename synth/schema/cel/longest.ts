/** The length of the longest list or map within a value of a rule, at least 1. @param isSplit true when a text may become a list. */
export function longestOf(value: unknown, isSplit: boolean): number {
  if (typeof value === 'string') return isSplit ? Math.max(1, value.length) : 1;
  const items = Array.isArray(value) ? value : value instanceof Map ? [...value.values()] : [];
  return items.reduce<number>((longest, item) => Math.max(longest, longestOf(item, isSplit)), Math.max(1, items.length));
}
