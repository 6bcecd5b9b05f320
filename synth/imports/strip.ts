import { isObject } from '../schema/node.js';

/** Keywords that decide whether a value is valid, or how it is defaulted; kept as they are. */
const KEPT = new Set([
  ...['$ref', 'type', 'format', 'nullable', 'default', 'enum', 'pattern', 'required', 'uniqueItems', 'multipleOf'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength', 'minItems', 'maxItems'],
  ...['minProperties', 'maxProperties', 'x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields'],
  ...['x-kubernetes-embedded-resource', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-map-type'],
]);

/** Keywords whose value is a map of schemas: the keys are names of fields, also where they look like a keyword. */
const MAPS = new Set(['properties', 'patternProperties', 'definitions', '$defs']);

/** Keywords whose value is one schema (or a boolean, for additionalProperties). */
const SCHEMAS = new Set(['items', 'additionalProperties', 'not']);

/** Keywords whose value is a list of schemas. */
const LISTS = new Set(['allOf', 'anyOf', 'oneOf']);

/** Prose and identity; every `x-` keyword that is not kept above goes too (merge strategies, editor hints). */
const DROPPED = new Set([
  ...['description', 'title', 'example', 'examples', 'externalDocs', '$comment', '$schema', '$id', 'id'],
  ...['markdownDescription', 'readOnly', 'writeOnly', 'deprecated'],
]);

/** The parts of a CEL rule that decide, and what its author says when it is broken. */
const CEL_KEPT = new Set(['rule', 'message', 'fieldPath', 'reason', 'optionalOldSelf']);

/**
 * A copy of a schema without prose, keys in their order. Fields that are *named* description, title or example stay.
 *
 * @param onUnknown called with each keyword that is neither kept nor dropped: the validator would silently ignore it.
 */
export function stripSchema(schema: unknown, onUnknown: (keyword: string) => void): unknown {
  if (!isObject(schema)) return schema;
  const strip = (value: unknown): unknown => stripSchema(value, onUnknown);
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (KEPT.has(key)) result[key] = value;
    else if (MAPS.has(key) && isObject(value)) {
      result[key] = Object.fromEntries(Object.entries(value).map(([name, node]) => [name, strip(node)]));
    } else if (SCHEMAS.has(key) && !Array.isArray(value)) result[key] = strip(value);
    else if (LISTS.has(key) && Array.isArray(value)) result[key] = value.map(strip);
    else if (key === 'x-kubernetes-validations' && Array.isArray(value)) result[key] = value.map(stripRule);
    else if (!DROPPED.has(key) && !key.startsWith('x-')) onUnknown(key);
  }
  return result;
}

function stripRule(rule: unknown): unknown {
  return isObject(rule) ? Object.fromEntries(Object.entries(rule).filter(([key]) => CEL_KEPT.has(key))) : rule;
}
