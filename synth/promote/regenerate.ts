import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problems } from '../../charts/lib/problem.js';
import type { Git } from './git.js';
import { problemOfGit } from './git-problem.js';

/** Makes dist/ below a folder what the sources there render. @throws {Problems} when they cannot be rendered. */
export type Render = (folder: string) => Promise<void>;

/**
 * The tree of a commit with dist/ rendered anew, made in a temporary folder with an index of its own: no hook runs, and nothing of the checkout
 * changes but for new objects of the repository.
 *
 * @returns id of the tree. @throws {Problems} of `render`.
 */
export async function regenerate(git: Git, commit: string, render: Render): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'promote-'));
  try {
    const sources = join(folder, 'sources');
    await mkdir(sources);
    const env = {
      GIT_DIR: (await git(['rev-parse', '--absolute-git-dir'])).trim(),
      GIT_WORK_TREE: sources,
      GIT_INDEX_FILE: join(folder, 'index'),
    };
    await git(['read-tree', commit], env);
    await git(['checkout-index', '--all'], env);
    await render(sources);
    await git(['add', '--all', '--', 'dist'], env);
    return (await git(['write-tree'], env)).trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a render takes from the checkout, because no commit has it: packages, vendored charts, built programs. */
const borrowed = ['node_modules', '.cache', '.tools'];

/**
 * Renders with the program of the sources themselves, and with what is installed in the checkout.
 *
 * @param root the checkout @param env variables of the process
 */
export function renderWith(root: string, env: Readonly<Record<string, string | undefined>>): Render {
  return async (folder) => {
    const lock = 'package-lock.json';
    const [wanted, installed] = await Promise.all([folder, root].map((path) => readFile(join(path, lock), 'utf8')));
    if (wanted !== installed) {
      const problem = 'The source has other packages than this checkout, so that it cannot be rendered here.';
      const fix = 'check out the branch of the source and run "npm ci".';
      throw new Problems([problemOfGit({ rule: 'same-packages', file: lock, problem, fix })]);
    }
    for (const name of borrowed) if (existsSync(join(root, name))) await symlink(join(root, name), join(folder, name));
    const failure = await runSynth(folder, env);
    if (failure === undefined) return;
    const fix = 'check out the branch of the source and run "npm run synth".';
    throw new Problems([
      problemOfGit({ rule: 'rendered-source', file: 'dist', problem: `The source cannot be rendered.\n${failure}`, fix }),
    ]);
  };
}

/** @returns what it said when it failed. */
function runSynth(cwd: string, { CDK8S_OUTDIR: _, ...env }: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['synth/launch.mjs', 'synth'], { cwd, env, maxBuffer: 2 ** 30 }, (error, stdout, stderr) =>
      resolve(error ? stderr.trim() || stdout.trim() || error.message : undefined),
    );
  });
}
