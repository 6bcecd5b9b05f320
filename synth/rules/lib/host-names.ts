import { privateDomain } from '../../../clusters/lib/facts-relations.js';

/**
 * Whether names that a certificate, a TLS entry or a rule lists are good for a host. A star stands for exactly one label.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc6125#section-6.4.3
 */
export function coversHost(names: readonly string[], host: string): boolean {
  const wanted = host.toLowerCase();
  const parent = `*.${wanted.slice(wanted.indexOf('.') + 1)}`;
  return names.some((name) => name.toLowerCase() === wanted || (wanted.includes('.') && name.toLowerCase() === parent));
}

/** Whether a host is a domain or lies below it. */
export function isBelow(domain: string, host: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** Whether the internet can have a name of this form; a Service has none. */
export function isPublicName(name: string): boolean {
  const lower = name.toLowerCase();
  return lower.includes('.') && !privateDomain.test(lower) && !lower.endsWith('.svc');
}

/** One entry a name, in the order of a list. */
export function quoteAll(names: readonly string[]): string {
  return [...new Set(names)].map((name) => `"${name}"`).join(', ');
}
