import { gunzipSync, gzipSync } from 'node:zlib';

const block = 512;

/** Files whose text helm never runs as a template. */
const noTemplate = /(^|\/)crds\/|(^|\/)Chart\.(yaml|lock)$|\.(md|schema\.json)$/;

/**
 * The archive of a chart with every text that may be a template changed, those of its subcharts too; everything else is the same.
 *
 * @throws on what is no tar archive.
 *
 * Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html (ustar interchange format)
 */
export function changeArchive(archive: Buffer, change: (text: string, path: string) => string): Buffer {
  const tar = gunzipSync(archive);
  const parts: Buffer[] = [];
  for (let offset = 0; offset + block <= tar.length; ) {
    const header = Buffer.from(tar.subarray(offset, offset + block));
    if (header.every((byte) => byte === 0)) break;
    const size = sizeOf(header);
    const content = tar.subarray(offset + block, offset + block + size);
    const changed = isFile(header) ? changeFile(content, pathOf(header), change) : content;
    if (changed.length !== size) writeSize(header, changed.length);
    parts.push(header, changed, Buffer.alloc(-changed.length & (block - 1)));
    offset += block + Math.ceil(size / block) * block;
  }
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * block)]), { level: 1 });
}

function changeFile(content: Buffer, path: string, change: (text: string, path: string) => string): Buffer {
  if (path.endsWith('.tgz')) return changeArchive(content, change);
  if (noTemplate.test(path) || !content.includes('{{')) return content;
  // One character a byte, so that whatever is not changed stays the same.
  return Buffer.from(change(content.toString('latin1'), path), 'latin1');
}

function isFile(header: Buffer): boolean {
  const type = header[156];
  return type === 0 || type === '0'.charCodeAt(0);
}

function pathOf(header: Buffer): string {
  return [textAt(header, 345, 155), textAt(header, 0, 100)].filter(Boolean).join('/');
}

function textAt(header: Buffer, start: number, length: number): string {
  return (
    header
      .subarray(start, start + length)
      .toString('utf8')
      .split('\0')[0] ?? ''
  );
}

function sizeOf(header: Buffer): number {
  const size = Number.parseInt(textAt(header, 124, 12).trim() || '0', 8);
  if (!Number.isSafeInteger(size)) throw new Error('It is no tar archive.');
  return size;
}

function writeSize(header: Buffer, size: number): void {
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  // The checksum counts itself as blanks.
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
