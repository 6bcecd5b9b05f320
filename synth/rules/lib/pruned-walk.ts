/** Where something stands in data; made a text only for what is told, because nearly all of it is not. */
export interface Path {
  readonly owner: Path | undefined;
  readonly key: string | number;
}

/** @example 'spec.template.spec.volumes[0].name' */
export function formatPath(path: Path | undefined): string {
  if (path === undefined) return '';
  const before = formatPath(path.owner);
  if (typeof path.key === 'number') return `${before}[${path.key}]`;
  return before === '' ? path.key : `${before}.${path.key}`;
}

/** What a walk stands at. */
export interface Step {
  /** Key of the entry; of an item that of its list. */
  readonly key: string;
  readonly value: unknown;
  /** Map that has the entry, or the list with the item. */
  readonly map: Readonly<Record<string, unknown>>;
  readonly path: Path;
}

/**
 * Visits every entry of every map in data, and every item of every list, from the outside in.
 *
 * @param visit returns false where nobody need look inside.
 */
export function walk(data: unknown, visit: (step: Step) => boolean, owner?: Path): void {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return;
  const map = data as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(map)) enter({ key, value: map[key], map, path: { owner, key } }, visit);
}

function enter(step: Step, visit: (step: Step) => boolean): void {
  const { key, value, map, path } = step;
  if (!visit(step) || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) enter({ key, value: value[index], map, path: { owner: path, key: index } }, visit);
  } else walk(value, visit, path);
}
