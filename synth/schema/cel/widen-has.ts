import type { ASTNode } from '@marcbachmann/cel-js';

/** A node of the syntax tree with its place in the text. */
export interface SyntaxNode {
  readonly op: string;
  readonly args: unknown;
  readonly start: number;
  readonly end: number;
}

/** True for a part of the syntax tree that is a node. */
export function isSyntaxNode(part: unknown): part is SyntaxNode {
  return typeof part === 'object' && part !== null && 'op' in part && 'args' in part;
}

/**
 * The same rule with each `has(a[0].b)` written as `a[0].?b.hasValue()`: the evaluator takes `has` of names only.
 *
 * @param root the syntax tree of the rule.
 */
export function widenHas(rule: string, root: ASTNode): string {
  const found: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    if (!isSyntaxNode(part)) return;
    const wide = part.op === 'call' ? replacementOf(rule, part.args as readonly unknown[]) : undefined;
    if (wide === undefined) visit(part.args);
    else found.push({ start: part.start, end: part.end, text: wide });
  };
  visit(root);
  const last = found.sort((a, b) => b.start - a.start);
  return last.reduce((text, { start, end, text: wide }) => `${text.slice(0, start)}(${wide})${text.slice(end)}`, rule);
}

function replacementOf(rule: string, [name, args]: readonly unknown[]): string | undefined {
  const [field] = args as readonly unknown[];
  if (name !== 'has' || !isSyntaxNode(field) || field.op !== '.') return undefined;
  const [from, last] = field.args as readonly [SyntaxNode, string];
  let first: unknown = from;
  while (isSyntaxNode(first) && first.op === '.') [first] = first.args as readonly unknown[];
  const isOfNames = isSyntaxNode(first) && first.op === 'id';
  return isOfNames ? undefined : `${rule.slice(from.start, from.end)}.?${last}.hasValue()`;
}
