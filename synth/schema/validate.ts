import { checkFields } from './check-fields.js';
import { checkForms } from './check-forms.js';
import { checkItems } from './check-items.js';
import { checkIdentity, MEANINGS } from './check-metadata.js';
import { checkRules } from './check-rules.js';
import { checkScalar, checkType } from './check-scalar.js';
import type { SchemaError } from './error.js';
import { isObject, type Resolve, type SchemaEntry, type SchemaNode } from './node.js';
import { type Mode, Walk } from './walk.js';

/**
 * What the API server (or Talos) would refuse or silently drop in an object: unknown fields, types, values, what is missing after
 * defaults, names, labels and selectors; then, as there, which rules of its kind an object breaks that is right otherwise. The schema is interpreted, never
 * compiled; only patterns and rules are kept between calls.
 *
 * @param entry the schema of the object's own apiVersion and kind.
 * @param resolve finds what a `$ref` points to; the metadata of every object too.
 * @returns every mistake, in the order of the fields; none means that the schema accepts the object.
 * @throws when a `$ref` leads nowhere, a pattern is none, or a rule cannot be read: imports/ is then broken.
 */
export function validateObject(object: unknown, entry: SchemaEntry, resolve: Resolve): readonly SchemaError[] {
  const { dialect, schema, hasRules = dialect === 'structural' } = entry;
  const walk = new Walk(resolve, check, dialect === 'json-schema' ? new Map() : MEANINGS);
  checkStructure(walk, object, entry);
  if (schema !== undefined && dialect !== 'json-schema') checkIdentity(walk, object, entry);
  if (walk.errors.length === 0 && hasRules && schema !== undefined) return checkRules(object, schema);
  return walk.errors.length < 2 ? walk.errors : withoutRepeats(walk.errors);
}

/** Only what the schema itself says; the parameters are those of validateObject. */
export function validateStructure(object: unknown, entry: SchemaEntry, resolve: Resolve): readonly SchemaError[] {
  const walk = new Walk(resolve, check, new Map());
  checkStructure(walk, object, entry);
  return withoutRepeats(walk.errors);
}

function checkStructure(walk: Walk, object: unknown, { apiVersion, kind, dialect, schema }: SchemaEntry): void {
  if (schema !== undefined) walk.check(object, schema, dialect === 'json-schema' ? 'open' : dialect, schema);
  else walk.fail(`${kind} of ${apiVersion} is not served any more; the API server refuses it.`, { field: 'apiVersion' });
}

/** metadata is checked twice, and may be wrong in the same way both times. */
function withoutRepeats(errors: readonly SchemaError[]): readonly SchemaError[] {
  return [...new Map(errors.map((error) => [`${error.path} ${error.message}`, error])).values()];
}

/** One value against one node. */
function check(walk: Walk, value: unknown, given: SchemaNode, mode: Mode, base?: SchemaNode): void {
  const node = walk.follow(given);
  if (value === null && isNullSettled(walk, node, mode)) return;
  if (!checkType(walk, value, node)) return;
  if (isObject(value)) walk.checkMeaning(given, value);
  const known = base === given ? node : base;
  checkScalar(walk, value, node, mode);
  if (Array.isArray(value)) checkItems(walk, value, node, mode, known);
  else if (isObject(value)) checkFields(walk, value, node, mode, known);
  checkForms(walk, value, node, known);
}

/** Null is a value only where the schema says so, or names no type; elsewhere the API server drops or refuses it. */
function isNullSettled(walk: Walk, node: SchemaNode, mode: Mode): boolean {
  if (node.nullable === true) return true;
  // Generators write `creationTimestamp: null`, which Go reads as no time.
  if (mode === 'kubernetes' && node.format === 'date-time') return true;
  if (node.type === undefined && node['x-kubernetes-int-or-string'] !== true) return false;
  walk.fail('It is null, which is not allowed here.', { fix: 'leave the field out.' });
  return true;
}
