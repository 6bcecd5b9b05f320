import { describeType, hasType } from './check-scalar.js';
import { type SchemaError, show } from './error.js';
import type { SchemaNode } from './node.js';
import type { Walk } from './walk.js';

/** allOf, anyOf, oneOf and not: alternatives that restrict what the schema around them lists. */
export function checkForms(walk: Walk, value: unknown, node: SchemaNode, base: SchemaNode | undefined): void {
  if (node.allOf !== undefined) for (const part of node.allOf) walk.check(value, part, 'open', base);
  if (node.anyOf !== undefined) {
    const results = attempts(walk, value, node.anyOf, base);
    if (results.every((errors) => errors.length > 0)) failNone(walk, value, node.anyOf, results, 'at least one');
  }
  if (node.oneOf !== undefined) {
    const results = attempts(walk, value, node.oneOf, base);
    const matching = results.flatMap((errors, index) => (errors.length === 0 ? [index] : []));
    if (matching.length === 0) failNone(walk, value, node.oneOf, results, 'exactly one');
    if (matching.length > 1) {
      const names = node.oneOf.filter((_, index) => matching.includes(index)).map(nameOf);
      const forms = names.every((name) => name !== undefined) ? names.join(' and ') : `${matching.length} of the allowed forms`;
      walk.fail(`It has ${forms} at the same time; only one is allowed.`);
    }
  }
  if (node.not !== undefined && walk.attempt(value, node.not, 'open', base).length === 0) {
    const name = nameOf(node.not);
    walk.fail(name === undefined ? 'It has a form that is not allowed.' : `It must not have ${name}.`);
  }
}

function attempts(
  walk: Walk,
  value: unknown,
  nodes: readonly SchemaNode[],
  base: SchemaNode | undefined,
): readonly (readonly SchemaError[])[] {
  return nodes.map((part) => walk.attempt(value, part, 'open', base));
}

/** Names the fields to choose from, or the types, or reports what the alternative that fits best finds wrong. */
function failNone(
  walk: Walk,
  value: unknown,
  nodes: readonly SchemaNode[],
  results: readonly (readonly SchemaError[])[],
  count: string,
): void {
  const names = nodes.map(nameOf);
  if (names.every((name) => name !== undefined) && nodes.every(({ properties }) => properties === undefined)) {
    walk.fail(`It must have ${count} of: ${[...new Set(names)].join('; ')}.`);
    return;
  }
  const types = nodes.map((node) => walk.follow(node).type);
  const fits = types.map((type) => type === undefined || hasType(value, type));
  if (!fits.includes(true)) {
    walk.fail(`${show(value)} is ${describeType(value)}, not of type ${types.join(' or ')}.`);
    return;
  }
  // The mistake that lies deepest belongs to the alternative that was meant; the others fail at their first field.
  const depth = (errors: readonly SchemaError[]): number => Math.max(...errors.map(({ path }) => path.split(/[.[]/).length));
  const candidates = results.filter((_, index) => fits[index]);
  const [best] = candidates.sort((a, b) => depth(b) - depth(a) || a.length - b.length);
  walk.adopt(best ?? []);
}

/** The fields that an alternative asks for. */
function nameOf({ required }: SchemaNode): string | undefined {
  return required === undefined ? undefined : required.join(' with ');
}
