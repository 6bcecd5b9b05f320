import { discoverFleet } from '../../clusters/lib/discover.js';
import { BadUsage, type Command, exitCodes } from '../command.js';

export const promote: Command = {
  summary: 'Makes the branch of the next stage what the branch of a stage is; plans it, unless told to apply it.',
  usage: '<from stage> <to stage> [--apply]',
  flags: ['--apply'],
  help: [
    '',
    'Prints the commits, and what changes in the rendered files of the clusters that follow the branch of the second stage.',
    'Refuses what would lose a hotfix, or promote something that nobody reviewed, and says everything that it refuses.',
    '',
    '--apply commits on that branch, which must not be checked out. It pushes nothing.',
    '',
    'Exit codes: 0 done, 1 refused, 64 wrong usage, 70 a bug.',
  ],
  afterProblems: 'no branch was changed.',
  async run([from = '', to = '', ...rest], io, options = {}) {
    if (from === '' || to === '' || rest.length > 0) throw new BadUsage('"promote" takes two stages: from which, and to which.');
    const [{ promote }, { openGit }, { renderWith }, { clusters }] = await Promise.all([
      import('../promote/promote.js'),
      import('../promote/git.js'),
      import('../promote/regenerate.js'),
      discoverFleet(io.root, io.loadCluster),
    ]);
    const isApplied = options['--apply'] !== undefined;
    const lines = await promote({ git: openGit(io.root, io.env), clusters, render: renderWith(io.root, io.env), from, to, isApplied });
    for (const line of lines) io.print(line);
    return exitCodes.done;
  },
};
