/**
 * Writes plain data as YAML that every reader understands alike, YAML 1.1 (kubectl, Argo CD, Python) and YAML 1.2: identity first,
 * then keys in code-unit order, and quotes around every string that either version would read as something else.
 * A library would do, but takes half a millisecond an object, which is most of a synth.
 *
 * @throws {TypeError} on what JSON cannot hold: functions, symbols, big integers, dates, maps, sets, NaN and the infinities; and on half of a
 *   surrogate pair, which no file and no API server can hold.
 */
export function toYaml(document: object): string {
  if (!isFilledMap(document)) return `${writeScalar(document)}\n`;
  const lines: string[] = [];
  writeMap(document, '', '', lines);
  return `${lines.join('\n')}\n`;
}

/** Several documents in one file, each after its own separator but the first. */
export function toYamlDocuments(documents: readonly object[]): string {
  return documents.map(toYaml).join('---\n');
}

/** Keys that say what the rest is about come before the rest. */
const first: ReadonlyMap<string, number> = new Map(
  ['apiVersion', 'kind', 'metadata', 'name', 'namespace', 'version'].map((key, index) => [key, index - 10]),
);

function orderedKeys(map: Record<string, unknown>): string[] {
  const rank = (key: string) => first.get(key) ?? 0;
  return Object.keys(map)
    .filter((key) => map[key] !== undefined)
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Readers look for the colon of a key within 1024 characters; a longer one needs a question mark. */
const longestKey = 1000;

/** @param lead what stands before the first key: the indent, or the dash of a list item. */
function writeMap(map: Record<string, unknown>, lead: string, indent: string, lines: string[]): void {
  let before = lead;
  for (const key of orderedKeys(map)) {
    const name = writeString(key);
    if (name.length > longestKey) {
      lines.push(`${before}? ${name}`);
      writeEntry(`${indent}:`, map[key], indent, lines);
    } else writeEntry(`${before}${name}:`, map[key], indent, lines);
    before = indent;
  }
}

function writeList(list: readonly unknown[], indent: string, lines: string[]): void {
  for (const item of list) {
    const lead = `${indent}- `;
    if (isFilledMap(item)) writeMap(item, lead, `${indent}  `, lines);
    else if (Array.isArray(item) && item.length > 0) {
      lines.push(`${indent}-`);
      writeList(item, `${indent}  `, lines);
    } else writeEntry(`${indent}-`, item, indent, lines);
  }
}

function writeEntry(head: string, value: unknown, indent: string, lines: string[]): void {
  if (isFilledMap(value)) {
    lines.push(head);
    writeMap(value, `${indent}  `, `${indent}  `, lines);
  } else if (Array.isArray(value) && value.length > 0) {
    lines.push(head);
    writeList(value, `${indent}  `, lines);
  } else if (typeof value === 'string' && isBlock(value)) {
    const keep = value.endsWith('\n') ? (value.endsWith('\n\n') ? '+' : '') : '-';
    lines.push(`${head} |${keep}`);
    const body = value.endsWith('\n') ? value.slice(0, -1) : value;
    for (const line of body.split('\n')) lines.push(line === '' ? '' : `${indent}  ${line}`);
  } else lines.push(`${head} ${writeScalar(value)}`);
}

function isFilledMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).some((child) => child !== undefined);
}

function writeScalar(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return writeString(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return writeNumber(value);
  if (Array.isArray(value)) return '[]';
  if (Object.prototype.toString.call(value) === '[object Object]') return '{}';
  throw new TypeError(`${typeof value} ${String(value)} has no YAML form`);
}

/** 1e21 is a string to YAML 1.1, which wants a dot and a sign: 1.0e+21. */
function writeNumber(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /e/.test(text) ? text.replace(/^(-?\d+)e/, '$1.0e') : text;
}

/**
 * Several lines, in a literal block: no line starts or ends with white space that a reader may lose, and no character needs an escape.
 */
function isBlock(text: string): boolean {
  if (!text.includes('\n') || !/\S/.test(text)) return false;
  // A first line that starts with a blank hides the indent of the block; so do blank lines before it.
  return !/^[\s]/.test(text) && !/[ \t](\n|$)/.test(text) && !unprintable.test(text);
}

// Control characters, the line breaks that only YAML 1.1 knows, the byte order mark, and halves of surrogate pairs.
const unprintable = /[^\P{Cc}\n]|[\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}/u;

/**
 * Starts like an identifier, or is a number with a unit (10m, 512Mi, 4320h), and holds nothing that could end a plain scalar. No flow
 * collection is ever written around one, so that commas and brackets are harmless.
 */
const plain =
  /^[A-Za-z/_$^][\w/.\-+=@$()~^;<>!?*%|\\"'`,[\]{}&]*(?: [\w/.\-+=@$();<>!?*%|\\"'`~^,[\]{}&]+)*$|^[A-Za-z/_][\w/.\-+=@]*(?::[\w/.\-+=@]+)+$|^(?:[1-9]\d*[a-df-zA-DF-Z][A-Za-z]*)+$/;

/** Words that YAML 1.1 or 1.2 reads as something other than a string, in any case; some readers take e1 for a number. */
const reserved = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|infinity|e[-+]?\d+)$/i;

const cache = new Map<string, string>();

function writeString(text: string): string {
  let written = cache.get(text);
  if (written === undefined) {
    written = plain.test(text) && !reserved.test(text) && text.length < 1000 ? text : quote(text);
    cache.set(text, written);
  }
  return written;
}

/** Double quotes with the escapes that JSON and both YAML versions share. */
function quote(text: string): string {
  if (/\p{Cs}/u.test(text)) throw new TypeError(`${JSON.stringify(text)} holds half of a surrogate pair, which has no YAML form`);
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
