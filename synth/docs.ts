import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Problem } from '../charts/lib/problem.js';
import type { Fleet } from '../clusters/lib/fleet.js';
import type { ClusterPlan } from '../clusters/lib/plan.js';
import { renderFleetPage } from './docs/fleet.js';
import { type RuleSource, renderRulesPage } from './docs/rules.js';
import { renderSecretsPage } from './docs/secrets.js';

/** What the pages are made from: the whole fleet. */
interface Sources {
  readonly fleet: Fleet;
  readonly plans: readonly ClusterPlan[];
}

/** Generated pages by their path below the checkout. */
function renderDocs({ fleet, plans }: Sources, rules: readonly RuleSource[]): Map<string, string> {
  return new Map([
    ['docs/fleet.md', renderFleetPage(fleet, plans)],
    ['docs/rules.md', renderRulesPage(rules)],
    ['docs/secrets.md', renderSecretsPage(fleet, plans)],
  ]);
}

/** The rules document themselves, in their comments; a checkout that only renders has none of them as source. */
async function readRules(root: string): Promise<RuleSource[]> {
  const folder = join(root, 'synth', 'rules');
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile() && !['index.ts', 'rule.ts'].includes(entry.name)).map(({ name }) => name);
  return Promise.all(names.sort().map(async (name) => ({ id: name.slice(0, -3), text: await readFile(join(folder, name), 'utf8') })));
}

async function readStale(root: string, sources: Sources): Promise<[path: string, content: string][]> {
  const pages = [...renderDocs(sources, await readRules(root))];
  const present = await Promise.all(pages.map(([path]) => readFile(join(root, path), 'utf8').catch(() => undefined)));
  return pages.filter(([, content], index) => present[index] !== content);
}

export async function compareDocs(root: string, sources: Sources): Promise<Problem[]> {
  return (await readStale(root, sources)).map(([file]) => ({
    rule: 'fresh-docs',
    severity: 'error',
    file,
    field: '',
    problem: 'It is not what the sources render.',
    fix: 'run "npm run docs" and commit the page.',
  }));
}

/** @returns the paths that were written. */
export async function writeDocs(root: string, sources: Sources): Promise<string[]> {
  const stale = await readStale(root, sources);
  for (const [path, content] of stale) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return stale.map(([path]) => path);
}
