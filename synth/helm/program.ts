import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Problem, Problems } from '../../charts/lib/problem.js';
import type { HelmProgram } from './model.js';

const found = new Map<string, Promise<HelmProgram>>();

/**
 * The helm that renders: that of the checkout if there is one, else that of PATH. Asked once a process.
 *
 * @param root path of the checkout.
 * @param version that of the lock. @example 'v3.19.0'
 * @throws {Problems} when there is none, or it has another version.
 */
export function findHelm(root: string, version: string, env: Readonly<Record<string, string | undefined>>): Promise<HelmProgram> {
  const candidates = [join(root, '.tools', 'bin'), ...(env['PATH'] ?? '').split(delimiter).filter(Boolean)].map((folder) =>
    join(folder, 'helm'),
  );
  const path = candidates.find(isProgram);
  const key = JSON.stringify([path, version]);
  const known = found.get(key) ?? check(path, version);
  found.set(key, known);
  return known;
}

async function check(path: string | undefined, version: string): Promise<HelmProgram> {
  if (path === undefined) throw new Problems([wrongHelm(version, 'There is no helm, neither in .tools/bin nor in PATH.')]);
  const actual = await versionOf(path);
  if (actual instanceof Error) throw new Problems([wrongHelm(version, `${path} does not tell its version: ${actual.message.trim()}.`)]);
  if (actual !== version) throw new Problems([wrongHelm(version, `${path} is ${actual === '' ? 'no helm' : actual}.`)]);
  return { path, version };
}

function wrongHelm(version: string, problem: string): Problem {
  const why = `Charts are rendered by ${version} only, so that everybody gets the same bytes.`;
  const fix = 'run "npm run tools", which builds it into .tools/bin.';
  return { rule: 'pinned-helm', severity: 'error', file: 'charts.lock.yaml', field: 'helm', problem: `${problem} ${why}`, fix };
}

async function versionOf(path: string): Promise<string | Error> {
  try {
    const { stdout } = await promisify(execFile)(path, ['version', '--template', '{{.Version}}'], { timeout: 20_000 });
    return stdout.trim();
  } catch (error) {
    return error as Error;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
