/** Tells whether a set of characters has a code point. Case folding is already part of it. */
export type CharTest = (codePoint: number) => boolean;

/** Where a position must be; none of them reads a character. */
export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word' | 'not-word';

/** A parsed Go (RE2) pattern. Groups do not capture here: only whether a text matches is of interest. */
export type Re2 =
  | { readonly op: 'chars'; readonly test: CharTest }
  | { readonly op: 'assert'; readonly assertion: Assertion }
  | { readonly op: 'sequence'; readonly parts: readonly Re2[] }
  | { readonly op: 'either'; readonly parts: readonly Re2[] }
  | { readonly op: 'repeat'; readonly part: Re2; readonly min: number; readonly max: number };

/** A pattern that Go would refuse, or that this reader does not know. */
export class PatternError extends Error {
  constructor(pattern: string, reason: string) {
    super(`${JSON.stringify(pattern)} is not a Go regular expression that can be checked here: ${reason}.`);
    this.name = 'PatternError';
  }
}

/** The characters of a pattern and a place among them. Works in code points, as Go does. */
export class Cursor {
  readonly #chars: readonly string[];
  #at = 0;

  constructor(readonly pattern: string) {
    this.#chars = [...pattern];
  }

  /** The character `ahead` places on, or '' behind the end. */
  peek(ahead = 0): string {
    return this.#chars[this.#at + ahead] ?? '';
  }

  next(): string {
    const char = this.peek();
    this.#at++;
    return char;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#chars.length;
  }

  /** Steps over `text` if it comes next. */
  take(text: string): boolean {
    const chars = [...text];
    if (!chars.every((char, index) => this.peek(index) === char)) return false;
    this.#at += chars.length;
    return true;
  }

  /** True when `text` comes anywhere further on. */
  has(text: string): boolean {
    return this.#chars.slice(this.#at).join('').includes(text);
  }

  /** The text up to `end`, stepping over both. @throws PatternError when it does not come. */
  takeUntil(end: string): string {
    let text = '';
    while (!this.take(end)) {
      if (this.isAtEnd) throw this.error(`${end} is missing`);
      text += this.next();
    }
    return text;
  }

  error(reason: string): PatternError {
    return new PatternError(this.pattern, reason);
  }
}
