import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { discoverFleet } from '../clusters/lib/discover.js';
import { listComponents } from '../clusters/lib/inventory.js';
import { findPins, movePin } from '../synth/helm/pins.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = new Map(
  readdirSync(`${root}charts`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => [`charts/${path}`, readFileSync(`${root}charts/${path}`, 'utf8')]),
);
const fleet = await discoverFleet(root, (name) => import(`../clusters/${name}.ts`));
const releases = fleet.clusters.flatMap((cluster) => listComponents(cluster, fleet)).flatMap((component) => component.releases);
const charts = [...new Map(releases.map(({ chart, version }) => [chart, { chart, version }])).values()];

describe.each(charts)('$chart', ({ chart, version }) => {
  test('is pinned in exactly one place, which Renovate finds too', () => {
    expect(findPins(sources, chart, version).map(({ version }) => version)).toEqual([version]);
  });
});

test('moving a pin changes that line and nothing else', () => {
  const text =
    "// renovate: datasource=helm depName=other\nconst a = '1.0.0';\n// renovate: datasource=docker depName=ghcr.io/x/made-up\nconst b = '1.0.0';\nconst c = '1.0.0';\n";
  expect(movePin(text, 'made-up', '1.0.0', 'v2.0.0-rc.1')).toBe(text.replace("const b = '1.0.0'", "const b = 'v2.0.0-rc.1'"));
  expect(movePin(text, 'made-up', '1x0.0', '2.0.0')).toBe(text);
});
