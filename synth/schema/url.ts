/** The parts of a URL, with ports and escapes as they were written. */
export class Url {
  constructor(
    readonly scheme: string,
    readonly host: string,
    readonly path: string,
    readonly query: string,
  ) {}

  /** Without the brackets of an IPv6 address. */
  get hostname(): string {
    return this.host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  }

  /** '' when none is written. */
  get port(): string {
    return /:(\d+)$/.exec(this.host)?.[1] ?? '';
  }
}

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/;

/**
 * Reads what may stand in an HTTP request: an absolute URL, or a path from the root. More is let through than RFC 3986 has, as Go does.
 * Source: https://pkg.go.dev/net/url#ParseRequestURI (go1.26), compared with an API server of Kubernetes v1.36.4.
 *
 * @returns undefined for a text that is neither.
 */
export function parseUrl(text: string): Url | undefined {
  if (text === '*') return new Url('', '', text, '');
  const scheme = SCHEME.exec(text)?.[1] ?? '';
  const rest = text.slice(scheme === '' ? 0 : scheme.length + 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Go refuses them everywhere.
  if ((scheme === '' && !rest.startsWith('/')) || /[\x00-\x1f\x7f]/.test(text)) return undefined;
  const at = rest.indexOf('?');
  const [before, query] = at < 0 ? [rest, ''] : [rest.slice(0, at), rest.slice(at + 1)];
  // Without a slash nothing is read any further.
  if (!before.startsWith('/')) return new Url(scheme.toLowerCase(), '', '', query);
  const [, authority, path = ''] = /^\/\/([^/]*)(.*)$/.exec(before) ?? [undefined, undefined, before];
  if (/%(?![\dA-Fa-f]{2})/.test(path)) return undefined;
  const host = authority?.replace(/^.*@/, '') ?? '';
  return isHost(host) ? new Url(scheme.toLowerCase(), host, path, query) : undefined;
}

function isHost(host: string): boolean {
  return /^\[[^\]\s]*\](:\d*)?$/.test(host) || /^[^\s:[\]<>"%\\^`{|}]*(:\d*)?$/.test(host);
}
