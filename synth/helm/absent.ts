import { type Problem, Problems } from '../../charts/lib/problem.js';
import type { Rendering } from './deliver.js';
import { lockFile } from './lock.js';
import type { RenderRequest } from './requests.js';
import type { Store } from './store.js';

/** Rules of problems that mean only that something is not on this machine, and the command that brings it. */
const absences: Readonly<Record<string, (request: RenderRequest) => { readonly absent: string; readonly command: string }>> = {
  'pinned-helm': () => ({ absent: 'the pinned helm', command: 'npm run tools' }),
  'vendored-chart': ({ component }) => ({ absent: 'its archive', command: `npm run vendor -- ${component}` }),
};

/** A rendering, or what this machine lacks for it. */
export function renderingOf(
  request: RenderRequest,
  objects: Extract<Rendering, { objects: object }>['objects'],
  problems: readonly Problem[],
): Rendering {
  const absent = problems.map(({ rule }) => absences[rule]).find((found) => found !== undefined);
  return absent === undefined ? { objects, problems } : absent(request);
}

/** Content of the store. @throws {Problems} when it is not there. */
export async function readVendored(store: Store, sha256: string, form: 'tgz' | 'yaml', name: string): Promise<Buffer> {
  const content = await store.find(sha256, form);
  if (content !== undefined) return content;
  const problem = `${name} is not on this machine.`;
  throw new Problems([{ rule: 'vendored-chart', severity: 'error', file: lockFile, field: name, problem, fix: 'run "npm run vendor".' }]);
}
