import { canonical } from './equal.js';
import { show } from './error.js';
import { isObject, type SchemaNode } from './node.js';
import type { Mode, Walk } from './walk.js';

/** The items of a list: their number, that they differ where they must, and each against its node. */
export function checkItems(walk: Walk, value: readonly unknown[], node: SchemaNode, mode: Mode, base: SchemaNode | undefined): void {
  const { minItems, maxItems, items } = node;
  if (minItems !== undefined && value.length < minItems) {
    walk.fail(`It has ${value.length} item${value.length === 1 ? '' : 's'}; at least ${minItems} must be listed.`);
  }
  if (maxItems !== undefined && value.length > maxItems) {
    walk.fail(`It has ${value.length} items; at most ${maxItems} may be listed.`);
  }
  const listType = node['x-kubernetes-list-type'];
  if (node.uniqueItems === true || listType === 'set') refuseRepeats(walk, value.map(canonical), (index) => show(value[index]));
  if (listType === 'map' && value.length > 1) checkKeys(walk, value, node);
  if (items === undefined) return;
  const known = mode === 'open' ? base?.items : items;
  for (let index = 0; index < value.length; index++) walk.enter(index, value[index], items, mode, known);
}

/** Two items of a map-like list may not agree in all keys: server-side apply refuses such an object as a whole. */
function checkKeys(walk: Walk, value: readonly unknown[], node: SchemaNode): void {
  const names = node['x-kubernetes-list-map-keys'] ?? [];
  const properties = node.items === undefined ? undefined : walk.follow(node.items).properties;
  const keys = value.map((item) => (isObject(item) ? names.map((name) => item[name] ?? properties?.[name]?.default) : undefined));
  const texts = keys.map((key, index) => (key === undefined ? `not an object: ${index}` : canonical(key)));
  refuseRepeats(walk, texts, (index) => names.map((name, at) => `${name} ${show(keys[index]?.[at])}`).join(', '));
}

function refuseRepeats(walk: Walk, texts: readonly string[], describe: (index: number) => string): void {
  const first = new Map<string, number>();
  for (const [index, text] of texts.entries()) {
    const earlier = first.get(text);
    if (earlier === undefined) first.set(text, index);
    else walk.fail(`Items ${earlier} and ${index} are the same: ${describe(index)}.`, { fix: 'keep one of them.' });
  }
}
