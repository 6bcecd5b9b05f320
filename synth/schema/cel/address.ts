import { isIPv4, isIPv6 } from 'node:net';

/** An IP address as a rule sees it. */
export class Ip {
  constructor(
    readonly family: 4 | 6,
    readonly bits: bigint,
  ) {}

  /** The address in the form that Go writes. */
  toString(): string {
    if (this.family === 4) return [24n, 16n, 8n, 0n].map((shift) => (this.bits >> shift) & 0xffn).join('.');
    const groups = Array.from({ length: 8 }, (_, index) => ((this.bits >> BigInt(16 * (7 - index))) & 0xffffn).toString(16));
    const zeros = [...`,${groups.join(',')},`.matchAll(/,0(?:,0)+(?=,)/g)].map(([run]) => run);
    const longest = zeros.sort((a, b) => b.length - a.length)[0];
    if (longest === undefined) return groups.join(':');
    const [before = '', after = ''] = splitOnce(`,${groups.join(',')},`, `${longest},`);
    const sides = [before, after].map((side) => side.split(',').filter(Boolean).join(':'));
    return sides.join('::');
  }

  /** Whether the address lies in a network. */
  isIn(network: string): boolean {
    const cidr = parseCidr(network);
    return cidr?.contains(this) === true;
  }
}

/** A network as a rule sees it; bits of the host are kept. */
export class Cidr {
  constructor(
    readonly ip: Ip,
    readonly prefix: number,
  ) {}

  /** The same network without bits of the host. */
  get masked(): Cidr {
    return new Cidr(new Ip(this.ip.family, (this.ip.bits >> this.#hostBits) << this.#hostBits), this.prefix);
  }

  contains(other: Ip | Cidr): boolean {
    const ip = other instanceof Ip ? other : other.ip;
    const isSmaller = other instanceof Ip || other.prefix >= this.prefix;
    return isSmaller && ip.family === this.ip.family && ip.bits >> this.#hostBits === this.ip.bits >> this.#hostBits;
  }

  toString(): string {
    return `${this.ip}/${this.prefix}`;
  }

  get #hostBits(): bigint {
    return BigInt((this.ip.family === 4 ? 32 : 128) - this.prefix);
  }
}

/** @returns undefined for a text that is no address, has a zone, or is an IPv4 address in IPv6 form. */
export function parseIp(text: string): Ip | undefined {
  if (isIPv4(text)) return new Ip(4, joinBits(text.split('.').map(Number), 8n));
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const [before = '', after] = text.replace(/[\d.]+\.\d+$/, toGroups).split('::');
  const groups = (side: string) => side.split(':').filter(Boolean);
  const gap = after === undefined ? 0 : 8 - groups(before).length - groups(after).length;
  const all = [...groups(before), ...Array<string>(gap).fill('0'), ...groups(after ?? '')].map((group) => Number.parseInt(group, 16));
  const bits = joinBits(all, 16n);
  return bits >> 32n === 0xffffn ? undefined : new Ip(6, bits);
}

/** @returns undefined for a text that is no network. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const ip = parseIp(address);
  if (ip === undefined || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefix)) return undefined;
  return Number(prefix) <= (ip.family === 4 ? 32 : 128) ? new Cidr(ip, Number(prefix)) : undefined;
}

/** The last four bytes, which may be written as an IPv4 address, as two groups. */
function toGroups(ipv4: string): string {
  const bits = joinBits(ipv4.split('.').map(Number), 8n);
  return `${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`;
}

function joinBits(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((bits, part) => (bits << width) | BigInt(part), 0n);
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
