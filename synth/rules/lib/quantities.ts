/** Factors of 1024 and of 1000, by suffix. */
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];

/** A quantity in billionths, or undefined where it is none, or is written with an exponent. */
function parse(text: string): { readonly nano: bigint; readonly isBinary: boolean } | undefined {
  const [, whole = '', fraction = '', suffix = ''] = /^\+?(\d+)(?:\.(\d*))?([a-zA-Z]*)$/.exec(text) ?? [];
  if (whole === '' || fraction.length > 9) return undefined;
  const nano = BigInt(whole) * 10n ** 9n + BigInt(fraction.padEnd(9, '0'));
  const [two, ten] = [suffix === '' ? -1 : binary.indexOf(suffix), decimal.indexOf(suffix)];
  if (two > 0) return { nano: nano * 1024n ** BigInt(two), isBinary: true };
  if (ten < 0) return undefined;
  return { nano: ten >= 3 ? nano * 1000n ** BigInt(ten - 3) : nano / 1000n ** BigInt(3 - ten), isBinary: false };
}

/** How much a quantity is, to compare it with another; undefined where it is none. @example quantityOf('1Gi') */
export function quantityOf(value: unknown): number | undefined {
  const parsed = typeof value === 'number' || typeof value === 'string' ? parse(String(value)) : undefined;
  return parsed === undefined ? undefined : Number(parsed.nano) / 1e9;
}

/**
 * A quantity as the API server writes it: a whole number with the largest suffix that leaves it one; undefined where it is none.
 *
 * Source: https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/api/resource/quantity.go
 *
 * @example canonicalQuantity('1024Mi') is '1Gi'; canonicalQuantity('1000m') is '1'; canonicalQuantity('1.5') is '1500m'
 */
export function canonicalQuantity(value: unknown): string | undefined {
  const parsed = typeof value === 'number' || typeof value === 'string' ? parse(String(value)) : undefined;
  if (parsed === undefined) return undefined;
  const { nano, isBinary } = parsed;
  if (nano === 0n) return '0';
  // What is no whole number of bytes is written in the decimal form.
  const usesBinary = isBinary && nano % 10n ** 9n === 0n;
  const [factor, suffixes] = usesBinary ? [1024n, binary] : [1000n, decimal];
  let rest = usesBinary ? nano / 10n ** 9n : nano;
  let index = 0;
  while (rest % factor === 0n && index < suffixes.length - 1) {
    rest /= factor;
    index += 1;
  }
  return `${rest}${suffixes[index]}`;
}
