import { recordOf } from '../../../charts/lib/untyped.js';
import { formatPath, walk } from './pruned-walk.js';

/** A part of Helm values that makes copies of a pod. */
export interface Copies {
  /** Path of the part, empty for all of the values. @example 'controller' */
  readonly field: string;
  readonly replicas: number;
  /** The part itself. */
  readonly map: Readonly<Record<string, unknown>>;
}

/** Every part of Helm values that says how many copies there are, by the keys that charts have for it. */
export function findCopies(values: unknown): readonly Copies[] {
  const top = recordOf(values);
  const count = countOf(top);
  const found: Copies[] = count === undefined ? [] : [{ field: '', replicas: count, map: top }];
  walk(values, ({ value, path }) => {
    if (Array.isArray(value)) return false;
    const map = recordOf(value);
    const replicas = countOf(map);
    if (replicas !== undefined) found.push({ field: formatPath(path), replicas, map });
    return true;
  });
  return found;
}

function countOf(map: Copies['map']): number | undefined {
  const count = map['replicas'] ?? map['replicaCount'] ?? recordOf(map['deployment'])['replicas'];
  return typeof count === 'number' ? count : undefined;
}
