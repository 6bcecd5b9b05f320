import { nearest } from '../../../charts/lib/nearest.js';
import type { Problem } from '../../../charts/lib/problem.js';
import { isObject } from '../../schema/node.js';
import type { ChartId } from '../model.js';
import type { KnownValue } from './known.js';

/** A key that the chart does not know, so that it would do nothing. */
export interface UnknownKey {
  /** @example 'cgroup.automount' */
  readonly path: string;
  /** The known name beside it that was most likely meant. */
  readonly nearest?: string;
}

/** Every key of the values that the chart does not know, in the order of the values. */
export function findUnknownKeys(values: object, model: KnownValue): readonly UnknownKey[] {
  return findBelow(values, model, '');
}

function findBelow(value: unknown, known: KnownValue, at: string): UnknownKey[] {
  if (known.isUnknown) return [];
  if (Array.isArray(value)) {
    const { items } = known;
    return items === undefined ? [] : value.flatMap((item, index) => findBelow(item, items, `${at}[${index}]`));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, child]) => {
    if (child === undefined) return [];
    const path = pathOf(at, name);
    const below = known.keys?.get(name) ?? known.rest;
    if (below) return findBelow(child, below, path);
    const meant = nearest(name, known.keys?.keys() ?? []);
    return [{ path, ...(meant === undefined ? {} : { nearest: pathOf(at, meant) }) }];
  });
}

/** A name that is none to JavaScript stands in brackets. @example `grafana["grafana.ini"].server` */
function pathOf(at: string, name: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(name)) return `${at}[${JSON.stringify(name)}]`;
  return at === '' ? name : `${at}.${name}`;
}

/** A release whose values are checked. */
export interface CheckedRelease {
  /** File of its component. @example 'charts/cilium/index.ts' */
  readonly file: string;
  readonly name: string;
  readonly chart: ChartId;
  readonly values: object;
}

/** A problem for each key of a release that its chart does not know. */
export function checkValues({ file, name, chart, values }: CheckedRelease, model: KnownValue): readonly Problem[] {
  return findUnknownKeys(values, model).map(({ path, nearest }) => ({
    rule: 'known-value',
    severity: 'error',
    file,
    field: `release ${name}, values ${path}`,
    problem: `${chart.chart} ${chart.version} knows no value ${path}, so it would do nothing.`,
    fix: nearest === undefined ? `delete it, or use a value that ${chart.chart} ${chart.version} has.` : `write ${nearest}.`,
  }));
}
