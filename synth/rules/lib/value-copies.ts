import { recordOf } from '../../../charts/lib/untyped.js';

/** A part of Helm values that makes copies of a pod. */
export interface Copies {
  /** Path of the part, empty for all of the values. @example 'controller' */
  readonly field: string;
  readonly replicas: number;
  /** The part itself. */
  readonly map: Readonly<Record<string, unknown>>;
}

/** Every part of Helm values that says how many copies there are, by the keys that charts have for it. */
export function findCopies(values: unknown, field = ''): readonly Copies[] {
  if (Array.isArray(values) || typeof values !== 'object' || values === null) return [];
  const map = recordOf(values);
  const replicas = map['replicas'] ?? map['replicaCount'] ?? recordOf(map['deployment'])['replicas'];
  const inner = Object.entries(map).flatMap(([key, value]) => findCopies(value, field === '' ? key : `${field}.${key}`));
  return typeof replicas === 'number' ? [{ field, replicas, map }, ...inner] : inner;
}
