import { describeWaivers } from '../check-rules.js';
import type { Command } from '../command.js';
import { previewChanges } from '../helm/preview.js';
import { readCommittedLock } from '../helm/world.js';
import { countFiles, describeDifference } from '../report.js';
import { prepare } from '../session.js';
import { isEmpty, writeTrees } from '../write.js';

export const synth: Command = {
  summary: 'Renders the clusters into dist/.',
  help: [
    '',
    'Without a name every cluster is rendered, and the folder of a cluster that is no more goes. With names only those',
    'are written, and the clusters that show something of them: parents and children. When anything is wrong, nothing',
    'is written. Files that stay the same are not touched.',
    '',
    'Exit codes: 0 done, 1 something is wrong in the sources, 64 wrong usage, 70 a bug.',
  ],
  async run(names, io) {
    const session = await prepare(names, io);
    const { dist, trees, differences, warnings, waived } = session;
    // It compares with what is there, so that it comes before the writing.
    const preview = await previewChanges({ ...session, readOldLock: () => readCommittedLock(io.root) });
    await writeTrees(dist, trees, differences);
    for (const warning of warnings) io.printError(warning);
    for (const line of describeWaivers(waived)) io.print(line);
    for (const difference of differences) io.print(describeDifference(difference, trees.get(difference.cluster)));
    for (const line of preview) io.print(line);
    if (differences.every(isEmpty)) io.print(`Nothing to do: ${countFiles(trees)} are what the sources render.`);
    return 0;
  },
};
