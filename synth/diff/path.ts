/** A step to a key of a map. @example '.spec', '["cert-manager.io/issuer"]' */
export function stepToKey(key: string): string {
  return /^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** A step to the item of a list that has these values. @example '[name=web]', '[port=80,protocol=TCP]' */
export function stepToItem(values: readonly (readonly [key: string, value: unknown])[]): string {
  return `[${values.map(([key, value]) => `${key}=${quote(String(value))}`).join(',')}]`;
}

function quote(value: string): string {
  return value === '' || /[[\],="]/.test(value) ? JSON.stringify(value) : value;
}

/** A path without the dot before its first key. */
export function joinPath(path: string, step: string): string {
  return path === '' ? step.replace(/^\./, '') : `${path}${step}`;
}
