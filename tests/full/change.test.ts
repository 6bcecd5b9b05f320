import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyCheckout, edit, filesIn } from '../fixtures/checkout.js';

/** What people change most, in a copy of the checkout: how much they must write, what it changes, and whether every gate still passes. */

function run(cwd: string, command: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8' });
  expect([command, status, stdout, stderr]).toEqual([command, 0, stdout, stderr]);
  return stdout;
}

/** Clusters whose files synth added, changed or removed, with the numbers of them. */
function changedClusters(out: string): Record<string, readonly number[]> {
  const lines = [...out.matchAll(/^(\S+): (\d+) added, (\d+) changed, (\d+) removed/gm)];
  const entries = lines.map(([, name = '', ...numbers]) => [name, numbers.map(Number)] as const);
  return Object.fromEntries(entries.filter(([, numbers]) => numbers.some((count) => count > 0)));
}

const relativeFiles = (folder: string) => filesIn(folder).map((path) => path.slice(folder.length));

/** All that a pull request must pass: types, lint, tests, and that dist/ is what is rendered. */
const everyGate = 'npm run --silent docs && npm test';

test('a sixth stage is one file', { timeout: 240_000 }, () => {
  const folder = copyCheckout();
  cpSync(join(folder, 'clusters/prod.ts'), join(folder, 'clusters/canary.ts'));
  const text = readFileSync(join(folder, 'clusters/canary.ts'), 'utf8');
  const moved = text
    .replace("name: 'prod',", "name: 'canary',")
    .replace("branch: 'main'", "branch: 'canary'")
    .replaceAll('vixens.example.org', 'canary.vixens.example.org')
    .replaceAll('192.168.211.', '192.168.212.')
    .replace('id: 211', 'id: 212')
    .replaceAll('192.168.111.19', '192.168.111.20')
    .replaceAll('prod-', 'canary-')
    .replaceAll('02:00:00:00:0b:', '02:00:00:00:0c:');
  writeFileSync(join(folder, 'clusters/canary.ts'), moved);
  const changed = changedClusters(run(folder, 'npm run --silent synth'));
  expect(Object.keys(changed)).toEqual(['canary']);
  expect(relativeFiles(join(folder, 'dist/canary/manifests'))).toEqual(relativeFiles(join(folder, 'dist/prod/manifests')));
  run(folder, everyGate);
});

test('a component is one line in a cluster', { timeout: 240_000 }, () => {
  const folder = copyCheckout();
  edit(
    folder,
    'clusters/capi.ts',
    ['import { cloneChildren }', "import { Whoami } from '../charts/whoami.js';\nimport { cloneChildren }"],
    ['    const clusterApi =', "    new Whoami(app, 'whoami', { host: c.host('whoami'), exposure });\n    const clusterApi ="],
  );
  const [added = 0, changed, removed] = changedClusters(run(folder, 'npm run --silent synth'))['capi'] ?? [];
  expect(added).toBeGreaterThan(0);
  // The project of its Application.
  expect([changed, removed]).toEqual([1, 0]);
  run(folder, everyGate);
});

test('a fact of all stages changes all four, a fact of one stage that one', () => {
  const folder = copyCheckout();
  edit(folder, 'clusters/lib/stages.ts', ["volume: '/volume1'", "volume: '/volume2'"]);
  expect(changedClusters(run(folder, 'npm run --silent synth'))).toEqual({
    dev: [0, 1, 0],
    prod: [0, 1, 0],
    staging: [0, 1, 0],
    test: [0, 1, 0],
  });
  edit(folder, 'clusters/test.ts', ["ingressAddress: '192.168.209.70'", "ingressAddress: '192.168.209.71'"]);
  expect(changedClusters(run(folder, 'npm run --silent synth'))).toEqual({ test: [0, 1, 0] });
});
