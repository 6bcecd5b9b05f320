import { discoverFleet } from '../../clusters/lib/discover.js';
import { BadUsage, type Command, exitCodes } from '../command.js';

export const rollback: Command = {
  summary: 'Gives the branch of a stage what it had before the last promotion; plans it, unless told to apply it.',
  usage: '<stage> [--apply]',
  flags: ['--apply'],
  help: [
    '',
    'Once more goes back one promotion more. The next promotion brings everything again. Neither a clean working tree nor sources',
    'that can be rendered are needed.',
    '',
    '--apply commits on the branch, which must not be checked out. It pushes nothing.',
    '',
    'Exit codes: 0 done, 1 refused, 64 wrong usage, 70 a bug.',
  ],
  afterProblems: 'no branch was changed.',
  async run([stage = '', ...rest], io, options = {}) {
    if (stage === '' || rest.length > 0) throw new BadUsage('"rollback" takes one stage.');
    const [{ rollback }, { openGit }, { clusters }] = await Promise.all([
      import('../promote/rollback.js'),
      import('../promote/git.js'),
      discoverFleet(io.root, io.loadCluster),
    ]);
    const lines = await rollback({ git: openGit(io.root, io.env), clusters, stage, isApplied: options['--apply'] !== undefined });
    for (const line of lines) io.print(line);
    return exitCodes.done;
  },
};
