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

/** Those that the API server knows besides, in any case; "seconds" and "secs" begin with "sec". */
const LONG_UNITS: readonly (readonly [form: RegExp, nanoseconds: bigint])[] = [
  [/^(ns|nano.*)$/, 1n],
  [/^(us|µs|micro.*)$/, 1_000n],
  [/^(ms|milli.*)$/, 1_000_000n],
  [/^(s|sec.*)$/, SECOND],
  [/^(m|min.*)$/, 60n * SECOND],
  [/^(h|hr|hour.*)$/, 3600n * SECOND],
  [/^(d|day.*)$/, 86_400n * SECOND],
  [/^(w|wk|week.*)$/, 604_800n * SECOND],
];

/**
 * A Go duration, or whole numbers with longer units. As the API server does, everything between those is passed over.
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
  let sum: bigint | undefined;
  for (const [, count = '', unit = ''] of bare.matchAll(/(\d+)\s*([A-Za-zµ]+)/g)) {
    const nanoseconds = LONG_UNITS.find(([form]) => form.test(unit.toLowerCase()))?.[1];
    if (nanoseconds !== undefined) sum = (sum ?? 0n) + BigInt(count) * nanoseconds;
  }
  return sum;
}

function scale(whole: string, fraction: string, unit: bigint): bigint {
  return (BigInt(`${whole}${fraction}` || '0') * unit) / 10n ** BigInt(fraction.length);
}
