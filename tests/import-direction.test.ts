import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const lib = 'charts/lib/ may import only imports/ and itself: it knows no chart, no cluster and no command.';
const chart = 'A chart may import only imports/ and charts/lib/; take the fact as a prop instead.';
const otherChart = 'A chart may not import another chart; take a handle as a prop instead.';
const stacks = 'clusters/lib/ may import only charts/ and itself: it knows no command.';
const discovers = 'clusters/lib/ may not import a cluster: discover.ts reads the folder.';
const otherCluster = 'A cluster may not import another cluster; ask the fleet for its outputs.';
const raw = 'A raw object belongs in a chart; a cluster only puts charts together.';
const clusterOnly = 'A cluster knows no command.';
const engineClusters = 'synth/ reaches clusters only through clusters/lib/.';
const engineCharts = 'synth/ knows no chart: what it needs of one is in the plan.';
const engineBootstrap = 'synth/ does not know the bootstrap.';

/** Importing file, what it imports, and the message that refuses it. */
const probes: readonly (readonly [from: string, to: string, message?: string])[] = [
  ['charts/lib/component.ts', './stage.js'],
  ['charts/lib/component.ts', './argo-cd/settings.js'],
  ['charts/lib/argo-cd/project.ts', '../kinds.js'],
  ['charts/lib/argo-cd/project.ts', './settings.js'],
  ['charts/lib/labels.ts', '../../imports/piraeus.io.js'],
  ['charts/lib/flux/labels.ts', '../../../imports/piraeus.io.js'],
  ['charts/lib/labels.ts', 'cdk8s'],
  ['charts/lib/labels.ts', '@kubernetes-models/cilium/cilium.io/v2/CiliumLoadBalancerIPPool'],
  ['charts/lib/labels.ts', '../whoami.js', lib],
  ['charts/lib/labels.ts', '../piraeus/index.js', lib],
  ['charts/lib/argo-cd/project.ts', '../../whoami.js', lib],
  ['charts/lib/argo-cd/project.ts', '../../piraeus/index.js', lib],
  ['charts/lib/labels.ts', '../../clusters/lib/facts.js', lib],
  ['charts/lib/argo-cd/project.ts', '../../../clusters/lab.js', lib],
  ['charts/lib/labels.ts', '../../synth/yaml.js', lib],
  ['charts/lib/labels.ts', '../../bootstrap/main.js', lib],
  ['charts/whoami.ts', './lib/component.js'],
  ['charts/whoami.ts', './lib/argo-cd/settings.js'],
  ['charts/whoami.ts', '../imports/piraeus.io.js'],
  ['charts/whoami.ts', 'cdk8s-plus-30'],
  ['charts/whoami.ts', './cilium.js', otherChart],
  ['charts/whoami.ts', './piraeus/index.js', otherChart],
  ['charts/whoami.ts', '../charts/cilium.js', otherChart],
  ['charts/whoami.ts', '../clusters/lib/facts.js', chart],
  ['charts/whoami.ts', '../synth/yaml.js', chart],
  ['charts/whoami.ts', '../bootstrap/main.js', chart],
  ['charts/piraeus/index.ts', './satellites.js'],
  ['charts/piraeus/index.ts', '../lib/component.js'],
  ['charts/piraeus/index.ts', '../lib/argo-cd/settings.js'],
  ['charts/piraeus/index.ts', '../../imports/piraeus.io.js'],
  ['charts/piraeus/index.ts', '../cilium.js', otherChart],
  ['charts/piraeus/index.ts', '../argo-cd/health.js', otherChart],
  ['charts/piraeus/index.ts', '../../clusters/lab.js', chart],
  ['charts/piraeus/index.ts', '../../synth/yaml.js', chart],
  ['clusters/lib/stacks.ts', './facts.js'],
  ['clusters/lib/stacks.ts', './talos/index.js'],
  ['clusters/lib/stacks.ts', '../../charts/cilium.js'],
  ['clusters/lib/stacks.ts', '../../charts/lib/expose.js'],
  ['clusters/lib/stacks.ts', '../lab.js', discovers],
  ['clusters/lib/stacks.ts', '../../synth/yaml.js', stacks],
  ['clusters/lib/stacks.ts', '../../bootstrap/main.js', stacks],
  ['clusters/lib/stacks.ts', '../../imports/piraeus.io.js', stacks],
  ['clusters/lib/talos/index.ts', '../facts.js'],
  ['clusters/lib/talos/index.ts', '../../../charts/lib/component.js'],
  ['clusters/lib/talos/index.ts', '../../lab.js', discovers],
  ['clusters/lib/talos/index.ts', '../../../synth/yaml.js', stacks],
  ['clusters/lab.ts', './lib/stacks.js'],
  ['clusters/lab.ts', '../charts/whoami.js'],
  ['clusters/lab.ts', '../charts/piraeus/index.js'],
  ['clusters/lab.ts', './prod.js', otherCluster],
  ['clusters/lab.ts', '../charts/lib/manifest.js', raw],
  ['clusters/lab.ts', '../imports/piraeus.io.js', raw],
  ['clusters/lab.ts', '../synth/yaml.js', clusterOnly],
  ['clusters/lab.ts', '../bootstrap/main.js', clusterOnly],
  ['synth/render.ts', './yaml.js'],
  ['synth/render.ts', '../clusters/lib/plan.js'],
  ['synth/render.ts', '../charts/lib/problem.js'],
  ['synth/commands/check.ts', '../../clusters/lib/fleet.js'],
  ['synth/commands/check.ts', '../../charts/lib/argo-cd/settings.js'],
  ['synth/imports/generate.ts', './config.js'],
  ['synth/render.ts', '../clusters/lab.js', engineClusters],
  ['synth/commands/check.ts', '../../clusters/lab.js', engineClusters],
  ['synth/render.ts', '../charts/whoami.js', engineCharts],
  ['synth/commands/check.ts', '../../charts/piraeus/index.js', engineCharts],
  ['synth/render.ts', '../bootstrap/main.js', engineBootstrap],
  ['tests/fleet.test.ts', '../clusters/lib/discover.js'],
  ['tests/charts.test.ts', '../charts/whoami.js'],
];

interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly message: string;
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}

test('the linter refuses exactly the imports that go against the direction, each with its reason', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'import-direction-'));
  try {
    cpSync(join(root, 'biome.json'), join(folder, 'biome.json'));
    const files = new Map<string, (typeof probes)[number][]>();
    for (const probe of probes) files.set(probe[0], [...(files.get(probe[0]) ?? []), probe]);
    for (const [from, rows] of files) {
      mkdirSync(dirname(join(folder, from)), { recursive: true });
      writeFileSync(join(folder, from), rows.map(([, to], index) => `export * as probe${index} from '${to}';\n`).join(''));
    }
    const options = ['lint', '--only=style/noRestrictedImports', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none'];
    const { stdout } = await promisify(execFile)(join(root, 'node_modules', '.bin', 'biome'), options, { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    const { diagnostics } = JSON.parse(stdout) as Report;
    const refused = diagnostics.map(({ message, location: { path, start } }) => {
      const [from, to] = files.get(path)?.[start.line - 1] ?? [path, `line ${start.line}`];
      return `${from} -> ${to}: ${message}`;
    });
    const expected = probes.flatMap(([from, to, message]) => (message === undefined ? [] : [`${from} -> ${to}: ${message}`]));
    expect(refused.sort()).toEqual(expected.sort());
  } finally {
    rmSync(folder, { recursive: true });
  }
});
