import { Problems } from '../../charts/lib/problem.js';
import { describeWaivers } from '../check-rules.js';
import { BadUsage, type Command, type Io } from '../command.js';
import { compareDocs } from '../docs.js';
import { previewChanges } from '../helm/preview.js';
import { readCommittedLock } from '../helm/world.js';
import { countFiles, staleProblem } from '../report.js';
import { checkStaged } from '../secrets/staged.js';
import { readStaged } from '../secrets/staged-git.js';
import { prepare } from '../session.js';
import { isEmpty } from '../write.js';

export const check: Command = {
  summary: 'Checks every cluster, and that dist/ and the generated docs are what the sources render; writes nothing.',
  usage: '[cluster...] [--render] | --staged',
  flags: ['--render', '--staged'],
  help: [
    '',
    '--render renders every chart of dist/ delivery again, for which helm and the archives must be there, instead of believing',
    'the digests in releases.json.',
    '',
    '--staged looks for secrets in what the next commit would hold, and at nothing else; for a hook: git config core.hooksPath .githooks',
    '',
    'Lists every file that is changed, missing or extra. Exit codes: 0 all good, 1 not, 64 wrong usage, 70 a bug.',
  ],
  async run(names, io, options = {}) {
    if (options['--staged'] !== undefined) return checkCommit(names, options, io);
    const session = await prepare(names, io, { isKeeping: options['--render'] === undefined });
    const { trees, differences, warnings, waived } = session;
    for (const warning of warnings) io.printError(warning);
    for (const line of describeWaivers(waived)) io.print(line);
    const stale = differences.filter((difference) => !isEmpty(difference)).map(staleProblem);
    for (const line of await previewChanges({ ...session, readOldLock: () => readCommittedLock(io.root) })) io.print(line);
    const docs = names.length === 0 ? await compareDocs(io.root, session) : [];
    if (stale.length + docs.length > 0) throw new Problems([...stale, ...docs]);
    io.print(`${trees.size} ${trees.size === 1 ? 'cluster' : 'clusters'} checked: ${countFiles(trees)} are what the sources render.`);
    return 0;
  },
};

/** What the next commit would hold. @throws {BadUsage} beside anything else @throws {Problems} every secret in it. */
function checkCommit(names: readonly string[], options: Readonly<Record<string, string>>, io: Io): number {
  if (names.length > 0 || Object.keys(options).length > 1)
    throw new BadUsage('"--staged" looks at what is staged, and takes nothing beside it.');
  const files = readStaged(io);
  const { problems, passed } = checkStaged(files);
  for (const line of passed) io.print(line);
  if (problems.length > 0) throw new Problems(problems);
  io.print(`${files.length} staged ${files.length === 1 ? 'file' : 'files'} looked at: no secret.`);
  return 0;
}
