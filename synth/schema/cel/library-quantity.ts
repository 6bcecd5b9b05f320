import type { Environment } from '@marcbachmann/cel-js';
import { QUANTITY_PATTERN } from '../quantity.js';
import { refuse } from './refuse.js';

/** A quantity in units of 1e-9, the finest that the API server keeps. */
export class Quantity {
  constructor(readonly nanos: bigint) {}
}

const NANO = 1_000_000_000n;

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

const BINARY: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

const form = new RegExp(QUANTITY_PATTERN);

/** @returns undefined for a text that is none. */
export function parseQuantity(text: string): Quantity | undefined {
  if (!form.test(text)) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = /^([+-]?)(\d*)\.?(\d*)(.*)$/.exec(text) ?? [];
  const digits = BigInt(`${whole}${fraction}` || '0');
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1];
  const binary = BINARY[suffix];
  const power = exponent === undefined ? DECIMAL[suffix] : Number(exponent);
  if ((binary === undefined && power === undefined) || Math.abs(power ?? 0) > 100) return undefined;
  const scaled = digits * NANO * (binary === undefined ? 1n : 1n << binary);
  const shift = (power ?? 0) - fraction.length;
  const nanos = shift >= 0 ? scaled * 10n ** BigInt(shift) : roundUp(scaled, 10n ** BigInt(-shift));
  return new Quantity(sign === '-' ? -nanos : nanos);
}

/** Quantities. Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library (v1.36) */
export function addQuantity(environment: Environment): void {
  const type = 'kubernetes.Quantity';
  const ofInteger = (value: bigint) => new Quantity(value * NANO);
  const compare = (a: Quantity, b: Quantity) => (a.nanos < b.nanos ? -1n : a.nanos > b.nanos ? 1n : 0n);
  const isWhole = ({ nanos }: Quantity) => nanos % NANO === 0n && BigInt.asIntN(64, nanos / NANO) === nanos / NANO;
  environment
    .registerType(type, Quantity)
    .registerOperator(`${type} == ${type}`, (a: Quantity, b: Quantity) => a.nanos === b.nanos)
    .registerFunction('isQuantity(string): bool', (text: string) => parseQuantity(text) !== undefined)
    .registerFunction(`quantity(string): ${type}`, (text: string) => parseQuantity(text) ?? refuse(`"${text}" is not a quantity`))
    .registerFunction(`sign(${type}): int`, (value: Quantity) => compare(value, new Quantity(0n)))
    .registerFunction(`${type}.isInteger(): bool`, isWhole)
    .registerFunction(`${type}.asInteger(): int`, (value: Quantity) =>
      isWhole(value) ? value.nanos / NANO : refuse('the quantity is no integer'),
    )
    .registerFunction(`${type}.asApproximateFloat(): double`, ({ nanos }: Quantity) => Number(nanos) / Number(NANO))
    .registerFunction(`${type}.add(${type}): ${type}`, (a: Quantity, b: Quantity) => new Quantity(a.nanos + b.nanos))
    .registerFunction(`${type}.add(int): ${type}`, (a: Quantity, b: bigint) => new Quantity(a.nanos + ofInteger(b).nanos))
    .registerFunction(`${type}.sub(${type}): ${type}`, (a: Quantity, b: Quantity) => new Quantity(a.nanos - b.nanos))
    .registerFunction(`${type}.sub(int): ${type}`, (a: Quantity, b: bigint) => new Quantity(a.nanos - ofInteger(b).nanos))
    .registerFunction(`${type}.isLessThan(${type}): bool`, (a: Quantity, b: Quantity) => a.nanos < b.nanos)
    .registerFunction(`${type}.isGreaterThan(${type}): bool`, (a: Quantity, b: Quantity) => a.nanos > b.nanos)
    .registerFunction(`${type}.compareTo(${type}): int`, compare);
}

function roundUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}
