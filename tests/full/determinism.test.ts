import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

/** One source has one tree, wherever and however it is rendered; and more source never renames what was there. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'determinism-test-'));

afterAll(() => rmSync(temporary, { recursive: true }));

/** Path -> content of every file below a folder. */
function read(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

const hashOf = (tree: Readonly<Record<string, string>>) => createHash('sha256').update(JSON.stringify(tree)).digest('hex');

const sources = ['charts', 'clusters', 'imports', 'synth'].flatMap((folder) =>
  Object.entries(read(join(root, folder))).map(([path, content]) => [`${folder}/${path}`, content] as const),
);
const committed = read(join(root, 'dist'));

/** A checkout without dist/, its files made in the given order, which is the order in which some file systems list them. */
function copy(name: string, order: (paths: typeof sources) => typeof sources): string {
  const folder = join(temporary, name);
  mkdirSync(folder);
  for (const [path, content] of order(sources)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  for (const file of ['package.json', 'package-lock.json', 'tsconfig.json', 'cdk8s.yaml']) cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Renders a checkout into its dist/. */
function synth(
  folder: string,
  { cwd = folder, umask = '022', env = {} }: { cwd?: string; umask?: string; env?: Record<string, string> } = {},
) {
  const command = `umask ${umask}; exec "${process.execPath}" "${folder}/synth/launch.mjs" synth`;
  const { status, stderr } = spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', ...env } });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return read(join(folder, 'dist'));
}

const zones = ['UTC', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Kiritimati', 'Pacific/Marquesas'];
const locales = ['C', 'tr_TR.UTF-8', 'de_DE.UTF-8', 'sv_SE.UTF-8', 'C.UTF-8', 'ar_EG.UTF-8', 'th_TH.UTF-8'];
const umasks = ['022', '077', '000'];
const orders: readonly ((paths: typeof sources) => typeof sources)[] = [
  (paths) => paths,
  (paths) => [...paths].reverse(),
  (paths) => [...paths].sort(([a], [b]) => (hashOf({ a }) < hashOf({ a: b }) ? -1 : 1)),
];

test('20 runs that differ in all but the sources make the committed dist/', () => {
  const runs = Array.from({ length: 20 }, (_, index) => {
    const name = `run-${index}`;
    const folder = copy(name, orders[index % orders.length] ?? ((paths) => paths));
    const locale = locales[index % locales.length] ?? 'C';
    const env = {
      TZ: zones[index % zones.length] ?? 'UTC',
      LANG: locale,
      LC_ALL: locale,
      HOME: index % 2 === 0 ? join(temporary, 'no-such-home') : folder,
      ...(index % 3 === 0 ? { CI: 'true', FORCE_COLOR: '3', UV_THREADPOOL_SIZE: '1' } : {}),
    };
    const cwd = [folder, '/', temporary, join(folder, 'charts')][index % 4] ?? folder;
    return hashOf(synth(folder, { cwd, umask: umasks[index % umasks.length] ?? '022', env }));
  });
  expect([...new Set(runs)]).toEqual([hashOf(committed)]);
});

test('one more component adds files and renames none, wherever it stands in the list', () => {
  const chart = `import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import { Component } from './lib/component.js';

export class Extra extends Component {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: { name: id, podSecurity: 'restricted' }, project: 'apps' });
    new k8s.KubeConfigMap(this.resources, 'settings', { metadata: { name: 'settings' }, data: { a: 'b' } });
  }
}
`;
  const line = "    new Extra(app, 'extra');\n";
  const places: Readonly<Record<string, (text: string) => string>> = {
    first: (text) => text.replace(/(components: \(app, c\) => \{\n)/, `$1${line}`),
    middle: (text) => text.replace(/( {4}new SpinOperator\()/, `${line}$1`),
    last: (text) => text.replace(/\n {2}\},\n\}\);\n$/, `\n${line}  },\n});\n`),
  };
  const trees = Object.entries(places).map(([place, edit]) => {
    const folder = copy(place, (paths) => paths);
    const file = join(folder, 'clusters', 'lab.ts');
    const edited = edit(readFileSync(file, 'utf8'));
    expect(edited, place).toContain(line);
    writeFileSync(file, `import { Extra } from '../charts/extra.js';\n${edited}`);
    writeFileSync(join(folder, 'charts', 'extra.ts'), chart);
    return synth(folder);
  });
  const [tree = {}] = trees;
  expect(trees.map(hashOf)).toEqual(trees.map(() => hashOf(tree)));
  const added = Object.keys(tree).filter((path) => !(path in committed));
  expect(added).toEqual([
    'lab/argocd/apps/extra.yaml',
    'lab/manifests/extra/base/namespace_extra.yaml',
    'lab/manifests/extra/resources/config-map_settings.yaml',
  ]);
  const changed = Object.keys(committed).filter((path) => tree[path] !== committed[path]);
  expect(changed).toEqual(['lab/argocd/projects/apps.yaml']);
});
