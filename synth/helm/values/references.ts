import { functions, textOf } from './functions.js';
import { eachOf, fieldOf, keyOf, type Meaning, markAsked, markPrinted, markWritten, meaning, union } from './meaning.js';
import type { ValueNode } from './node.js';
import type { Action, Operand, Pipeline } from './template-tree.js';

/** How often a named template may stand in itself before it counts as walking over a shape of any depth. */
const maximumDepth = 2;

/**
 * Follows templates as far as values go: through `with`, `range`, variables, dictionaries and named templates. Every place that they read is
 * known from then on.
 */
export class References {
  readonly #read = new Set<string>();
  readonly #stack: string[] = [];

  /** @param definitions the named templates of a chart and its subcharts, which share them. */
  constructor(private readonly definitions: ReadonlyMap<string, readonly Action[]>) {}

  /** Follows a template of the chart that has these values. */
  follow(actions: readonly Action[], own: ValueNode): void {
    const dot = meaning({ charts: new Set([own]) });
    new Scope(own, dot, (name, given, from) => this.include(name, given, from)).run(actions);
  }

  /** Follows a named template with what it is given. What it prints is a text. */
  private include(name: string, dot: Meaning, own: ValueNode): void {
    const body = this.definitions.get(name);
    if (!body) return;
    const key = `${name}${keyOf(placedIn(own))}${keyOf(dot)}`;
    if (this.#read.has(key)) return;
    this.#read.add(key);
    if (this.#stack.filter((outer) => outer === name).length >= maximumDepth) {
      markPrinted(dot);
      return;
    }
    this.#stack.push(name);
    new Scope(own, dot, (inner, given, from) => this.include(inner, given, from)).run(body);
    this.#stack.pop();
  }
}

/** Whether a branch only fails: what it asks for is often a key that is gone, and what is not is read elsewhere. */
function isRefusal(body: readonly Action[]): boolean {
  return (
    body.length > 0 &&
    body.every(({ keyword, pipeline, body: inner }) => {
      const [head] = pipeline.commands.at(-1) ?? [];
      return keyword === 'if' ? isRefusal(inner) : keyword === 'print' && head?.kind === 'function' && head.name === 'fail';
    })
  );
}

/** Names of the entries of what is walked over, as far as the template made them. */
function keysOf({ entries }: Meaning): Meaning {
  return meaning({ texts: new Set(entries.keys()) });
}

function placedIn(own: ValueNode): Meaning {
  return meaning({ charts: new Set([own]) });
}

type Include = (name: string, dot: Meaning, own: ValueNode) => void;

/** One template, while it is followed. */
class Scope {
  /** Variables of each open block, the innermost first. */
  #blocks: readonly Map<string, Meaning>[];

  constructor(
    private readonly own: ValueNode,
    private dot: Meaning,
    private readonly include: Include,
  ) {
    this.#blocks = [new Map([['', dot]])];
  }

  run(actions: readonly Action[]): void {
    for (const action of actions) this.runOne(action);
  }

  private runOne({ keyword, pipeline, body, otherwise }: Action): void {
    if (keyword === 'template') {
      const [name, dot] = pipeline.commands[0] ?? [];
      if (name?.kind === 'text') this.include(name.text, dot ? this.evaluateOperand(dot) : meaning(), this.own);
      return;
    }
    if (keyword === 'if' && isRefusal(body)) {
      this.run(otherwise);
      return;
    }
    const result = this.evaluate(pipeline);
    if (keyword === 'print') {
      if (pipeline.variables.length === 0) markWritten(result);
      this.set(pipeline, pipeline.variables.at(-1), result);
      return;
    }
    if (keyword === 'if') markAsked(result);
    const outer = this.#blocks;
    this.#blocks = [new Map(), ...outer];
    const each = keyword === 'range' ? eachOf(result) : result;
    if (pipeline.variables.length > 1) this.set(pipeline, pipeline.variables[0], keysOf(result));
    this.set(pipeline, pipeline.variables.at(-1), each);
    this.runWith(keyword === 'if' ? this.dot : each, body);
    this.run(otherwise);
    this.#blocks = outer;
  }

  private runWith(dot: Meaning, body: readonly Action[]): void {
    const outer = this.dot;
    this.dot = dot;
    this.run(body);
    this.dot = outer;
  }

  /** An assigned variable keeps what it was before, since the branch may not be taken. */
  private set({ isAssignment }: Pipeline, name: string | undefined, value: Meaning): void {
    if (name === undefined) return;
    const block = isAssignment ? this.#blocks.find((block) => block.has(name)) : this.#blocks[0];
    block?.set(name, isAssignment ? union([block.get(name), value]) : value);
  }

  private evaluate({ commands }: Pipeline): Meaning {
    return commands.reduce<Meaning | undefined>((piped, command) => this.evaluateCommand(command, piped), undefined) ?? meaning();
  }

  private evaluateCommand([head, ...rest]: readonly Operand[], piped: Meaning | undefined): Meaning {
    if (!head) return piped ?? meaning();
    const args = [...rest.map((operand) => this.evaluateOperand(operand)), ...(piped ? [piped] : [])];
    if (head.kind !== 'function') return this.evaluateOperand(head);
    if (head.name === 'include') {
      for (const name of args[0]?.texts ?? []) this.include(name, args[1] ?? meaning(), this.own);
      return meaning();
    }
    return Object.hasOwn(functions, head.name) ? (functions[head.name]?.(args, this.own) ?? meaning()) : textOf(args);
  }

  private evaluateOperand(operand: Operand): Meaning {
    switch (operand.kind) {
      case 'dot':
        return this.fields(this.dot, operand.fields);
      case 'variable':
        return this.fields(this.#blocks.find((block) => block.has(operand.name))?.get(operand.name) ?? meaning(), operand.fields);
      case 'pipeline':
        return this.fields(this.evaluate(operand.pipeline), operand.fields);
      case 'text':
        return meaning({ texts: new Set([operand.text]) });
      case 'function':
        return this.evaluateCommand([operand], undefined);
      default:
        return meaning();
    }
  }

  private fields(from: Meaning, names: readonly string[]): Meaning {
    return names.reduce((at, name) => fieldOf(at, name, this.own), from);
  }
}
