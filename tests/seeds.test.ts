import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { discoverFleet } from '../clusters/lib/discover.js';
import { listComponents } from '../clusters/lib/inventory.js';

/** docs/seeds.md says where every demand of the documented platforms is answered; here it is held to that. */

const root = fileURLToPath(new URL('..', import.meta.url));
const fleet = await discoverFleet(root, (name) => import(`../clusters/${name}.ts`));
const components = new Map(fleet.clusters.map((cluster) => [cluster.name, listComponents(cluster, fleet).map(({ name }) => name)]));

const rows = readFileSync(`${root}docs/seeds.md`, 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!named there|---)/.test(line) && !line.startsWith('|---'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, named = '', clusters = '', names = '', remark = '']) => ({ named, clusters: split(clusters), names: split(names), remark }));

function split(cell: string): string[] {
  return cell
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

describe.each(rows)('$named', ({ clusters, names, remark }) => {
  test('is answered by components that are there, or says why not', () => {
    if (clusters.length === 0) expect(remark).toMatch(/^out of scope: ./);
    for (const cluster of clusters) expect(components.get(cluster), cluster).toEqual(expect.arrayContaining(names));
  });
});
