import { isIPv4, isIPv6 } from 'node:net';
import { parseDuration } from './duration.js';

/** A form that a text may be asked to have. */
export interface Format {
  /** Ends the sentence "... is not". */
  readonly name: string;
  readonly accepts: (text: string) => boolean;
}

/** Days of each month; February is settled by the leap year. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * The formats that the API server checks; every other name is a remark and accepts anything, as there.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation (v1.36)
 */
export const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['byte', { name: 'base64', accepts: isBase64 }],
  ['cidr', { name: 'a network such as 192.0.2.0/24', accepts: isCidr }],
  ['date', { name: 'a date such as 2026-01-31', accepts: isDate }],
  ['date-time', { name: 'a time such as 2026-01-31T12:00:00Z', accepts: isDateTime }],
  ['datetime', { name: 'a time such as 2026-01-31T12:00:00Z', accepts: isDateTime }],
  ['duration', { name: 'a duration such as 90s or 1h30m', accepts: (text) => parseDuration(text) !== undefined }],
  ['email', { name: 'an e-mail address', accepts: (text) => /^[^\s@<>]+@[^\s@<>]+$/.test(text) }],
  ['hostname', { name: 'a host name', accepts: isHostname }],
  ['ipv4', { name: 'an IPv4 address', accepts: isIPv4 }],
  ['ipv6', { name: 'an IPv6 address', accepts: (text) => isIPv6(text) && !text.includes('%') }],
  ['mac', { name: 'a MAC address', accepts: isMac }],
  ['uri', { name: 'a URI', accepts: (text) => text.startsWith('/') || URL.canParse(text) }],
  ['uuid', { name: 'a UUID', accepts: (text) => /^[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}$/i.test(text) }],
]);

/** Smallest and largest value of the integer formats; int64 as far as a JavaScript number reaches. */
export const INTEGER_RANGES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['int32', [-(2 ** 31), 2 ** 31 - 1] as const],
  ['int64', [-(2 ** 63), 2 ** 63] as const],
]);

/** Go drops line breaks before it decodes, and wants the padding. */
function isBase64(text: string): boolean {
  const bare = text.replace(/[\r\n]/g, '');
  return bare.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(bare);
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^(0|[1-9]\d*)$/.test(bits)) return false;
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && !address.includes('%') && Number(bits) <= 128);
}

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  const [year, month, day] = (match ?? []).slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && !isLeap ? 28 : (DAYS[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

/** RFC 3339, which is what the Go type reads. */
function isDateTime(text: string): boolean {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-](\d\d):(\d\d))$/.exec(text);
  if (match === null || !isDate(match[1] ?? '')) return false;
  const [hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = match.slice(2).map((part) => Number(part ?? 0));
  return hour < 24 && minute < 60 && second < 60 && offsetHour < 24 && offsetMinute < 60;
}

function isHostname(text: string): boolean {
  const labels = text.replace(/\.$/, '').split('.');
  return text.length <= 255 && labels.every((label) => /^[\p{L}\p{N}]([\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?$/u.test(label));
}

function isMac(text: string): boolean {
  return /^([\da-f]{2}([:-]))([\da-f]{2}\2){4}[\da-f]{2}$/i.test(text) || /^[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4}$/i.test(text);
}
