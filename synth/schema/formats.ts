import { isIPv4, isIPv6 } from 'node:net';
import { parseDuration } from './duration.js';
import { parseUrl } from './url.js';

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
  [
    'byte',
    { name: 'base64', accepts: (text) => /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/.test(text) },
  ],
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
  ['uri', { name: 'a URI', accepts: (text) => parseUrl(text) !== undefined }],
  ['uuid', { name: 'a UUID', accepts: (text) => /^[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}$/i.test(text) }],
]);

/** Smallest and largest value of the integer formats; every integer has 64 bits anyway. */
export const INTEGER_RANGES: ReadonlyMap<string, readonly [number, number]> = new Map([['int32', [-(2 ** 31), 2 ** 31 - 1] as const]]);

/** Bytes of built-in kinds: Go drops line breaks before it decodes, wants the padding, and takes nothing as no bytes. */
export function isGoBase64(text: string): boolean {
  const bare = text.replace(/[\r\n]/g, '');
  return bare.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(bare);
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
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
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-](\d\d):(\d\d))$/i.exec(text);
  if (match === null || !isDate(match[1] ?? '')) return false;
  const [hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = match.slice(2).map((part) => Number(part ?? 0));
  return hour < 24 && minute < 60 && second < 60 && offsetHour < 24 && offsetMinute < 60;
}

const CHARACTER = 'A-Za-z0-9\\p{S}\\p{L}';
const ONE_NAME = new RegExp(`^[${CHARACTER}](-?[${CHARACTER}]{0,62})?$`, 'u');
const SUBDOMAIN = new RegExp(`^[${CHARACTER}]([${CHARACTER}-]{0,61}[${CHARACTER}])?$`, 'u');
const DOMAIN = /^[A-Za-z\p{L}]{2,63}$/u;

/** A name alone, or names below a domain of at least two letters; symbols count as letters. As an API server of Kubernetes v1.36.4 has it. */
function isHostname(text: string): boolean {
  const labels = text.split('.');
  if (text.length > 255 || labels.length === 1) return text.length <= 255 && ONE_NAME.test(text);
  return DOMAIN.test(labels.at(-1) ?? '') && labels.slice(0, -1).every((label) => SUBDOMAIN.test(label));
}

/** Of 6, 8 or 20 bytes: in pairs, in fours, or without anything between. */
function isMac(text: string): boolean {
  const bytes =
    /^[\da-f]{2}(([:-])[\da-f]{2})?(\2[\da-f]{2})*$/i.test(text) || /^[\da-f]{4}(\.[\da-f]{4})*$/i.test(text)
      ? text.replace(/[:.-]/g, '')
      : text;
  return /^([\da-f]{12}|[\da-f]{16}|[\da-f]{40})$/i.test(bytes);
}
