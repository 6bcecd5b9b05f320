/** One way to fulfil the rule of a router: all of its matchers together. */
export interface Alternative {
  /** Names of its Host matcher as they are written; empty when it has none. */
  readonly hosts: readonly string[];
  /** Its other matchers, as text without spaces. @example ['PathPrefix(`/api`)'] */
  readonly others: readonly string[];
}

/**
 * The alternatives of a rule of Traefik's router.
 *
 * @returns nothing when it is no such rule.
 * @example readMatch('Host(`a.example.test`) && (Path(`/x`) || Path(`/y`))') has two, each with the host.
 *
 * Source: https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/ (v3.7)
 */
export function readMatch(text: string): readonly Alternative[] {
  const tokens = text.match(/&&|\|\||!|[()]|\w+\((?:`[^`]*`|"[^"]*"|'[^']*'|[^()`"'])*\)|\S/g) ?? [];
  let at = 0;
  const readEither = (): string[][] => {
    const found = readBoth();
    while (tokens[at] === '||') {
      at += 1;
      found.push(...readBoth());
    }
    return found;
  };
  const readBoth = (): string[][] => {
    let found = readOne();
    while (tokens[at] === '&&') {
      at += 1;
      const next = readOne();
      found = found.flatMap((left) => next.map((right) => [...left, ...right]));
    }
    return found;
  };
  const readOne = (): string[][] => {
    const token = tokens[at] ?? '';
    at += 1;
    if (token === '!') return [[`!${readOne().join('|')}`]];
    if (token !== '(') return [[token.replace(/\s+/g, '')]];
    const found = readEither();
    at += 1;
    return found;
  };
  const alternatives = readEither();
  if (at < tokens.length || alternatives.flat().some((matcher) => !/^!|^\w+\(.*\)$/s.test(matcher))) return [];
  return alternatives.map((matchers) => ({
    hosts: matchers.filter((matcher) => matcher.startsWith('Host(')).flatMap(argumentsOf),
    others: matchers.filter((matcher) => !matcher.startsWith('Host(')).sort(),
  }));
}

/** @example argumentsOf('PathPrefix(`/api`)') is ['/api'] */
export function argumentsOf(matcher: string): string[] {
  return [...matcher.matchAll(/[`"']([^`"']*)[`"']/g)].map(([, text = '']) => text);
}
