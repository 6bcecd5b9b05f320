const SECOND = 1_000_000_000n;

/** Nanoseconds of the units that Go knows. */
const GO_UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ...['us', 'µs', 'μs'].map((unit) => [unit, 1_000n] as const),
  ['ms', 1_000_000n],
  ['s', SECOND],
  ['m', 60n * SECOND],
  ['h', 3600n * SECOND],
]);

/** Those that the API server knows besides, in any case. */
const LONG_UNITS: ReadonlyMap<string, bigint> = new Map([
  ...[...GO_UNITS].filter(([unit]) => unit !== 'μs'),
  ...['sec', 'secs', 'second', 'seconds'].map((unit) => [unit, SECOND] as const),
  ...['min', 'mins', 'minute', 'minutes'].map((unit) => [unit, 60n * SECOND] as const),
  ...['hr', 'hrs', 'hour', 'hours'].map((unit) => [unit, 3600n * SECOND] as const),
  ...['d', 'day', 'days'].map((unit) => [unit, 86_400n * SECOND] as const),
  ...['w', 'wk', 'wks', 'week', 'weeks'].map((unit) => [unit, 604_800n * SECOND] as const),
]);

/**
 * A Go duration, or whole numbers with longer units and blanks between.
 *
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation (v1.36)
 *
 * @returns nanoseconds, or undefined when the text is none.
 * @example parseDuration('1h30m') and parseDuration('90 minutes') are the same
 */
export function parseDuration(text: string): bigint | undefined {
  const bare = text.trim();
  if (/^[+-]?0$/.test(bare)) return 0n;
  if (/^[+-]?((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(bare)) {
    const parts = [...bare.matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g)];
    const sum = parts.reduce(
      (total, [, whole = '', fraction = '', unit = '']) => total + scale(whole, fraction, GO_UNITS.get(unit) ?? 0n),
      0n,
    );
    return bare.startsWith('-') ? -sum : sum;
  }
  const parts = [...bare.matchAll(/(\d+)\s*([A-Za-zµμ]+)\s*/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== bare) return undefined;
  let sum = 0n;
  for (const [, count = '', unit = ''] of parts) {
    const nanoseconds = LONG_UNITS.get(unit.toLowerCase());
    if (nanoseconds === undefined) return undefined;
    sum += BigInt(count) * nanoseconds;
  }
  return sum;
}

function scale(whole: string, fraction: string, unit: bigint): bigint {
  return (BigInt(`${whole}${fraction}` || '0') * unit) / 10n ** BigInt(fraction.length);
}
