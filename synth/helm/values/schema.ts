import { isObject } from '../../schema/node.js';
import type { Scalar, ValueNode } from './node.js';

const scalars: Readonly<Record<string, Scalar>> = { string: 'string', number: 'number', integer: 'number', boolean: 'boolean' };

/** Keywords whose schemas each say something of the same place. */
const alternatives = ['allOf', 'anyOf', 'oneOf', 'then', 'else', 'dependentSchemas'] as const;

/**
 * Adds what a values.schema.json says, whichever draft it is of. A reference to another file may say anything.
 *
 * Source: https://json-schema.org/draft/2020-12/json-schema-core and https://json-schema.org/draft-07/json-schema-core
 */
export function addSchema(root: ValueNode, document: unknown): void {
  new Reader(document).read(root, document, []);
  // A root that takes any key takes it for other readers than the templates.
  root.close();
}

class Reader {
  constructor(private readonly document: unknown) {}

  /** @param path the references that led here: a shape that holds itself may be of any depth. */
  read(node: ValueNode, schema: unknown, path: readonly string[]): void {
    if (schema === true) node.isAny = true;
    if (!isObject(schema)) return;
    const reference = schema['$ref'] ?? schema['$dynamicRef'];
    if (typeof reference === 'string') this.follow(node, reference, path);
    this.readType(node, schema);
    this.readObject(node, schema, path);
    this.readList(node, schema, path);
    for (const keyword of alternatives) {
      const value = schema[keyword];
      const parts = Array.isArray(value) ? value : keyword === 'dependentSchemas' && isObject(value) ? Object.values(value) : [value];
      for (const part of parts) if (part !== true) this.read(node, part, path);
    }
  }

  private follow(node: ValueNode, reference: string, path: readonly string[]): void {
    const target = this.find(reference);
    if (target === undefined || path.includes(reference)) node.isPrinted = true;
    else this.read(node, target, [...path, reference]);
  }

  /** A JSON pointer, or the name that `$anchor` or `$id` gives. */
  private find(reference: string): unknown {
    if (!reference.startsWith('#')) return undefined;
    if (reference !== '#' && !reference.startsWith('#/')) return findNamed(this.document, reference);
    const names = reference
      .slice(2)
      .split('/')
      .filter(Boolean)
      .map((name) => decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'));
    return names.reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
      this.document,
    );
  }

  private readType(node: ValueNode, schema: Record<string, unknown>): void {
    const types = [schema['type']].flat().filter((type) => typeof type === 'string');
    const literals = 'const' in schema ? [schema['const']] : Array.isArray(schema['enum']) ? schema['enum'] : [];
    for (const literal of literals) {
      if (literal === null) node.isNullable = true;
      else if (typeof literal !== 'object') node.literals.add(JSON.stringify(literal));
    }
    for (const type of types) {
      const scalar = scalars[type];
      if (scalar !== undefined && literals.length === 0) node.scalars.add(scalar);
      node.isObject ||= type === 'object';
      node.isList ||= type === 'array';
      node.isNullable ||= type === 'null';
    }
    node.isDeclared ||= types.length > 0 || literals.length > 0;
  }

  private readObject(node: ValueNode, schema: Record<string, unknown>, path: readonly string[]): void {
    const { properties, patternProperties, additionalProperties } = schema;
    if (isObject(properties)) {
      node.isObject = true;
      for (const [name, property] of Object.entries(properties)) this.read(node.key(name), property, path);
    }
    const rest = [...(isObject(patternProperties) ? Object.values(patternProperties) : []), additionalProperties];
    for (const below of rest.filter((below) => below === true || isObject(below))) {
      node.isObject = true;
      node.hasAnyKey = true;
      this.read(node.each(), below, path);
    }
  }

  private readList(node: ValueNode, schema: Record<string, unknown>, path: readonly string[]): void {
    for (const item of [schema['items'], schema['prefixItems'], schema['additionalItems']].flat()) {
      if (!isObject(item)) continue;
      node.isList = true;
      this.read(node.each(), item, path);
    }
  }
}

function findNamed(value: unknown, reference: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isObject(value) && (value['$anchor'] === reference.slice(1) || value['$id'] === reference)) return value;
  for (const child of Object.values(value)) {
    const found = findNamed(child, reference);
    if (found !== undefined) return found;
  }
  return undefined;
}
