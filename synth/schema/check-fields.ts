import { nearest } from '../../charts/lib/nearest.js';
import { checkEmbedded } from './check-metadata.js';
import { listNames } from './error.js';
import { OBJECT_META, type SchemaNode } from './node.js';
import { compilePattern } from './pattern.js';
import type { Mode, Walk } from './walk.js';

const MISSING = 'It is required, but missing.';

/** What every object has besides its own fields. */
const TYPE_META: SchemaNode = { type: 'string' };
const METADATA: SchemaNode = { $ref: `#/definitions/${OBJECT_META}` };

/** The fields of an object: known, required, and each against its own node. */
export function checkFields(walk: Walk, value: Record<string, unknown>, node: SchemaNode, mode: Mode, base: SchemaNode | undefined): void {
  checkCount(walk, value, node);
  if (node.required !== undefined) {
    for (const name of node.required) {
      // The API server fills in defaults before it looks for what is missing.
      if (fieldOf(value, name) === undefined && nodeOf(base?.properties, name)?.default === undefined) {
        walk.fail(MISSING, { field: name });
      }
    }
  }
  const isEmbedded = node['x-kubernetes-embedded-resource'] === true;
  if (isEmbedded) checkResource(walk, value);
  // The schema of a custom resource need not list these, and says nothing about the fields of metadata.
  const isResource = isEmbedded || (mode === 'structural' && walk.isAtRoot);
  for (const key of Object.keys(value)) {
    const field = value[key];
    if (field === undefined) continue;
    const property = nodeOf(node.properties, key);
    if (isResource && isTypeMeta(key)) {
      checkTypeMeta(walk, key, field, property);
    } else if (property !== undefined) {
      walk.enter(key, field, property, mode, mode === 'open' ? nodeOf(base?.properties, key) : property);
    } else checkOther(walk, key, field, node, mode);
  }
}

/** apiVersion, kind or metadata of an object or of one embedded in it; metadata is closed and of one form everywhere. */
function checkTypeMeta(walk: Walk, key: string, value: unknown, node: SchemaNode | undefined): void {
  walk.enter(key, value, key === 'metadata' ? METADATA : TYPE_META, 'kubernetes');
  if (node !== undefined) walk.enter(key, value, node, 'open');
}

function isTypeMeta(key: string): boolean {
  return key === 'apiVersion' || key === 'kind' || key === 'metadata';
}

function checkResource(walk: Walk, value: Record<string, unknown>): void {
  for (const field of ['apiVersion', 'kind']) {
    if (value[field] === undefined) walk.fail(MISSING, { field });
    else if (value[field] === '') walk.fail('It is empty, but an embedded object needs it.', { field });
  }
  checkEmbedded(walk, value);
}

/** A field without a node of its own. */
function checkOther(walk: Walk, key: string, value: unknown, node: SchemaNode, mode: Mode): void {
  const { additionalProperties, patternProperties } = node;
  if (patternProperties !== undefined) {
    const matching = Object.entries(patternProperties).filter(([pattern]) => compilePattern(pattern)(key));
    for (const [, child] of matching) walk.enter(key, value, child, mode, child);
    if (matching.length > 0) return;
  }
  if (additionalProperties === true) return;
  if (typeof additionalProperties === 'object') {
    walk.enter(key, value, additionalProperties, mode, additionalProperties);
    return;
  }
  if (additionalProperties === false || isClosed(node, mode)) failUnknown(walk, key, node);
}

function isClosed(node: SchemaNode, mode: Mode): boolean {
  if (node['x-kubernetes-preserve-unknown-fields'] === true || mode === 'open') return false;
  return mode === 'structural' || node.properties !== undefined;
}

function failUnknown(walk: Walk, key: string, node: SchemaNode): void {
  const names = Object.keys(node.properties ?? {});
  const near = nearest(key, names);
  const known = names.length === 0 ? 'No field is allowed here.' : `Known fields: ${listNames(names)}.`;
  const message = `There is no such field. ${near === undefined ? known : `Did you mean ${near}?`}`;
  walk.fail(message, { field: key, fix: near === undefined ? 'delete it.' : `write ${near}.` });
}

function checkCount(walk: Walk, value: Record<string, unknown>, { minProperties, maxProperties }: SchemaNode): void {
  if (minProperties === undefined && maxProperties === undefined) return;
  const count = Object.keys(value).filter((key) => value[key] !== undefined).length;
  if (minProperties !== undefined && count < minProperties) {
    walk.fail(`It has ${count} field${count === 1 ? '' : 's'}; at least ${minProperties} must be set.`);
  }
  if (maxProperties !== undefined && count > maxProperties) {
    walk.fail(`It has ${count} fields; at most ${maxProperties} may be set.`);
  }
}

/** The node of a field; a field named as a method of Object has none by accident. */
function nodeOf(properties: Readonly<Record<string, SchemaNode>> | undefined, name: string): SchemaNode | undefined {
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function fieldOf(value: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
