import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../clusters/lib/facts.js';
import type { Fleet } from '../../clusters/lib/fleet.js';
import { planCluster } from '../../clusters/lib/plan.js';
import type { Schemas } from '../../synth/schema/load.js';
import { root } from './checkout.js';

/**
 * A project of stock cdk8s that writes the same objects from the same charts: one App a cluster, one file a resource, run by
 * `cdk8s synth` through tsx. The engine's objects, which are derived here, are given to it as data.
 */
export function writeStockProject(fleet: Fleet, schemas: Schemas): { folder: string; objects: number } {
  const folder = mkdtempSync(join(tmpdir(), 'bench-stock-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const plans = fleet.clusters.map((cluster: Cluster) => planCluster(cluster, fleet, schemas));
  const engine = Object.fromEntries(plans.map((plan) => [plan.cluster.name, [...plan.engine.values()]]));
  writeFileSync(join(folder, 'engine.json'), JSON.stringify(engine));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(folder, 'cdk8s.yaml'), 'language: typescript\napp: node --import tsx main.ts\noutput: out\n');
  writeFileSync(join(folder, 'main.ts'), stockMain(fleet.clusters.map(({ name }) => name)));
  const objects = plans.reduce((sum, plan) => sum + plan.objects.length + plan.engine.size, 0);
  return { folder, objects };
}

function stockMain(names: readonly string[]): string {
  const imports = names.map((name, index) => `import c${index} from ${JSON.stringify(join(root, 'clusters', `${name}.ts`))};`);
  return [
    "import { readFileSync } from 'node:fs';",
    "import { join } from 'node:path';",
    "import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';",
    `import { assembleFleet } from ${JSON.stringify(join(root, 'clusters/lib/fleet.ts'))};`,
    ...imports,
    `const clusters = [${names.map((_, index) => `c${index}`).join(', ')}];`,
    "const engine = JSON.parse(readFileSync('engine.json', 'utf8'));",
    'const fleet = assembleFleet(clusters);',
    'for (const cluster of clusters) {',
    "  const app = new App({ outdir: join(process.env.CDK8S_OUTDIR ?? 'out', cluster.name), yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });",
    '  cluster.build(app, fleet);',
    "  const chart = new Chart(app, 'engine', { disableResourceNameHashes: true });",
    '  engine[cluster.name].forEach((object, index) => new ApiObject(chart, String(index), object));',
    '  app.synth();',
    '}',
    '',
  ].join('\n');
}
