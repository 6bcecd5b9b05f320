import { compileRule } from './cel/rule.js';
import { isEmbedded, toCel } from './cel/value.js';
import { withDefaults } from './defaults.js';
import { formatPath, type SchemaError } from './error.js';
import { isObject, type SchemaNode } from './node.js';

type Keys = readonly (string | number)[];

/**
 * Which CEL rules of its kind an object breaks. Rules that compare with the stored object are skipped: a new one has none. Rules below
 * allOf and its like are not looked for: no kind of imports/ has any, which a test holds.
 *
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules (v1.36)
 *
 * @param object valid against the schema.
 * @throws when a rule cannot be read: imports/ is then ahead of this folder.
 */
export function checkRules(object: unknown, schema: SchemaNode): readonly SchemaError[] {
  const errors: SchemaError[] = [];
  visit(withDefaults(object, schema), schema, [], errors);
  return errors;
}

function visit(value: unknown, node: SchemaNode, keys: Keys, errors: SchemaError[]): void {
  // A rule about null belongs to the object around it.
  if (value === null || value === undefined) return;
  if (node['x-kubernetes-validations'] !== undefined) ask(value, node, keys, errors);
  const { items, properties = {}, additionalProperties } = node;
  if (Array.isArray(value)) {
    if (items !== undefined) for (const [index, item] of value.entries()) visit(item, items, [...keys, index], errors);
  } else if (isObject(value)) {
    for (const [key, field] of Object.entries(value)) {
      const child = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
      if (isObject(child)) visit(field, child, [...keys, key], errors);
    }
  }
}

function ask(value: unknown, node: SchemaNode, keys: Keys, errors: SchemaError[]): void {
  const self = toCel(value, node, keys.length === 0 || isEmbedded(node));
  for (const { rule, message, fieldPath = '', optionalOldSelf } of node['x-kubernetes-validations'] ?? []) {
    const compiled = compileRule(rule);
    if (compiled.usesOldSelf && optionalOldSelf !== true) continue;
    const reason = compiled.ask(self);
    if (reason === undefined) continue;
    const text = message ?? `The rule ${rule.trim().replace(/\s+/g, ' ')} does not hold`;
    errors.push({
      path: `${formatPath(keys)}${fieldPath}`.replace(/^\./, ''),
      message: `${text.trim().replace(/\.$/, '')}${reason === '' ? '' : ` (${reason})`}.`,
    });
  }
}
