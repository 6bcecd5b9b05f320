/** What is wrong with one field of an object. */
export interface SchemaError {
  /** From the root of the object; '' is the object itself. @example 'spec.template.spec.containers[0].image' */
  readonly path: string;
  /** One full sentence, with the value that was found. */
  readonly message: string;
  /** What to do, as one imperative sentence; only where it can be computed. @default - not known */
  readonly fix?: string;
}

/** Longest text of a value in a message. */
const MAX_TEXT = 80;

/** Most names in a list of choices. */
const MAX_NAMES = 20;

/** The path of a field, names that are no identifiers in brackets and quotes. @example 'metadata.annotations["a.b/c"]' */
export function formatPath(keys: readonly (string | number)[]): string {
  return keys
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join('');
}

/** A value as a message shows it: JSON, cut when long. */
export function show(value: unknown): string {
  const text = typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 3)}...` : text;
}

/** Names as a list, cut when there are many. */
export function listNames(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return more > 0 ? `${names.slice(0, MAX_NAMES).join(', ')} and ${more} more` : names.join(', ');
}
