import { recordOf } from '../../../charts/lib/untyped.js';
import { onceAView } from './once-a-view.js';
import type { SeenRelease } from './view.js';

/** A map somewhere in the values of a release. */
export interface ValueMap {
  /** Its key, or that of its list. @example 'service' */
  readonly key: string;
  /** @example 'values.controller.service' */
  readonly field: string;
  readonly map: Readonly<Record<string, unknown>>;
}

/** A map in the values of a release that only the engine renders. */
export interface ReleaseMap extends ValueMap {
  readonly at: SeenRelease;
}

/** Those of every release whose objects nobody sees here. */
export const listValueMaps = onceAView((view): readonly ReleaseMap[] =>
  view.releases.filter(({ isSeen }) => !isSeen).flatMap((at) => findMaps(at.values).map((map) => ({ ...map, at }))),
);

/** The values themselves, which have no key, and every map in them but for what is inside of something that is switched off. */
export function findMaps(values: unknown, key = '', field = 'values'): readonly ValueMap[] {
  const found: ValueMap[] = [];
  const visit = (value: object, name: string, path: string) => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) if (typeof item === 'object' && item !== null) visit(item, name, `${path}[${index}]`);
      return;
    }
    const map = recordOf(value);
    found.push({ key: name, field: path, map });
    if (map['enabled'] === false) return;
    for (const inner in map) {
      const next = map[inner];
      if (typeof next === 'object' && next !== null) visit(next, inner, `${path}.${inner}`);
    }
  };
  if (typeof values === 'object' && values !== null) visit(values, key, field);
  return found;
}
