import { createHash } from 'node:crypto';

/**
 * First eight hexadecimal digits of the SHA-256 of a value as canonical JSON: keys sorted, undefined left out. Machines are made from templates
 * that may never change, so that a template is called by its content, and another content is another template.
 */
export function contentHash(value: object): string {
  return createHash('sha256').update(JSON.stringify(value, sortKeys)).digest('hex').slice(0, 8);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
