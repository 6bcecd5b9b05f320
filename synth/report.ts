import type { Problem } from '../charts/lib/problem.js';
import type { WholeTree } from './render.js';
import type { TreeDifference } from './write.js';

/** One line a cluster, the same on every machine. @example 'lab: 2 added, 1 changed, 0 removed (96 files)' */
export function describeDifference({ cluster, missing, changed, extra }: TreeDifference, tree: WholeTree | undefined): string {
  const counts = `${missing.length} added, ${changed.length} changed, ${extra.length} removed`;
  return `${cluster}: ${counts} ${tree === undefined ? '(the cluster is no more)' : `(${tree.size} files)`}`;
}

/** A folder that is not what the sources render, as one problem that names every file. */
export function staleProblem({ cluster, missing, changed, extra }: TreeDifference): Problem {
  const lines = (state: string, paths: readonly string[]) => paths.map((path) => `${state}  dist/${cluster}/${path}`);
  return {
    rule: 'fresh-dist',
    severity: 'error',
    file: `dist/${cluster}`,
    field: '',
    problem: [
      'It is not what the sources render:',
      ...lines('changed', changed),
      ...lines('missing', missing),
      ...lines('extra  ', extra),
    ].join('\n'),
    fix: 'run "npm run synth", read the difference, and commit it.',
  };
}

export function countFiles(trees: ReadonlyMap<string, WholeTree>): string {
  const count = [...trees.values()].reduce((sum, tree) => sum + tree.size, 0);
  return `${count} files`;
}
