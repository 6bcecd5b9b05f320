import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { discoverFleet } from '../../clusters/lib/discover.js';
import { loadSchemas } from '../../synth/schema/load.js';
import { copyCheckout, median, root, time, timeWarm } from './checkout.js';
import { measureDeliveries } from './delivery.js';
import { writeStockProject } from './stock.js';

/**
 * `npm run bench`: whole processes, everything in one run, ratios first. Times of one machine say nothing about another; the ratios do.
 */
const launch = ['synth/launch.mjs', 'synth'];
const ms = (value: number) => `${Math.round(value)} ms`;

console.log(`Node ${process.version}, ${availableParallelism()} cores`);
await compareWithStock();
compareChecks();
measureGrowth();
compareDeliveries();

async function compareWithStock(): Promise<void> {
  const fleet = await discoverFleet(root);
  const { folder, objects } = writeStockProject(fleet, loadSchemas(join(root, 'imports/schemas')));
  const stock = timeWarm(folder, [join(root, 'node_modules/cdk8s-cli/bin/cdk8s'), 'synth', '--check-upgrade=false'], 5);

  const copy = copyCheckout();
  // Sources that no bundle exists of yet: the first run after a change.
  appendFileSync(join(copy, 'synth/launch.mjs'), `// ${process.pid} ${performance.now()}\n`);
  const cold = time(copy, launch);
  const warm = timeWarm(copy, launch, 5);
  const check = timeWarm(copy, ['synth/launch.mjs', 'check', ...fleet.clusters.map(({ name }) => name)], 5);
  console.log(`\n${fleet.clusters.length} clusters, ${objects} objects; stock cdk8s synth ${ms(stock)} (median of 5)`);
  console.log(`  synth, warm, checks on: ${ratio(warm, stock)} of stock (${ms(warm)}, median of 5; goal: at most 0.50)`);
  console.log(`  synth, cold, first run: ${ratio(cold, stock)} of stock (${ms(cold)})`);
  console.log(`  check, warm:            ${ratio(check, stock)} of stock (${ms(check)})`);
}

/** What the checks cost: the same checkout, once with them and once with nothing in their place, in turn. */
function compareChecks(): void {
  const [checked, unchecked] = [copyCheckout(), copyCheckout()];
  const nothing = 'export const checkPlans = () => ({ problems: new Map(), waived: [] });\n';
  writeFileSync(join(unchecked, 'synth/checks.ts'), nothing);
  for (const copy of [unchecked, checked]) time(copy, launch);
  const pairs = Array.from({ length: 9 }, () => ({ without: time(unchecked, launch), full: time(checked, launch) }));
  const without = median(pairs.map((pair) => pair.without));
  const full = median(pairs.map((pair) => pair.full));
  console.log(`\nsynth without checks ${ms(without)}, with them ${ms(full)} (medians of 9, in turn)`);
  console.log(`  with to without: ${ratio(full, without)} (goal: at most 2.00)`);
}

function measureGrowth(): void {
  const copy = copyCheckout();
  const clusters = join(copy, 'clusters');
  const template = readFileSync(join(clusters, 'lab.ts'), 'utf8');
  for (const entry of readdirSync(clusters)) if (entry.endsWith('.ts')) rmSync(join(clusters, entry));
  const sizes = [1, 10, 100];
  const times = new Map<number, number>();
  let written = 0;
  for (const size of sizes) {
    for (; written < size; written++) {
      const name = `made-up-${written + 1}`;
      // Their addresses are the same, and so their networks are not.
      const network = `network: {\n    nodeVlan: ${written + 1},`;
      const text = template.replace("name: 'lab'", `name: '${name}'`).replace('network: {', network);
      writeFileSync(join(clusters, `${name}.ts`), text);
    }
    times.set(size, timeWarm(copy, launch, size === 100 ? 3 : 5));
  }
  const at = (size: number) => times.get(size) ?? Number.NaN;
  console.log(`\nSynthetic clusters, warm: ${sizes.map((size) => `${size}: ${ms(at(size))}`).join(', ')}`);
  const early = (at(10) - at(1)) / 9;
  const late = (at(100) - at(10)) / 90;
  console.log(`  one more cluster: ${early.toFixed(1)} ms between 1 and 10, ${late.toFixed(1)} ms between 10 and 100`);
  console.log(`  growth, late to early: ${ratio(late, early)} (goal: at most 1.20, which is linear within 20 %)`);
}

function compareDeliveries(): void {
  const measured = measureDeliveries();
  if ('reason' in measured) {
    console.log(`\nskipped: synth that renders the charts, because ${measured.reason}`);
    return;
  }
  const { dist, engine, objects } = measured;
  console.log(`\n${objects} objects of charts, nothing changed: the engine renders them ${ms(engine)} (median of 9)`);
  console.log(`  synth renders them: ${ratio(dist, engine)} of it (${ms(dist)}, median of 9; goal: at most 1.30)`);
}

function ratio(value: number, base: number): string {
  return (value / base).toFixed(2);
}
