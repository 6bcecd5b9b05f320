import { formatPath } from '../schema/error.js';
import { isObject } from '../schema/node.js';
import { isCredential, kindOf } from './assignments.js';
import { type Finding, type Found, findingOf, hintOf } from './finding.js';
import { findInKnownPlaces, parseDocuments } from './known-places.js';
import { isReference } from './literals.js';
import { classifyName, type NameClass } from './names.js';
import { randomPartOf } from './random.js';
import { isPlainWords, matchText } from './text.js';

export interface ObjectOptions {
  /** Names of Secrets that exist: where a field may hold either, one of them is a name. @default - none is known */
  readonly secretNames?: ReadonlySet<string>;
  /** What has been looked at already and is not looked at again: engines hold the values of charts. @default - nothing */
  readonly seen?: WeakSet<object>;
}

/** Names below which random text is public. */
const publicName =
  /(?:digest|checksum|sha\d*|hash|fingerprint|thumbprint|integrity|publickey|certificate|cert|crt|ca|cabundle|uid|uuid|guid|id|ids|image|schematic)$/i;

/** Fields of a credential that is an object: password: {value: hunter2}. */
const holders: ReadonlySet<string> = new Set(['value', 'literal', 'plaintext', 'plain', 'raw', 'inline', 'text', 'stringValue']);

/** A Secret whose fields may have any name. */
const embedded = /^[ \t-]*["']?kind["']?:[ \t]*["']?Secret\b/m;

/** Found before in the same text: what a chart writes stands in many clusters. Strings only, and what is found is rare. */
const clean = new Set<string>();
const cleanLimit = 50_000;

/** Every secret in an object, by form, by name and by randomness, with the path of its field. */
export function findSecretsInObject(manifest: unknown, options: ObjectOptions = {}): Finding[] {
  return collectSecrets(manifest, options).map(findingOf);
}

/** The same with the values. For hiding them only. */
export function collectSecrets(manifest: unknown, options: ObjectOptions = {}): Found[] {
  const walk = new ObjectWalk(options);
  walk.visit(manifest, 'plain', '');
  return walk.found;
}

class ObjectWalk {
  readonly found: Found[] = [];
  readonly #keys: (string | number)[] = [];
  readonly #options: ObjectOptions;

  constructor(options: ObjectOptions) {
    this.#options = options;
  }

  /** @param named what the name above says @param name the name itself */
  visit(value: unknown, named: NameClass, name: string): void {
    if (typeof value === 'string') this.#visitText(value, named, name);
    else if (typeof value === 'number') this.#visitNumber(value, named, name);
    else if (typeof value === 'object' && value !== null) {
      if (this.#options.seen?.has(value)) return;
      if (Array.isArray(value)) this.#visitList(value, named, name);
      else this.#visitMap(value as Record<string, unknown>, named, name);
    }
  }

  #visitList(list: readonly unknown[], named: NameClass, name: string): void {
    for (const [index, item] of list.entries()) {
      this.#keys.push(index);
      const before = index > 0 ? list[index - 1] : undefined;
      const option = typeof before === 'string' && typeof item === 'string' ? optionOf(before, item) : undefined;
      if (option !== undefined) this.visit(item, classifyName(option), option);
      else this.visit(item, named, name);
      this.#keys.pop();
    }
  }

  #visitMap(map: Record<string, unknown>, named: NameClass, name: string): void {
    const places = findInKnownPlaces(map);
    for (const { key, secrets } of places) {
      for (const { keys, kind, value } of secrets) this.#add(kind, value, [key, ...keys]);
    }
    for (const key of Object.keys(map)) {
      const child = map[key];
      const own = classifyName(key);
      if (child === undefined || child === null || typeof child === 'boolean') continue;
      // Most fields: a name that says nothing, and text that was looked at before.
      const isDull = own === 'plain' && named === 'plain' && key !== 'value' && typeof child === 'string' && clean.has(child);
      if (isDull && (key.length < 12 || clean.has(key))) continue;
      if (places.length > 0 && places.some((place) => place.key === key)) continue;
      const isName = (key === 'secret' && namesSecret.has(this.#keys.at(-1) ?? '')) || /\/auth(-tls)?-secret$/.test(key);
      if (isName && isObjectName(child)) continue;
      if ((key === 'encryptedData' || key === 'sops') && isSealed(child)) continue;
      this.#keys.push(key);
      if (key.length >= 12 && !clean.has(key)) this.#visitText(key, 'plain', 'name');
      if (key === 'value' || named !== 'plain' || own === 'reference') this.#visitNamed(map, key, own, named, name);
      else this.visit(child, own, key);
      this.#keys.pop();
    }
  }

  /** A field whose own name does not tell all: {name: DB_PASSWORD, value: x}, {password: {value: x}}, {secretName: x, secretKey: y}. */
  #visitNamed(map: Record<string, unknown>, key: string, own: NameClass, above: NameClass, name: string): void {
    const sibling = key === 'value' ? (map['name'] ?? map['key']) : undefined;
    const isKeyOfSecret = own === 'reference' && /key$/i.test(key) && (map['remoteRef'] ?? map['secretName'] ?? map['name']) !== undefined;
    if (typeof sibling === 'string') this.visit(map[key], classifyName(sibling), sibling);
    else if (above !== 'plain' && holders.has(key)) this.visit(map[key], above, name);
    else this.visit(map[key], isKeyOfSecret && isWord(map[key]) ? 'plain' : own, key);
  }

