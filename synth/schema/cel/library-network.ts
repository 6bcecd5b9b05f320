import type { Environment } from '@marcbachmann/cel-js';
import { parseUrl, Url } from '../url.js';
import { Cidr, Ip, parseCidr, parseIp } from './address.js';
import { refuse } from './refuse.js';

/** What `ip.isCanonical` hangs from. */
class IpNamespace {}

/** Addresses, networks and URLs. Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cel-libraries (v1.36) */
export function addNetwork(environment: Environment): void {
  const toIp = (text: string) => parseIp(text) ?? refuse(`"${text}" is not an IP address`);
  const toCidr = (text: string) => parseCidr(text) ?? refuse(`"${text}" is not a network`);
  const toUrl = (text: string) => parseUrl(text) ?? refuse(`"${text}" is not a URL`);
  environment
    .registerType('net.IP', Ip)
    .registerType('net.CIDR', Cidr)
    .registerType('kubernetes.URL', Url)
    .registerType('IpNamespace', IpNamespace)
    .registerConstant('ip', 'IpNamespace', new IpNamespace())
    .registerOperator('net.IP == net.IP', (a: Ip, b: Ip) => a.family === b.family && a.bits === b.bits)
    .registerOperator('net.CIDR == net.CIDR', (a: Cidr, b: Cidr) => `${a}` === `${b}`)
    .registerFunction('isIP(string): bool', (text: string) => parseIp(text) !== undefined)
    .registerFunction('ip(string): net.IP', toIp)
    .registerFunction('IpNamespace.isCanonical(string): bool', (_: IpNamespace, text: string) => `${toIp(text)}` === text)
    .registerFunction('string(net.IP): string', String)
    .registerFunction('net.IP.family(): int', ({ family }: Ip) => BigInt(family))
    .registerFunction('net.IP.isUnspecified(): bool', ({ bits }: Ip) => bits === 0n)
    .registerFunction('net.IP.isLoopback(): bool', (ip: Ip) => ip.isIn('127.0.0.0/8') || ip.isIn('::1/128'))
    .registerFunction('net.IP.isLinkLocalMulticast(): bool', (ip: Ip) => ip.isIn('224.0.0.0/24') || ip.isIn('ff02::/16'))
    .registerFunction('net.IP.isLinkLocalUnicast(): bool', isLinkLocal)
    .registerFunction('net.IP.isGlobalUnicast(): bool', isGlobal)
    .registerFunction('isCIDR(string): bool', (text: string) => parseCidr(text) !== undefined)
    .registerFunction('cidr(string): net.CIDR', toCidr)
    .registerFunction('string(net.CIDR): string', String)
    .registerFunction('net.CIDR.ip(): net.IP', ({ ip }: Cidr) => ip)
    .registerFunction('net.CIDR.masked(): net.CIDR', ({ masked }: Cidr) => masked)
    .registerFunction('net.CIDR.prefixLength(): int', ({ prefix }: Cidr) => BigInt(prefix))
    .registerFunction('net.CIDR.containsIP(net.IP): bool', (cidr: Cidr, ip: Ip) => cidr.contains(ip))
    .registerFunction('net.CIDR.containsIP(string): bool', (cidr: Cidr, text: string) => cidr.contains(toIp(text)))
    .registerFunction('net.CIDR.containsCIDR(net.CIDR): bool', (cidr: Cidr, other: Cidr) => cidr.contains(other))
    .registerFunction('net.CIDR.containsCIDR(string): bool', (cidr: Cidr, text: string) => cidr.contains(toCidr(text)))
    .registerFunction('isURL(string): bool', (text: string) => parseUrl(text) !== undefined)
    .registerFunction('url(string): kubernetes.URL', toUrl)
    .registerFunction('kubernetes.URL.getScheme(): string', ({ scheme }: Url) => scheme)
    .registerFunction('kubernetes.URL.getHost(): string', ({ host }: Url) => host)
    .registerFunction('kubernetes.URL.getHostname(): string', ({ hostname }: Url) => hostname)
    .registerFunction('kubernetes.URL.getPort(): string', ({ port }: Url) => port)
    .registerFunction('kubernetes.URL.getEscapedPath(): string', ({ path }: Url) => path)
    .registerFunction('kubernetes.URL.getQuery(): map<string, list<string>>', ({ query }: Url) => toQuery(query));
}

function isLinkLocal(ip: Ip): boolean {
  return ip.isIn('169.254.0.0/16') || ip.isIn('fe80::/10');
}

function isGlobal(ip: Ip): boolean {
  const others = ['127.0.0.0/8', '::1/128', '224.0.0.0/4', 'ff00::/8', '255.255.255.255/32'];
  return ip.bits !== 0n && !isLinkLocal(ip) && !others.some((network) => ip.isIn(network));
}

function toQuery(query: string): Map<string, string[]> {
  const parameters = new URLSearchParams(query);
  return new Map([...new Set(parameters.keys())].map((key) => [key, parameters.getAll(key)]));
}
