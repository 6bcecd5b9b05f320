import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, Problems } from '../../charts/lib/problem.js';
import { discoverFleet } from '../../clusters/lib/discover.js';
import { BadUsage, type Command, exitCodes, type Io } from '../command.js';
import type { ChartId } from '../helm/model.js';
import { findPins, movePin } from '../helm/pins.js';

export const upgrade: Command = {
  summary: 'Moves the chart of a component to another version, and shows what that changes.',
  usage: '<component>[/<release>] [version] [--from DIR]',
  options: ['--from'],
  help: [
    '',
    'Without a version it is the newest one that is no preview. The pin in the file of the component moves, the chart is',
    'fetched and locked, the types of its values are generated, and the clusters are rendered. A value that the new chart',
    'no longer has does not compile: the error names the line. Then it shows which objects change.',
    '',
    '--from DIR takes the chart from a folder, as in npm run vendor.',
    '',
    'Exit codes: 0 done, 1 something is wrong, 64 wrong usage, 70 a bug.',
  ],
  afterProblems: 'the pin is where it was.',
  async run([target = '', version, ...rest], io, options = {}) {
    if (target === '' || rest.length > 0) throw new BadUsage('"upgrade" takes a component and at most one version.');
    const release = await findRelease(target, io);
    const from = options['--from'];
    const wanted = version ?? (await newestOf(release, from, io));
    if (wanted === release.version) {
      io.print(`${release.chart} is at ${wanted} already.`);
      return exitCodes.done;
    }
    const { file, text } = await readPin(release, io.root);
    await writeFile(join(io.root, file), movePin(text, release.chart, release.version, wanted));
    io.print(`${file}: ${release.chart} ${release.version} -> ${wanted}`);
    // Each step reads the sources as they are now, which only a new process does.
    const vendored = await runCommand(io, [
      process.execPath,
      'synth/launch.mjs',
      'vendor',
      release.component,
      ...(from ? ['--from', from] : []),
    ]);
    if (vendored !== exitCodes.done) {
      await writeFile(join(io.root, file), text);
      io.printError(`${file}: back at ${release.version}`);
      return vendored;
    }
    const typed = await runCommand(io, ['npm', 'run', '--silent', 'types']);
    if (typed !== exitCodes.done) {
      io.printError(`The lines above set values that ${release.chart} ${wanted} does not have so. Change them, then run "npm run synth".`);
      return exitCodes.problems;
    }
    return runCommand(io, [process.execPath, 'synth/launch.mjs', 'synth']);
  },
};

interface FoundRelease extends ChartId {
  readonly component: string;
}

/** The one chart that a component or a release of it names. */
async function findRelease(target: string, io: Io): Promise<FoundRelease> {
  const { listWanted } = await import('../helm/vendor-wanted.js');
  const { charts } = listWanted(await discoverFleet(io.root, io.loadCluster));
  const [component = ''] = target.split('/');
  const isMeant = (user: string) => user === target || user.startsWith(`${target}/`);
  const found = charts.filter(({ users }) => users.some(isMeant));
  const [only] = found;
  if (only !== undefined && found.length === 1) return { ...only, component };
  const users = [...new Set((found.length > 0 ? found : charts).flatMap((chart) => chart.users))].sort();
  const which = found.length > 0 ? `"${target}" has several charts` : `Nothing that comes as a chart is called "${target}"`;
  throw new BadUsage(`${which}. Name one of ${users.join(', ')}.`);
}

async function newestOf(release: ChartId, from: string | undefined, io: Io): Promise<string> {
  const [{ openSource }, { newestVersion }] = await Promise.all([import('../helm/open-source.js'), import('../helm/vendor-source.js')]);
  const newest = newestVersion(await (await openSource(from, io)).versions(release));
  if (newest !== undefined) return newest;
  throw new Problems([
    problem('served-version', '', `${release.repository} has no version of ${release.chart}.`, 'write the version that you want.'),
  ]);
}

/** The file of charts/ with the pin. @throws {Problems} when the version is not pinned in exactly one place. */
async function readPin({ chart, version }: ChartId, root: string): Promise<{ file: string; text: string }> {
  const paths = (await readdir(join(root, 'charts'), { recursive: true }))
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `charts/${path.replaceAll('\\', '/')}`);
  const sources = new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(root, path), 'utf8')] as const)));
  const [pin, ...others] = findPins(sources, chart, version);
  if (pin !== undefined && others.length === 0) return { file: pin.file, text: sources.get(pin.file) ?? '' };
  const where = pin === undefined ? 'nowhere' : `in ${[pin, ...others].map(({ file }) => file).join(' and ')}`;
  const fix = 'pin it in one constant below one "// renovate:" line that names the chart.';
  throw new Problems([problem('one-pin', chart, `${chart} ${version} is pinned ${where}.`, fix)]);
}

function problem(rule: string, field: string, text: string, fix: string): Problem {
  return { rule, severity: 'error', file: 'charts', field, problem: text, fix };
}

function runCommand({ root, env, print, printError }: Io, [command = '', ...args]: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const forward = (stream: NodeJS.ReadableStream, write: (text: string) => void) => {
      let rest = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = `${rest}${chunk}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) write(line);
      });
      stream.on('end', () => rest !== '' && write(rest));
    };
    forward(child.stdout, print);
    forward(child.stderr, printError);
    child.on('error', reject).on('close', (code) => resolve(code ?? exitCodes.bug));
  });
}
