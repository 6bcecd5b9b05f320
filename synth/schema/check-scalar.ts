import { nearest } from '../../charts/lib/nearest.js';
import { isSame } from './equal.js';
import { show } from './error.js';
import { FORMATS, INTEGER_RANGES, isGoBase64 } from './formats.js';
import { isObject, type SchemaNode } from './node.js';
import { compilePattern } from './pattern.js';
import { QUANTITY_PATTERN } from './quantity.js';
import type { Mode, Walk } from './walk.js';

/** Whether the value has the type that the node asks for; reports it if not. Null is settled before. */
export function checkType(walk: Walk, value: unknown, node: SchemaNode): boolean {
  const isAccepted =
    node['x-kubernetes-int-or-string'] === true
      ? typeof value === 'string' || hasType(value, 'integer')
      : node.type === undefined || hasType(value, node.type);
  if (isAccepted) return true;
  const wanted = node['x-kubernetes-int-or-string'] === true ? 'an integer or a string' : `${article(node.type)} ${node.type}`;
  walk.fail(`${show(value)} is ${describeType(value)}, not ${wanted}.`, { fix: converted(value, node.type) });
  return false;
}

/** True for a value of a JSON type. An integer may be written with a fraction of zero, and has 64 bits: Go reads others as fractions. */
export function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value) && Number(value) >= -(2 ** 63) && Number(value) < 2 ** 63;
    case 'number':
      return Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

/** The type of a value in words, with its article. */
export function describeType(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') return 'no JSON value';
  return `${article(typeof value)} ${typeof value}`;
}

/** enum, numbers and texts. */
export function checkScalar(walk: Walk, value: unknown, node: SchemaNode, mode: Mode): void {
  if (node.enum !== undefined && !node.enum.some((allowed) => isSame(allowed, value))) {
    const near =
      typeof value === 'string'
        ? nearest(
            value,
            node.enum.filter((item) => typeof item === 'string'),
          )
        : undefined;
    const choices = node.enum.map(show).join(', ');
    const message = node.enum.length === 1 ? `${show(value)} is not ${choices}.` : `${show(value)} is none of ${choices}.`;
    walk.fail(message, { fix: near === undefined ? undefined : `write ${show(near)}.` });
  }
  if (typeof value === 'number') checkNumber(walk, value, node);
  else if (typeof value === 'string') checkText(walk, value, node, mode);
}

function checkNumber(walk: Walk, value: number, node: SchemaNode): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = node;
  const range = node.format === undefined ? undefined : INTEGER_RANGES.get(node.format);
  if (range !== undefined && (value < range[0] || value > range[1])) walk.fail(`${value} is out of the range of ${node.format}.`);
  if (minimum !== undefined && (exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    walk.fail(`${value} is too small; it must be ${exclusiveMinimum === true ? 'above' : 'at least'} ${minimum}.`);
  }
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) {
    walk.fail(`${value} is too small; it must be above ${exclusiveMinimum}.`);
  }
  if (maximum !== undefined && (exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    walk.fail(`${value} is too big; it must be ${exclusiveMaximum === true ? 'below' : 'at most'} ${maximum}.`);
  }
  if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) {
    walk.fail(`${value} is too big; it must be below ${exclusiveMaximum}.`);
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) walk.fail(`${value} is not a multiple of ${multipleOf}.`);
}

function checkText(walk: Walk, value: string, node: SchemaNode, mode: Mode): void {
  const { minLength, maxLength, pattern } = node;
  if (minLength !== undefined && countCharacters(value) < minLength) {
    walk.fail(`${show(value)} is too short; it must have at least ${minLength} character${minLength === 1 ? '' : 's'}.`);
  }
  // A text has at most as many code points as UTF-16 units, so most need not be counted.
  if (maxLength !== undefined && value.length > maxLength && countCharacters(value) > maxLength) {
    walk.fail(`${show(value)} has ${countCharacters(value)} characters; at most ${maxLength} are allowed.`);
  }
  if (pattern !== undefined && !compilePattern(pattern)(value)) {
    const isQuantity = pattern === QUANTITY_PATTERN;
    walk.fail(`${show(value)} ${isQuantity ? 'is not a quantity such as 500m, 1.5 or 512Mi' : `does not match ${pattern}`}.`);
  }
  const format = node.format === undefined ? undefined : FORMATS.get(node.format);
  if (mode === 'kubernetes' && node.format === 'byte' && isGoBase64(value)) return;
  if (format !== undefined && !format.accepts(value)) walk.fail(`${show(value)} is not ${format.name}.`);
}

function article(word = ''): string {
  return /^[aeiou]/.test(word) ? 'an' : 'a';
}

/** The same value in the wanted type, where only quotes are missing or too many. */
function converted(value: unknown, type: string | undefined): string | undefined {
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return `write "${value}".`;
  if (typeof value !== 'string') return undefined;
  const isNumber = type === 'integer' ? /^-?\d+$/.test(value) : type === 'number' && /^-?\d+(\.\d+)?$/.test(value);
  return isNumber || (type === 'boolean' && /^(true|false)$/.test(value)) ? `write ${value} without quotes.` : undefined;
}

function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
