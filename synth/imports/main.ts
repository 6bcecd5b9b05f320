import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { formatProblem, type Problem, Problems } from '../../charts/lib/problem.js';
import { CONFIG_FILE, type ImportConfig, parseImportConfig } from './config.js';
import { generateImports } from './generate.js';
import { folderReader, networkReader } from './read.js';
import { writeTree } from './write.js';

const USAGE = `Usage: npm run import -- [--from DIR]...

Writes imports/ (typed constructs, schemas, README.md) from the sources that cdk8s.yaml lists.
Everything is read and generated first; after any error nothing has been written.

  --from DIR   read <name>.yaml and the two definitions documents from DIR (definitions also from its parent)
               instead of downloading; repeatable, the first folder that has a file wins
  --help       print this

Exit status: 0 done, 1 something in the sources is wrong, 64 bad usage.
`;

/** What a command may touch besides the project folder. */
export interface ImportIo {
  /** The project: the folder with cdk8s.yaml. @default - the working directory */
  readonly cwd: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const processIo: ImportIo = {
  cwd: process.cwd(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/**
 * The command `npm run import`: the only one that reads the network.
 *
 * @param argv the arguments after the command.
 * @returns the exit status: 0, 1 (expected problems, printed) or 64 (usage, printed).
 * @throws what is a bug.
 */
export async function runImport(argv: readonly string[], io: ImportIo = processIo): Promise<number> {
  const options = { from: { type: 'string', multiple: true }, help: { type: 'boolean' } } as const;
  let values: { from?: string[]; help?: boolean };
  try {
    ({ values } = parseArgs({ args: [...argv], options }));
  } catch (error) {
    io.err(`${(error as Error).message}\n\n${USAGE}`);
    return 64;
  }
  if (values.help === true) {
    io.out(USAGE);
    return 0;
  }
  try {
    const folders = values.from?.map((folder) => resolve(io.cwd, folder));
    const reader = folders === undefined ? networkReader() : folderReader(folders);
    const files = await generateImports(await readConfig(io.cwd), reader);
    const { changed, removed } = await writeTree(join(io.cwd, 'imports'), files, (path) => path.startsWith('helm/'));
    for (const path of changed) io.out(`wrote imports/${path}\n`);
    for (const path of removed) io.out(`removed imports/${path}\n`);
    io.out(`imports/ has ${files.size} files; ${changed.length} changed, ${removed.length} removed.\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    for (const problem of error.problems) io.err(`${formatProblem(problem)}\n`);
    io.err(`${error.problems.length} problem(s); imports/ was not touched.\n`);
    return 1;
  }
}

async function readConfig(cwd: string): Promise<ImportConfig> {
  const problems: Problem[] = [];
  const text = await readFile(join(cwd, CONFIG_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    const problem = 'There is no such file here.';
    const fix = 'run the command in the folder of the project.';
    throw new Problems([{ rule: 'valid-import-config', severity: 'error', file: CONFIG_FILE, field: '', problem, fix }]);
  });
  const config = parseImportConfig(text, problems);
  if (problems.length > 0) throw new Problems(problems);
  return config;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  runImport(process.argv.slice(2)).then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      console.error(error);
      process.exitCode = 70;
    },
  );
}
