import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { OBJECT_META, type SchemaEntry, type SchemaNode } from '../../synth/schema/node.js';

/** What closes an object, as in the validator but written apart from it. */
type Closing = 'structural' | 'kubernetes' | 'none';

/**
 * The verdict of ajv on objects of one schema, closed as the API server closes them. Tests compare the validator with it.
 *
 * @param definitions what the schemas refer to, by name.
 */
export function compileWithAjv(entry: SchemaEntry, definitions: Readonly<Record<string, SchemaNode>>): (object: unknown) => boolean {
  const ajv = new Ajv({ strict: false, unicodeRegExp: false, inlineRefs: false });
  addFormats.default(ajv);
  ajv.addKeyword({
    keyword: 'uniqueKeys',
    type: 'array',
    validate: (names: readonly string[], list: readonly Record<string, unknown>[]) => {
      const items = list.filter((item) => typeof item === 'object' && item !== null && !Array.isArray(item));
      return new Set(items.map((item) => JSON.stringify(names.map((name) => item[name] ?? null)))).size === items.length;
    },
  });
  const root = translate(entry.schema ?? {}, entry.dialect === 'structural' ? 'structural' : 'kubernetes');
  const metadata = { $ref: `#/definitions/${OBJECT_META}` };
  const isCustom = entry.dialect === 'structural';
  const schema = {
    ...root,
    properties: { ...root.properties, ...(isCustom && { metadata }) },
    definitions: Object.fromEntries(Object.entries(definitions).map(([name, node]) => [name, translate(node, 'kubernetes')])),
  };
  return ajv.compile(schema);
}

/** What an integer is to Go. */
const INT64 = { minimum: -(2 ** 63), exclusiveMaximum: 2 ** 63 };

/** The draft-07 form of a node: closed, defaults honoured, null as a type. */
function translate(node: SchemaNode, closing: Closing): { properties?: Record<string, unknown>; [keyword: string]: unknown } {
  const { nullable, properties, required, additionalProperties, items, anyOf, oneOf, allOf, not, ...rest } = node;
  const isTime = closing === 'kubernetes' && node.format === 'date-time';
  const isPreserved = additionalProperties === true || node['x-kubernetes-preserve-unknown-fields'] === true;
  const isClosed = closing === 'structural' ? node.type === 'object' : closing === 'kubernetes' && properties !== undefined;
  const isInteger = node.type === 'integer' || node['x-kubernetes-int-or-string'] === true;
  const deep = (child: SchemaNode) => translate(child, closing);
  const open = (child: SchemaNode) => translate(child, 'none');
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => !key.startsWith('x-') && key !== 'default')),
    ...(node['x-kubernetes-int-or-string'] === true && { type: ['integer', 'string'] }),
    ...((nullable === true || isTime) && node.type !== undefined && { type: [node.type, 'null'] }),
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, deep(child)])) }),
    ...(required && { required: required.filter((name) => properties?.[name]?.default === undefined) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: deep(additionalProperties) }),
    ...(typeof additionalProperties !== 'object' && isClosed && !isPreserved && { additionalProperties: false }),
    ...(items && { items: deep(items) }),
    ...(anyOf && { anyOf: anyOf.map(open) }),
    ...(oneOf && { oneOf: oneOf.map(open) }),
    ...((allOf || isInteger) && { allOf: [...(allOf ?? []).map(open), ...(isInteger ? [INT64] : [])] }),
    ...(not && { not: open(not) }),
    ...(node['x-kubernetes-list-type'] === 'set' && { uniqueItems: true }),
    ...(node['x-kubernetes-list-type'] === 'map' && { uniqueKeys: node['x-kubernetes-list-map-keys'] }),
  };
}
