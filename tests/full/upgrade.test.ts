import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { copyCheckout } from '../fixtures/checkout.js';
import type { Any } from '../fixtures/rendered.js';

/** npm run upgrade in a copy of the checkout, with a chart from a folder. */

const component = 'charts/reloader.ts';

/** A chart of the name that takes exactly these values. */
function putChart(folder: string, version: string, values: object): string {
  const chart = join(folder, `charts-${version}`, 'reloader');
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), `apiVersion: v2\nname: reloader\nversion: ${version}\n`);
  writeFileSync(join(chart, 'values.yaml'), stringify(values));
  writeFileSync(join(chart, 'templates', 'one.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n');
  return join(folder, `charts-${version}`);
}

function upgrade(cwd: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['synth/launch.mjs', 'upgrade', ...args], { cwd, encoding: 'utf8' });
  return { status, out: stdout + stderr };
}

test('an upgrade moves pin, lock, types and dist/ together, or none of them; a key that is gone does not compile', {
  timeout: 240_000,
}, () => {
  const folder = copyCheckout();
  const pin = () => /chartVersion = '(.*)'/.exec(readFileSync(join(folder, component), 'utf8'))?.[1];
  const before = pin();
  const application = parse(readFileSync(join(folder, 'dist/lab/argocd/apps/reloader.yaml'), 'utf8')) as Any;
  const values = application.spec.sources.find((source: Any) => source.chart === 'reloader').helm.valuesObject as object;

  const gone = upgrade(folder, 'reloader', '9.9.8', '--from', putChart(folder, '9.9.7', values));
  expect([gone.status, pin()], gone.out).toEqual([1, before]);
  expect(gone.out).toContain('only 9.9.7');

  const newest = upgrade(folder, 'reloader', '--from', putChart(folder, '9.9.9', values));
  expect([newest.status, pin()], newest.out).toEqual([0, '9.9.9']);
  for (const path of ['charts.lock.yaml', 'imports/helm/reloader.ts', 'dist/lab/argocd/apps/reloader.yaml']) {
    expect(readFileSync(join(folder, path), 'utf8'), path).toContain('9.9.9');
  }
  expect(newest.out).toMatch(/lab: 0 added, 1 changed, 0 removed/);
  expect(newest.out).toMatch(/\d+ changed charts not rendered/);
  expect(upgrade(folder, 'reloader', '9.9.9').out).toContain('reloader is at 9.9.9 already.');

  const { status, out } = upgrade(folder, 'reloader', '10.0.0', '--from', putChart(folder, '10.0.0', { other: 1 }));
  expect(status, out).toBe(1);
  expect(out).toMatch(/charts\/reloader\.ts\(\d+,\d+\): error/);
  expect(out).toContain('Change them, then run "npm run synth".');
});
