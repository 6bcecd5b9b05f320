import { crc32, gunzipSync } from 'node:zlib';

/**
 * One entry of a tar file. This file reads and writes the format, only as far as archives of charts need it: regular files with long names. No dependency of the
 * project does that, charts come from outside, and what must be refused (links, escapes, bombs) is most of the work anyway.
 *
 * Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13 (POSIX.1-2024),
 * https://www.gnu.org/software/tar/manual/html_node/Standard.html (1.35)
 */
export interface TarEntry {
  /** As the archive writes it. */
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link' | 'other';
  readonly content: Buffer;
}

/** The bytes are no archive, or not all of one. */
export class BrokenArchive extends Error {}

const block = 512;

/** Entries of a tar file in their order. @throws {BrokenArchive} at the first byte that is not as it must be. */
export function* readTar(data: Buffer): Generator<TarEntry> {
  let longPath: string | undefined;
  let at = 0;
  while (at + block <= data.length) {
    const header = data.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return;
    checkSum(header);
    const size = numberOf(header.subarray(124, 136));
    const content = data.subarray(at + block, at + block + size);
    if (content.length < size) throw new BrokenArchive(`It ends within ${pathOf(header)}.`);
    at += block + Math.ceil(size / block) * block;
    const flag = String.fromCharCode(header[156] ?? 0);
    if (flag === 'x') longPath = pathOfPax(content) ?? longPath;
    else if (flag === 'L') longPath = textOf(content);
    else if (flag !== 'g' && flag !== 'K') {
      const path = longPath ?? pathOf(header);
      longPath = undefined;
      yield { path, type: typeOf(flag, path), content };
    }
  }
  if (at < data.length) throw new BrokenArchive('It ends within a header.');
}

/** A tar file of regular files, in the given order, without anything of this machine in it. */
export function writeTar(files: Iterable<readonly [path: string, content: Uint8Array]>): Buffer {
  const parts: Uint8Array[] = [];
  const put = (path: string, flag: string, content: Uint8Array) => {
    parts.push(headerOf(path, flag, content.length), content, Buffer.alloc((block - (content.length % block)) % block));
  };
  for (const [path, content] of files) {
    // The name field holds 100 bytes of ASCII; a record of its own holds the others.
    if (!/^[ -~]{1,100}$/.test(path)) put('PaxHeader', 'x', Buffer.from(paxRecord('path', path)));
    put(Buffer.from(path).subarray(0, 100).toString('latin1'), '0', content);
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

/** @param limit largest result, in bytes @throws {BrokenArchive} when the data is damaged, cut short, or larger. */
export function unzip(data: Uint8Array, limit: number): Buffer {
  try {
    return gunzipSync(data, { maxOutputLength: limit });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new BrokenArchive(
      code === 'ERR_BUFFER_TOO_LARGE' ? `Its content is larger than ${limit} bytes.` : `It is no whole gzip file: ${message}.`,
    );
  }
}

/**
 * A gzip file that compresses nothing: what a compressor makes of the same bytes differs between its versions and between processors.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc1952, https://www.rfc-editor.org/rfc/rfc1951#section-3.2.4
 */
export function zipStored(data: Uint8Array): Buffer {
  const longest = 0xffff;
  const parts: Uint8Array[] = [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])];
  for (let at = 0; at === 0 || at < data.length; at += longest) {
    const piece = data.subarray(at, at + longest);
    const head = Buffer.alloc(5);
    head.writeUInt8(at + longest >= data.length ? 1 : 0, 0);
    head.writeUInt16LE(piece.length, 1);
    head.writeUInt16LE(~piece.length & 0xffff, 3);
    parts.push(head, piece);
  }
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(data), 0);
  tail.writeUInt32LE(data.length, 4);
  return Buffer.concat([...parts, tail]);
}

function typeOf(flag: string, path: string): TarEntry['type'] {
  if (flag === '1' || flag === '2') return 'link';
  // Before POSIX a folder was a file whose name ends in a slash.
  if (flag === '5' || (path.endsWith('/') && (flag === '0' || flag === '\0'))) return 'folder';
  return flag === '0' || flag === '\0' || flag === '7' ? 'file' : 'other';
}

function checkSum(header: Buffer): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (sum !== numberOf(header.subarray(148, 156))) throw new BrokenArchive('A header of the tar file is damaged.');
}

/** Octal digits, or, for what does not fit, a set first bit and a binary number. */
function numberOf(field: Buffer): number {
  const first = field[0] ?? 0;
  if (first & 0x80) return field.subarray(1).reduce((value, byte) => value * 256 + byte, first & 0x7f);
  const text = textOf(field).trim();
  if (!/^[0-7]*$/.test(text)) throw new BrokenArchive('A header of the tar file is damaged.');
  return Number.parseInt(text || '0', 8);
}

function pathOf(header: Buffer): string {
  const name = textOf(header.subarray(0, 100));
  // GNU's own format has times where POSIX has the first part of the path.
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? textOf(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Records of "length key=value", where the length counts the whole record. */
function pathOfPax(content: Buffer): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < content.length; ) {
    const length = Number.parseInt(content.toString('latin1', at, at + 12), 10);
    const record = content.toString('utf8', at, at + length);
    const [, key, value] = /^\d+ ([^=]+)=([\s\S]*)\n$/.exec(record) ?? [];
    if (key === undefined || !(length > 0)) throw new BrokenArchive('An extended header of the tar file is damaged.');
    // Then the size in the next header does not count, which only files beyond every limit need.
    if (key === 'size') throw new BrokenArchive('A file in it has its size in an extended header.');
    if (key === 'path') path = value;
    at += length;
  }
  return path;
}

function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length > length) length++;
  return `${length} ${key}=${value}\n`;
}

function headerOf(path: string, flag: string, size: number): Buffer {
  const header = Buffer.alloc(block);
  header.write(path, 0, 'latin1');
  header.write('0000644\u00000000000\u00000000000\0', 100, 'latin1');
  header.write(`${size.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0`, 124, 'latin1');
  header.write(`        ${flag}`, 148, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** Up to the first zero byte. */
function textOf(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? field.length : end);
}
