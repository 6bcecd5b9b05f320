import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkHelm, repository, writeCharts } from '../fixtures/delivered-fleet.js';
import { copyCheckout, median, root, time } from './checkout.js';

/** A fleet as large as a real one: what a monitoring stack brings along, and what five other charts do. */
const size = { clusters: 4, definitions: 10, charts: 5, objects: 60 };

/** Of a definition, in bytes; those of operators have up to a few hundred thousand. */
const definitionSize = 200_000;

const names = Array.from({ length: size.charts }, (_, index) => `bulk-${index}`);

/** Time of a synth without any change when synth renders the charts, and when the engine does; why there is none where helm is missing. */
export function measureDeliveries():
  | { readonly dist: number; readonly engine: number; readonly objects: number }
  | { readonly reason: string } {
  const helm = join(root, '.tools/bin/helm');
  if (!existsSync(helm)) return { reason: '.tools/bin/helm is not there: npm run tools' };
  const folders = (['dist', 'engine'] as const).map((delivery) => {
    const copy = copyCheckout();
    makeFleet(copy, delivery);
    linkHelm(copy, helm);
    writeCharts(join(copy, 'upstream'), makeCharts());
    time(copy, ['synth/launch.mjs', 'vendor', '--from', 'upstream']);
    time(copy, ['synth/launch.mjs', 'synth']);
    time(copy, ['synth/launch.mjs', 'synth']);
    return copy;
  });
  // By turns, so that what else the machine does meets both.
  const runs = Array.from({ length: 9 }, () => folders.map((folder) => time(folder, ['synth/launch.mjs', 'synth'])));
  const [dist = Number.NaN, engine = Number.NaN] = folders.map((_, index) => median(runs.map((run) => run[index] ?? Number.NaN)));
  return { dist, engine, objects: size.clusters * (size.definitions + size.charts * size.objects) };
}

function makeCharts() {
  const chartFile = (name: string) => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`;
  const bulk = (name: string) => ({
    'Chart.yaml': chartFile(name),
    'values.yaml': 'count: 1\n',
    'templates/all.yaml': `{{ range $index := until (int .Values.count) }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}-{{ $index }}
data:
{{- range until 25 }}
  key-{{ . }}: ${'x'.repeat(60)}
{{- end }}
{{ end }}`,
  });
  const definitions = Array.from({ length: size.definitions }, (_, index) => [`crds/${index}.yaml`, definitionOf(`Thing${index}`)]);
  return {
    definitions: { 'Chart.yaml': chartFile('definitions'), 'values.yaml': '', ...Object.fromEntries(definitions) },
    ...Object.fromEntries(names.map((name) => [name, bulk(name)])),
  };
}

function definitionOf(kind: string): string {
  const plural = `${kind.toLowerCase()}s`;
  const line = (index: number) => `                field${index}: {type: string, description: ${'What it does. '.repeat(5).trim()}}`;
  const lines = Array.from({ length: Math.ceil(definitionSize / line(1000).length) }, (_, index) => line(index));
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${plural}.bulk.example.test
spec:
  group: bulk.example.test
  scope: Namespaced
  names: {kind: ${kind}, listKind: ${kind}List, plural: ${plural}, singular: ${kind.toLowerCase()}}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
${lines.join('\n')}
`;
}

function makeFleet(copy: string, delivery: 'dist' | 'engine'): void {
  const clusters = join(copy, 'clusters');
  const template = readFileSync(join(clusters, 'lab.ts'), 'utf8');
  const facts = template.slice(template.indexOf('export default'), template.indexOf('  components:'));
  for (const entry of readdirSync(clusters)) if (entry.endsWith('.ts')) rmSync(join(clusters, entry));
  const kinds = Array.from({ length: size.definitions }, (_, index) => `Thing${index}`);
  writeFileSync(
    join(copy, 'charts/bulk.ts'),
    `import type { Construct } from 'constructs';
import { Component } from './lib/component.js';
import { HelmRelease } from './lib/release.js';
import type { Provides } from './lib/provides.js';

export class Bulk extends Component {
  constructor(scope: Construct, id: string, values: object, provides: Omit<Provides, 'podSecurity'>) {
    super(scope, id, { namespace: { name: id, podSecurity: 'restricted' }, project: 'apps' });
    const chart = { repository: '${repository}', chart: id, version: '1.0.0' };
    new HelmRelease(this.release, id, { ...chart, values, provides: { ...provides, podSecurity: 'restricted' } });
  }
}
`,
  );
  const components = [
    `    new Bulk(app, 'definitions', {}, { crds: { 'bulk.example.test': ${JSON.stringify(kinds)} } });`,
    ...names.map((name) => `    new Bulk(app, '${name}', { count: ${size.objects} }, { namespaced: { '': ['ConfigMap'] } });`),
  ];
  mkdirSync(clusters, { recursive: true });
  for (let index = 0; index < size.clusters; index++) {
    const name = `made-up-${index}`;
    writeFileSync(
      join(clusters, `${name}.ts`),
      `import { Bulk } from '../charts/bulk.js';
import { defineCluster } from './lib/cluster.js';
import { platformRepository } from './lib/fleet.js';

${facts.replace("name: 'lab'", `name: '${name}'`).replace('network: {', `network: {\n    nodeVlan: ${index + 1},`)}  delivery: '${delivery}',
  components: (app) => {
${components.join('\n')}
  },
});
`,
    );
  }
}
