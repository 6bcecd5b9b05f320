import type { Environment } from '@marcbachmann/cel-js';
import { isEqual, isLess } from './order.js';
import { refuse } from './refuse.js';

/** What `sets.contains` hangs from. */
class SetNamespace {}

type List = readonly unknown[];

/** Functions of lists and sets. Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-list-library (v1.36) */
export function addLists(environment: Environment): void {
  const includes = (list: List, value: unknown) => list.some((item) => isEqual(item, value));
  const contains = (list: List, other: List) => other.every((value) => includes(list, value));
  environment
    .registerFunction('list.isSorted(): bool', (list: List) => list.every((value, index) => index === 0 || !isLess(value, list[index - 1])))
    .registerFunction('list.sum(): dyn', sum)
    .registerFunction('list.min(): dyn', (list: List) => pick(list, (value, best) => isLess(value, best)))
    .registerFunction('list.max(): dyn', (list: List) => pick(list, (value, best) => isLess(best, value)))
    .registerFunction('list.indexOf(dyn): int', (list: List, value: unknown) => BigInt(list.findIndex((item) => isEqual(item, value))))
    .registerFunction('list.lastIndexOf(dyn): int', (list: List, value: unknown) =>
      BigInt(list.findLastIndex((item) => isEqual(item, value))),
    )
    .registerType('SetNamespace', SetNamespace)
    .registerConstant('sets', 'SetNamespace', new SetNamespace())
    .registerFunction('SetNamespace.contains(list, list): bool', (_: SetNamespace, a: List, b: List) => contains(a, b))
    .registerFunction('SetNamespace.equivalent(list, list): bool', (_: SetNamespace, a: List, b: List) => contains(a, b) && contains(b, a))
    .registerFunction('SetNamespace.intersects(list, list): bool', (_: SetNamespace, a: List, b: List) =>
      a.some((value) => includes(b, value)),
    );
}

function sum(list: List): unknown {
  if (list.every((value) => typeof value === 'number')) return list.reduce((total, value) => total + value, 0);
  if (list.every((value) => typeof value === 'bigint')) return list.reduce((total, value) => total + value, 0n);
  return refuse('sum() takes numbers of one type');
}

function pick(list: List, isBetter: (value: unknown, best: unknown) => boolean): unknown {
  if (list.length === 0) return refuse('the list is empty');
  return list.reduce((best, value) => (isBetter(value, best) ? value : best));
}
