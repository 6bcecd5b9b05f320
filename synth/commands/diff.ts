import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BadUsage, type Command, exitCodes, type Io } from '../command.js';
import { redactSecrets } from '../secrets/redact.js';

export const diff: Command = {
  summary: 'Shows what changes in which cluster between two commits of dist/, object by object.',
  usage: '--base REF [--head REF] [cluster...] [--target BRANCH] [--format text|markdown|html|json] [--out FILE] [--fail-on danger]',
  options: ['--base', '--head', '--target', '--format', '--out', '--fail-on'],
  help: [
    '',
    '--base REF       what is there now: the branch that is merged into.',
    '--head REF       what is wanted. Without it, the files of dist/ as they are.',
    '--target BRANCH  branch that is merged into: clusters that follow it are deployed. Without it, GITHUB_BASE_REF, or the',
    '                 base where it is a branch.',
    '--format         text, markdown (fits a comment of a pull request), html (one page) or json (synth/diff/model.ts).',
    '--out FILE       writes the report there and prints nothing.',
    '--fail-on danger exits 1 when something in it is dangerous.',
    '',
    'It renders nothing: "npm run check" proves that dist/ is what the sources render.',
    '',
    'Exit codes: 0 done, whether or not something changes, 1 something is wrong, 64 wrong usage, 70 a bug.',
  ],
  afterProblems: 'nothing was compared.',
  async run(names, io, options = {}) {
    // Every other command starts without the forms of a report.
    const [{ compareTrees }, { formats }, { branchOfRef, readTrees }, { loadSchemas }] = await Promise.all([
      import('../diff/compare.js'),
      import('../diff/formats.js'),
      import('../diff/git-trees.js'),
      import('../schema/load.js'),
    ]);
    const base = options['--base'];
    if (base === undefined) throw new BadUsage('"diff" needs "--base REF", the branch that is merged into.');
    const format = pick('--format', options['--format'] ?? 'text', Object.keys(formats));
    const fails = options['--fail-on'] !== undefined && pick('--fail-on', options['--fail-on'], ['danger']) === 'danger';
    const head = options['--head'];
    const target = (options['--target'] ?? io.env['GITHUB_BASE_REF']) || branchOfRef(base, io);
    for (const name of names) {
      if (!existsSync(join(io.root, 'dist', name))) throw new BadUsage(`There is no cluster "${name}" in dist/.`);
    }
    const trees = readTrees({ base, head }, io).filter(({ cluster }) => names.length === 0 || names.includes(cluster));
    const schemas = loadSchemas(join(io.root, 'imports', 'schemas'));
    const asked = { base, head: head ?? 'working tree', ...(target !== undefined && { target }) };
    const report = compareTrees({ ...asked, trees, schemas });
    await write(formats[format]?.(report, { hasColour: hasColour(io) && options['--out'] === undefined }) ?? '', options['--out'], io);
    return fails && report.clusters.some(({ dangers }) => dangers.length > 0) ? exitCodes.problems : exitCodes.done;
  },
};

function pick(option: string, value: string, choices: readonly string[]): string {
  if (choices.includes(value)) return value;
  throw new BadUsage(`"${option}" has no choice "${value}". The choices are ${choices.join(', ')}.`);
}

/** Source: https://no-color.org */
function hasColour({ isTerminal, env }: Io): boolean {
  return isTerminal && process.stdout.isTTY === true && !env['NO_COLOR'];
}

/** A file is read by more people than secrets are for, as a log is. */
async function write(text: string, file: string | undefined, io: Io): Promise<void> {
  if (file === undefined) io.print(text.trimEnd());
  else await writeFile(resolve(io.cwd, file), redactSecrets(text));
}
