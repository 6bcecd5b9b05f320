const hoursOfUnit: Readonly<Record<string, number>> = { h: 1, m: 1 / 60, s: 1 / 3600, ms: 1 / 3_600_000 };

/**
 * Hours of a duration as Go writes it, or undefined when it is none.
 *
 * Source: https://pkg.go.dev/time#ParseDuration (Go 1.25)
 *
 * @example hoursOf('2160h0m0s') is 2160
 */
export function hoursOf(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (hoursOfUnit[unit ?? ''] ?? 0),
    0,
  );
}
