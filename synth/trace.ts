import { type IConstruct, Node } from 'constructs';

/** Where a construct is called, relative to the checkout. @example 'charts/whoami.ts:73' */
export type SourceLine = string;

/**
 * Runs what builds constructs and notes where each of them is called: in the chart, or else in the cluster, that names it last, so that an
 * object which a function of charts/lib/ makes is found where that function is called. Stacks cost more than everything else of a render,
 * so this is for a run that has already failed, to tell people where to look.
 *
 * @returns line by construct path. A construct without any line of a chart or a cluster is not in it.
 */
export function traceConstructs(build: () => void): ReadonlyMap<string, SourceLine> {
  const stacks = new Map<IConstruct, string>();
  // Constructs have no hook for this: every one of them passes here on its way into the tree.
  const prototype = Node.prototype as unknown as { addChild(child: IConstruct, name: string): void };
  const { addChild } = prototype;
  const limit = Error.stackTraceLimit;
  prototype.addChild = function add(this: Node, child: IConstruct, name: string) {
    stacks.set(child, new Error().stack ?? '');
    addChild.call(this, child, name);
  };
  Error.stackTraceLimit = 40;
  try {
    build();
  } finally {
    prototype.addChild = addChild;
    Error.stackTraceLimit = limit;
  }
  return new Map(
    [...stacks].flatMap(([{ node }, stack]) => {
      const line = lineOf(stack);
      return line === undefined ? [] : [[node.path, line] as const];
    }),
  );
}

function lineOf(stack: string): SourceLine | undefined {
  const lines = [...stack.matchAll(/[/\\(]((?:charts|clusters)[/\\][^\s():]+\.ts):(\d+)/g)].map(
    ([, path = '', line]) => `${path.replaceAll('\\', '/')}:${line}`,
  );
  const isOwn = (line: string) => !/^(charts|clusters)\/lib\//.test(line);
  return lines.find((line) => line.startsWith('charts/') && isOwn(line)) ?? lines.find(isOwn);
}
