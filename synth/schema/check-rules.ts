import { compileRule } from './cel/rule.js';
import { isEmbedded, toCel } from './cel/value.js';
import { withDefaults } from './defaults.js';
import { formatPath, type SchemaError } from './error.js';
import { type CelRule, isObject, type SchemaNode } from './node.js';

/** The part of a schema that leads to rules, and the rules there. */
interface RulePlan {
  readonly node: SchemaNode;
  readonly rules: readonly CelRule[];
  readonly properties: ReadonlyMap<string, RulePlan>;
  readonly others?: RulePlan | undefined;
  readonly items?: RulePlan | undefined;
}

type Keys = readonly (string | number)[];

/** Plans by schema: one is asked again for every object of its kind. */
const plans = new WeakMap<SchemaNode, RulePlan | 'none'>();

/**
 * Which CEL rules of its kind an object breaks. Rules that compare with the stored object are skipped: a new one has none.
 *
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules (v1.36)
 *
 * @param object valid against the schema.
 * @throws when a rule cannot be read: imports/ is then ahead of this folder.
 */
export function checkRules(object: unknown, schema: SchemaNode): readonly SchemaError[] {
  const known = plans.get(schema) ?? planOf(schema) ?? 'none';
  plans.set(schema, known);
  if (known === 'none') return [];
  const errors: SchemaError[] = [];
  visit(withDefaults(object, schema), known, [], errors, true);
  return errors;
}

/** Only where the schema gives types: no kind has rules below allOf and its like, which a test holds. */
function planOf(node: SchemaNode): RulePlan | undefined {
  const below = (child: SchemaNode | boolean | undefined) => (isObject(child) ? planOf(child) : undefined);
  const properties = new Map<string, RulePlan>();
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    const plan = planOf(child);
    if (plan !== undefined) properties.set(name, plan);
  }
  const rules = node['x-kubernetes-validations'] ?? [];
  const [others, items] = [below(node.additionalProperties), below(node.items)];
  const isEmpty = rules.length === 0 && properties.size === 0 && others === undefined && items === undefined;
  return isEmpty ? undefined : { node, rules, properties, others, items };
}

function visit(value: unknown, plan: RulePlan, keys: Keys, errors: SchemaError[], isRoot: boolean): void {
  // A rule about null belongs to the object around it.
  if (value === null || value === undefined) return;
  if (plan.rules.length > 0) ask(value, plan, keys, errors, isRoot);
  if (Array.isArray(value)) {
    if (plan.items !== undefined) for (const [index, item] of value.entries()) visit(item, plan.items, [...keys, index], errors, false);
  } else if (isObject(value)) {
    for (const [key, field] of Object.entries(value)) {
      const child = plan.properties.get(key) ?? plan.others;
      if (child !== undefined) visit(field, child, [...keys, key], errors, false);
    }
  }
}

function ask(value: unknown, { node, rules }: RulePlan, keys: Keys, errors: SchemaError[], isRoot: boolean): void {
  const self = toCel(value, node, isRoot || isEmbedded(node));
  for (const { rule, message, fieldPath = '', optionalOldSelf } of rules) {
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
