import { isObject, type SchemaNode } from './node.js';

/**
 * A value as the API server stores it: with the defaults of its structural schema, also inside of what is itself a default. What is
 * there already is not copied where nothing is added.
 *
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting (v1.36)
 */
export function withDefaults(value: unknown, node: SchemaNode): unknown {
  if (Array.isArray(value)) {
    const { items } = node;
    return items === undefined
      ? value
      : keep(
          value,
          value.map((item) => withDefaults(item, items)),
        );
  }
  return isObject(value) ? fillObject(value, node) : value;
}

function fillObject(value: Record<string, unknown>, { properties = {}, additionalProperties }: SchemaNode): Record<string, unknown> {
  let result = value;
  const set = (name: string, field: unknown) => {
    if (result === value) result = { ...value };
    result[name] = field;
  };
  for (const [name, child] of Object.entries(properties)) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    const isMissing = given === undefined || (given === null && child.nullable !== true);
    if (isMissing && child.default === undefined) continue;
    const filled = withDefaults(isMissing ? child.default : given, child);
    if (filled !== given) set(name, filled);
  }
  if (isObject(additionalProperties)) {
    for (const [name, given] of Object.entries(value)) {
      if (Object.hasOwn(properties, name)) continue;
      const filled = withDefaults(given, additionalProperties);
      if (filled !== given) set(name, filled);
    }
  }
  return result;
}

function keep(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.some((item, index) => item !== before[index]) ? after : before;
}
