import { recordOf } from '../../../charts/lib/untyped.js';

/** A map somewhere in the values of a release. */
export interface ValueMap {
  /** Its key, or that of its list. @example 'service' */
  readonly key: string;
  /** @example 'values.controller.service' */
  readonly field: string;
  readonly map: Readonly<Record<string, unknown>>;
}

/** The values themselves, which have no key, and every map in them but for what is inside of something that is switched off. */
export function* findMaps(values: unknown, key = '', field = 'values'): Generator<ValueMap> {
  if (Array.isArray(values)) {
    for (const [index, item] of values.entries()) yield* findMaps(item, key, `${field}[${index}]`);
  } else if (typeof values === 'object' && values !== null) {
    const map = recordOf(values);
    yield { key, field, map };
    if (map['enabled'] === false) return;
    for (const [name, value] of Object.entries(map)) {
      if (typeof value === 'object' && value !== null) yield* findMaps(value, name, `${field}.${name}`);
    }
  }
}
