import { actionsOf, type Token, tokensOf } from './template-tokens.js';

/** What a command is given: something that has fields, a text, the name of a function, or what says nothing about values. */
export type Operand =
  | { readonly kind: 'dot'; readonly fields: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly fields: readonly string[] }
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline; readonly fields: readonly string[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'other' };

/** Commands of which each gets the result of the one before as its last argument. */
export interface Pipeline {
  /** Variables that are set to the result, or in a `range` to key and value. */
  readonly variables: readonly string[];
  /** Whether they were there before, in this block or around it. */
  readonly isAssignment: boolean;
  readonly commands: readonly (readonly Operand[])[];
}

/** One action with what it encloses. */
export interface Action {
  readonly keyword: 'print' | 'if' | 'with' | 'range' | 'template';
  readonly pipeline: Pipeline;
  readonly body: readonly Action[];
  readonly otherwise: readonly Action[];
}

/**
 * Reads a Go template as far as it says what is done with which value, and adds its named templates to `definitions`. Whatever is not Go
 * template is passed over: whether a template is right is for helm to say.
 *
 * Source: https://pkg.go.dev/text/template (go1.25)
 */
export function parseTemplate(text: string, definitions: Map<string, readonly Action[]>): readonly Action[] {
  const actions = actionsOf(text).map(tokensOf);
  let next = 0;

  /** Actions up to the `end` or `else` that closes what they stand in; the words of an `else` come back. */
  function readBody(into: Action[]): readonly Token[] | undefined {
    while (next < actions.length) {
      const tokens = actions[next++] ?? [];
      const keyword = tokens[0]?.kind === 'word' ? tokens[0].value : '';
      if (keyword === 'end') return undefined;
      if (keyword === 'else') return tokens.slice(1);
      readAction(keyword, tokens, into);
    }
    return undefined;
  }

  function readAction(keyword: string, tokens: readonly Token[], into: Action[]): void {
    if (keyword === 'define' || keyword === 'block') {
      const body: Action[] = [];
      readBody(body);
      definitions.set(tokens[1]?.value ?? '', body);
      if (keyword === 'block') into.push(simple('template', tokens.slice(1)));
    } else if (keyword === 'if' || keyword === 'with' || keyword === 'range') {
      into.push(readBlock(keyword, tokens.slice(1)));
    } else if (keyword === 'template') {
      into.push(simple('template', tokens.slice(1)));
    } else if (keyword !== 'break' && keyword !== 'continue') {
      into.push(simple('print', tokens));
    }
  }

  function readBlock(keyword: 'if' | 'with' | 'range', head: readonly Token[]): Action {
    const body: Action[] = [];
    const otherwise: Action[] = [];
    const rest = readBody(body);
    const nested = rest?.[0]?.value;
    if (rest !== undefined && (nested === 'if' || nested === 'with')) otherwise.push(readBlock(nested, rest.slice(1)));
    else if (rest !== undefined) readBody(otherwise);
    return { keyword, pipeline: parsePipeline(head), body, otherwise };
  }

  const top: Action[] = [];
  while (next < actions.length) readBody(top);
  return top;
}

function simple(keyword: 'print' | 'template', tokens: readonly Token[]): Action {
  return { keyword, pipeline: parsePipeline(tokens), body: [], otherwise: [] };
}

function parsePipeline(tokens: readonly Token[]): Pipeline {
  const declare = tokens.findIndex(({ kind }) => kind === 'declare' || kind === 'assign');
  const variables = tokens.slice(0, Math.max(declare, 0)).filter(({ kind }) => kind === 'variable');
  const isAssignment = tokens[declare]?.kind === 'assign';
  return { variables: variables.map(({ value }) => value), isAssignment, commands: parseCommands(tokens.slice(declare + 1), { at: 0 }) };
}

/** @param cursor moves behind the bracket that closes. */
function parseCommands(tokens: readonly Token[], cursor: { at: number }): Operand[][] {
  const commands: Operand[][] = [[]];
  while (cursor.at < tokens.length) {
    const token = tokens[cursor.at++];
    if (token === undefined || token.kind === 'close') break;
    if (token.kind === 'pipe') commands.push([]);
    else commands.at(-1)?.push(parseOperand(token, tokens, cursor));
  }
  return commands;
}

function parseOperand({ kind, value, fields }: Token, tokens: readonly Token[], cursor: { at: number }): Operand {
  switch (kind) {
    case 'open': {
      const pipeline = { variables: [], isAssignment: false, commands: parseCommands(tokens, cursor) };
      return { kind: 'pipeline', pipeline, fields: tokens[cursor.at - 1]?.fields ?? [] };
    }
    case 'dot':
    case 'field':
      return { kind: 'dot', fields };
    case 'variable':
      return { kind: 'variable', name: value, fields };
    case 'text':
      return { kind: 'text', text: value };
    case 'word':
      return value === 'true' || value === 'false' || value === 'nil' ? { kind: 'other' } : { kind: 'function', name: value };
    default:
      return { kind: 'other' };
  }
}