  #visitNumber(value: number, named: NameClass, name: string): void {
    if (named === 'secret' && /pass|pwd/i.test(name) && value >= 1000) this.#add(kindOf(name), String(value));
  }

  #visitText(text: string, named: NameClass, name: string): void {
    if (text.length < 3 && named === 'plain') return;
    const isKnown = this.#options.secretNames?.has(text) === true && named === 'reference';
    const isBelowName = named !== 'plain' && !isKnown && isCredential(text, named);
    if (!isBelowName && clean.has(text)) return;
    const matches = matchText(text);
    for (const { kind, value, index } of matches) {
      const line = text.includes('\n') ? ` line ${text.slice(0, index).split('\n').length}` : '';
      this.#add(kind, value, [], line);
    }
    if (matches.length > 0) return;
    if (isBelowName) {
      this.#add(kindOf(name), text);
      return;
    }
    if (embedded.test(text) && this.#visitEmbedded(text)) return;
    const random = isPlainWords(text) || publicName.test(name) ? undefined : randomPartOf(text);
    if (random !== undefined && !isReference(text)) this.#add('random text, as keys are', random);
    else if (!publicName.test(name) && clean.size < cleanLimit) clean.add(text);
  }

  /** A manifest as text, as in inlineManifests of Talos. @returns whether anything was found */
  #visitEmbedded(text: string): boolean {
    const found = parseDocuments(text).flatMap((document) => collectSecrets(document, this.#options));
    for (const { kind, value, place } of found) this.#add(kind, value, [], ` ${place}`);
    return found.length > 0;
  }

  #add(kind: string, value: string, below: readonly (string | number)[] = [], suffix = ''): void {
    const keys = [...this.#keys, ...below].map((key) => (typeof key === 'string' ? maskKey(key) : key));
    this.found.push({ kind, place: `${formatPath(keys)}${suffix}`, hint: hintOf(value), value });
  }
}

/** Encrypted for the cluster (SealedSecret), or what SOPS says of a file that it encrypted: random, and made to be public. */
function isSealed(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { mac } = value;
  if (typeof mac === 'string') return mac.startsWith('ENC[');
  return Object.values(value).every((text) => typeof text === 'string' && /^[A-Za-z0-9+/]{80,}={0,2}$/.test(text));
}

/** A name of a field may be a secret itself. */
function maskKey(key: string): string {
  const isSecret = key.length >= 12 && (matchText(key).length > 0 || randomPartOf(key) !== undefined);
  return isSecret ? hintOf(key) : key;
}

/** The option whose value the next argument is. @example optionOf('--password', 'x') is '--password' */
function optionOf(argument: string, next: string): string | undefined {
  return /^--?[A-Za-z][\w.-]*$/.test(argument) && !next.startsWith('-') ? argument.replace(/^-+/, '') : undefined;
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z][\w.-]*$/.test(value) && randomPartOf(value) === undefined;
}

/**
 * Fields whose `secret` is the name of a Secret; annotations of ingress controllers say `auth-secret`.
 *
 * Source: https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/basicauth/ (v3.7),
 * https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#authentication
 */
const namesSecret: ReadonlySet<string | number> = new Set(['basicAuth', 'digestAuth']);

function isObjectName(value: unknown): boolean {
  return typeof value === 'string' && /^([a-z0-9][-a-z0-9]*\/)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(value);
}
