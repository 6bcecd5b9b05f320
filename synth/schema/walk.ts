import { formatPath, type SchemaError } from './error.js';
import type { Resolve, SchemaNode } from './node.js';

/**
 * What a schema leaves open at this place: `structural` and `kubernetes` close objects as `Dialect` says; `open` holds inside
 * allOf, anyOf, oneOf and not, which only restrict what the schema around them lists, and everywhere in plain JSON Schema.
 */
export type Mode = 'structural' | 'kubernetes' | 'open';

/** Checks a value against a node; `base` is the structural node of the same place, which knows the defaults. */
export type Check = (walk: Walk, value: unknown, node: SchemaNode, mode: Mode, base?: SchemaNode) => void;

/** By the `$ref` of a definition: what its objects must keep besides its schema. */
export type Meanings = ReadonlyMap<string, (walk: Walk, value: Record<string, unknown>) => void>;

/** The targets of references, kept as long as the schemas that they come from. */
const known = new WeakMap<Resolve, Map<string, SchemaNode>>();

/** One validation: where it is in the object, and what it has found. */
export class Walk {
  #errors: SchemaError[] = [];
  readonly #keys: (string | number)[] = [];
  readonly #resolve: Resolve;
  readonly #check: Check;

  readonly #meanings: Meanings;
  readonly #targets: Map<string, SchemaNode>;

  constructor(resolve: Resolve, check: Check, meanings: Meanings) {
    this.#resolve = resolve;
    this.#check = check;
    this.#meanings = meanings;
    this.#targets = known.get(resolve) ?? new Map();
    known.set(resolve, this.#targets);
  }

  get errors(): readonly SchemaError[] {
    return this.#errors;
  }

  /** Reports a mistake at this place, or at a field below it; a list names a field deeper down. */
  fail(message: string, options: { readonly field?: string | readonly (string | number)[]; readonly fix?: string | undefined } = {}): void {
    const keys = [...this.#keys, ...(typeof options.field === 'string' ? [options.field] : (options.field ?? []))];
    this.#errors.push({ path: formatPath(keys), message, ...(options.fix !== undefined && { fix: options.fix }) });
  }

  /** Checks the value of a field or item. */
  enter(key: string | number, value: unknown, node: SchemaNode, mode: Mode, base?: SchemaNode): void {
    this.#keys.push(key);
    this.#check(this, value, node, mode, base);
    this.#keys.pop();
  }

  /** Checks the value at this place against another node. */
  check(value: unknown, node: SchemaNode, mode: Mode, base?: SchemaNode): void {
    this.#check(this, value, node, mode, base);
  }

  /** Checks an object of a definition for more than its schema says. */
  checkMeaning({ $ref }: SchemaNode, value: Record<string, unknown>): void {
    if ($ref !== undefined) this.#meanings.get($ref)?.(this, value);
  }

  /** What a check would report, without reporting it. */
  attempt(value: unknown, node: SchemaNode, mode: Mode, base?: SchemaNode): readonly SchemaError[] {
    const before = this.#errors;
    this.#errors = [];
    this.#check(this, value, node, mode, base);
    const found = this.#errors;
    this.#errors = before;
    return found;
  }

  /** Where errors of another attempt go. */
  adopt(errors: readonly SchemaError[]): void {
    this.#errors.push(...errors);
  }

  /** True at the object itself. */
  get isAtRoot(): boolean {
    return this.#keys.length === 0;
  }

  /**
   * The node itself, or what its `$ref` points to.
   *
   * @throws when nothing is there: imports/ is generated, so that is a bug and no mistake in the object.
   */
  follow(node: SchemaNode): SchemaNode {
    if (node.$ref === undefined) return node;
    let target = this.#targets.get(node.$ref);
    if (target === undefined) {
      target = this.#resolve(node.$ref);
      if (target === undefined) throw new Error(`The schemas have no ${node.$ref}; run npm run import.`);
      this.#targets.set(node.$ref, target);
    }
    return this.follow(target);
  }
}
