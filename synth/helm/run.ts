import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Problem, Problems } from '../../charts/lib/problem.js';
import type { HelmProgram, RenderInput } from './model.js';
import { shortenHelmError, warningsOf } from './run-message.js';
import { releaseProblem } from './run-problem.js';

/** What helm wrote. */
export interface HelmOutput {
  /** Absent when helm refuses the release; `problems` then says why. */
  readonly text?: string;
  readonly problems: readonly Problem[];
}

/** Time for one release, in milliseconds; the largest charts take about three seconds. */
const timeLimit = 120_000;

/**
 * Runs `helm template` on one archive, with nothing of this machine: no configuration, plugin, cluster, network or locale.
 *
 * @param archivePath a chart as a .tgz file.
 * @param timeZone what the chart sees as the local one. @default 'UTC'
 * @throws {Problems} when helm does not start, or does not come to an end: another try may succeed.
 *
 * Source: https://helm.sh/docs/helm/helm_template/ (v3.19.0)
 */
export async function renderRelease(program: HelmProgram, archivePath: string, input: RenderInput, timeZone = 'UTC'): Promise<HelmOutput> {
  const home = await mkdtemp(join(tmpdir(), 'helm-'));
  try {
    const call = { cwd: home, env: environmentOf(home, timeZone), stdin: toJsonValues(input.values) };
    const ordinary = argumentsOf(resolve(archivePath), input);
    let { code, stdout, stderr, failure } = await run(program.path, ordinary, call);
    // A schema that refers to another one on the internet would make the result depend on it. The values are held to the chart's own keys anyway.
    if (code !== 0 && /failing loading "https?:/.test(stderr)) {
      ({ code, stdout, stderr, failure } = await run(program.path, [...ordinary, '--skip-schema-validation'], call));
    }
    if (code === 0) return { text: stdout, problems: warningsOf(stderr).map((warning) => ignored(input, warning)) };
    if (failure !== '') {
      throw new Problems([
        releaseProblem(input, 'running-helm', '', `${program.path}: ${failure}`, 'run it again, and look for free memory.'),
      ]);
    }
    const problem = `helm ${program.version} cannot render it.\n${shortenHelmError(stderr)}`;
    const fix = 'change the values so that the chart renders them; the templates are in the archive of the chart.';
    return { problems: [releaseProblem(input, 'rendered-release', '', problem, fix)] };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function argumentsOf(archive: string, { releaseName, namespace, kubernetes, apiVersions }: RenderInput): string[] {
  const versions = apiVersions.map((version) => `--api-versions=${version}`);
  const cluster = [`--namespace=${namespace}`, `--kube-version=${kubernetes}`, ...versions];
  return ['template', releaseName, archive, ...cluster, '--include-crds', '--skip-tests', '--values=-'];
}

/** Everything that helm reads from its surroundings, in an empty folder. */
function environmentOf(home: string, timeZone: string): NodeJS.ProcessEnv {
  return {
    HOME: home,
    TMPDIR: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
    HELM_CACHE_HOME: join(home, 'cache'),
    HELM_CONFIG_HOME: join(home, 'config'),
    HELM_DATA_HOME: join(home, 'data'),
    HELM_PLUGINS: join(home, 'plugins'),
    HELM_NO_PLUGINS: '1',
    KUBECONFIG: join(home, 'kubeconfig'),
    TZ: timeZone,
    LC_ALL: 'C',
  };
}

/** JSON is YAML but for these characters, which no YAML reader takes unescaped. */
function toJsonValues(values: object): string {
  return JSON.stringify(values).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function ignored(input: RenderInput, warning: string): Problem {
  const problem = `helm rendered it and warns: ${warning}`;
  return releaseProblem(input, 'heeded-helm-warning', '', problem, 'write the value in the form that the chart has for it.', 'warning');
}

interface Surroundings {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: string;
}

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why there is no code; else ''. */
  readonly failure: string;
}

function run(path: string, args: readonly string[], { cwd, env, stdin }: Surroundings): Promise<Finished> {
  return new Promise((done) => {
    const child = spawn(path, args, { cwd, env, stdio: 'pipe', timeout: timeLimit, killSignal: 'SIGKILL' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const finish = (code: number | null, failure: string) =>
      done({ code, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8'), failure });
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', ({ message }) => finish(null, `It did not start: ${message}.`));
    child.on('close', (code, signal) => {
      const limit = `Most likely it took more than the ${timeLimit / 1000} seconds that a release may take.`;
      finish(code, signal === null ? '' : `It was ended by ${signal}. ${limit}`);
    });
    // A helm that fails before it reads closes the pipe; why it failed is then on its standard error.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
  });
}
