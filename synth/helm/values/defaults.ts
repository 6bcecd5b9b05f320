import { isObject } from '../../schema/node.js';
import type { ValueNode } from './node.js';

/** Adds what a default of values.yaml says: its form, and that it can be taken away. An empty map or list says nothing of what is below. */
export function addDefault(node: ValueNode, value: unknown): void {
  if (value !== '' && value !== undefined) node.isNullable = true;
  if (Array.isArray(value)) {
    node.isList = true;
    for (const item of value) addDefault(node.each(), item);
  } else if (isObject(value)) {
    node.isObject = true;
    node.hasAnyKey ||= Object.keys(value).length === 0;
    for (const [name, child] of Object.entries(value)) addDefault(node.key(name), child);
  } else if (value === '') {
    node.isBlank = true;
  } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    node.scalars.add(typeof value as 'string' | 'number' | 'boolean');
    node.isOff ||= value === false;
  }
}

/** Every text of the defaults that is a template itself, as charts hand it to `tpl`. */
export function templatesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.includes('{{') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(templatesIn) : [];
}
