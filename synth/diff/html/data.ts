import { toYaml } from '../../yaml.js';
import type { ClusterDiff, Danger, DiffReport, FieldChange, LineChange, ObjectChange } from '../model.js';

/** What the script of the page reads: one flat list of objects, with values as the texts that are shown. */
export interface PageData {
  readonly clusters: readonly { readonly cluster: string; readonly effect: ClusterDiff['effect'] }[];
  readonly objects: readonly PageObject[];
}

/** One changed object. */
export interface PageObject extends Omit<ObjectChange, 'fields'> {
  /** Id of its element, unique on the page. @example 'o-0-12' */
  readonly id: string;
  readonly cluster: string;
  readonly fields: readonly PageField[];
  /** Dangers of this object, the worst first. */
  readonly dangers: readonly Omit<Danger, 'object'>[];
  /** Nothing but noise changed, so that it is hidden at first. */
  readonly isNoise: boolean;
}

/** One changed field, its values as YAML; a text of several lines as it is. */
export interface PageField {
  readonly path: string;
  readonly change: FieldChange['change'];
  /** @default - it was not there */
  readonly before?: string;
  /** @default - it is not there any more */
  readonly after?: string;
  /** @default - the values say it */
  readonly lines?: readonly LineChange[];
  readonly isNoise: boolean;
}

/**
 * Id of the element that shows an object.
 * @param cluster index in the report
 * @param object index in the cluster
 */
export function objectId(cluster: number, object: number): string {
  return `o-${cluster}-${object}`;
}

/** Nothing but noise changed: nobody need look at the object. */
export function isNoise({ change, fields }: ObjectChange): boolean {
  return change === 'changed' && fields.length > 0 && fields.every((field) => field.isNoise === true);
}

/** Makes the data of the page from a report. */
export function pageData({ clusters }: DiffReport): PageData {
  return {
    clusters: clusters.map(({ cluster, effect }) => ({ cluster, effect })),
    objects: clusters.flatMap((diff, index) => {
      const dangers = groupDangers(diff.dangers);
      return diff.objects.map((object, position) => ({
        ...object,
        id: objectId(index, position),
        cluster: diff.cluster,
        fields: object.fields.map(pageField),
        dangers: dangers.get(position) ?? [],
        isNoise: isNoise(object),
      }));
    }),
  };
}

function groupDangers(dangers: readonly Danger[]): ReadonlyMap<number, readonly Omit<Danger, 'object'>[]> {
  const groups = new Map<number, Omit<Danger, 'object'>[]>();
  for (const { object, ...danger } of dangers) groups.set(object, [...(groups.get(object) ?? []), danger]);
  return groups;
}

function pageField(field: FieldChange): PageField {
  return {
    path: field.path,
    change: field.change,
    isNoise: field.isNoise === true,
    ...(field.lines === undefined
      ? {
          ...(field.change === 'added' ? {} : { before: showValue(field.before) }),
          ...(field.change === 'removed' ? {} : { after: showValue(field.after) }),
        }
      : { lines: field.lines }),
  };
}

/** A value as a reviewer reads it: YAML, where the text "true" and the boolean differ; a text of several lines as it is. */
function showValue(value: unknown): string {
  if (typeof value === 'string' && value.includes('\n')) return value;
  try {
    const text = toYaml({ value }).slice('value:'.length, -1);
    return text.startsWith('\n') ? text.slice(1).replace(/^ {2}/gm, '') : text.trimStart();
  } catch {
    // Half of a surrogate pair has no form in YAML; JSON has an escape for it.
    return JSON.stringify(value, null, 2);
  }
}
