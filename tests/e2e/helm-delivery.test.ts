import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { copyCheckout, edit, filesIn } from '../fixtures/checkout.js';
import { linkHelm, makeFleet, repository, writeCharts } from '../fixtures/delivered-fleet.js';
import { makeFolder, removeFolders } from '../fixtures/helm.js';
import { describeWith } from './programs.js';

/** Charts that synth renders: whole processes with a real helm, in a copy of the checkout with a fleet that is made up. */

afterAll(removeFolders);

type Tree = Readonly<Record<string, string>>;

/** Content of each file below dist/made-up/. */
function treeOf(folder: string): Tree {
  const dist = join(folder, 'dist/made-up/');
  return Object.fromEntries(filesIn(dist).map((path) => [path.slice(dist.length), readFileSync(path, 'utf8')]));
}

/** Runs a command of the checkout. Nothing is in PATH, so that the only helm is that of the checkout. */
function run(folder: string, ...args: readonly string[]) {
  const env = { PATH: '', HOME: folder, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['synth/launch.mjs', ...args], { cwd: folder, encoding: 'utf8', env });
  return { code: status, out: stdout, err: stderr };
}

function succeed(folder: string, ...args: readonly string[]): string {
  const { code, out, err } = run(folder, ...args);
  expect({ args, code, err }).toEqual({ args, code: 0, err: '' });
  return out;
}

/** A clone of everything that Git takes of a checkout. */
function cloneOf(folder: string): string {
  const clone = join(makeFolder(), 'clone');
  const git = (...args: readonly string[]) => {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.test', '-c', 'commit.gpgSign=false'];
    execFileSync('git', [...identity, ...args], { cwd: folder, stdio: 'pipe' });
  };
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--no-verify', '--message', 'all');
  git('clone', '--quiet', folder, clone);
  symlinkSync(join(folder, 'node_modules'), join(clone, 'node_modules'));
  return clone;
}

/** Rules of all problems, in their order. */
const rulesOf = (err: string) => [...err.matchAll(/\[([a-z-]+)\]$/gm)].map(([, rule]) => rule);

const cluster = 'clusters/made-up.ts';

function deliverAs(folder: string, delivery: 'engine' | 'dist'): void {
  edit(folder, cluster, [delivery === 'dist' ? "delivery: 'engine'" : "delivery: 'dist'", `delivery: '${delivery}'`]);
  succeed(folder, 'synth');
}

/** Name -> what orders the Applications or the Kustomizations. */
function orderOf(tree: Tree): Readonly<Record<string, string>> {
  const engine = Object.entries(tree).filter(([path]) => /^(argocd\/apps|flux\/root)\//.test(path));
  // A stage that is a chart is called after it; rendered, it is files like any other.
  const rename = (text: string) => text.replaceAll('-charts', '');
  return Object.fromEntries(
    engine.map(([path, text]) => [
      rename(path),
      rename(/sync-wave: .*/.exec(text)?.[0] ?? /dependsOn:\n(.*- .*\n)*/.exec(text)?.[0] ?? ''),
    ]),
  );
}

describeWith(['helm'], "delivery 'dist'", ({ helm }) => {
  /** A copy whose fleet is made up, its charts vendored and rendered by the engine. */
  function makeCopy(engine: 'argocd' | 'flux'): string {
    const folder = copyCheckout();
    makeFleet(folder, engine);
    linkHelm(folder, helm);
    const upstream = makeFolder();
    writeCharts(upstream);
    succeed(folder, 'vendor', '--from', upstream);
    succeed(folder, 'synth');
    return folder;
  }

  describe.each(['argocd', 'flux'] as const)('with %s', (engine) => {
    test('renders every object, in the order of the engine, and is undone by one word', () => {
      const folder = makeCopy(engine);
      const before = treeOf(folder);
      deliverAs(folder, 'dist');
      const tree = treeOf(folder);
      const delivered = Object.keys(tree).filter((path) => /^manifests\/\w+\/release\//.test(path));
      expect(delivered).toEqual([
        'manifests/door/release/cluster-role_door.yaml',
        'manifests/door/release/config-map_door-edge_door.yaml',
        'manifests/door/release/ingress-class_door.yaml',
        'manifests/door/release/namespace_door-edge.yaml',
        'manifests/gadgets/release/cluster-role_gadgets.yaml',
        'manifests/gadgets/release/config-map_gadgets.yaml',
        'manifests/gadgets/release/custom-resource-definition_gadgets.gadgets.example.test.yaml',
        'manifests/gadgets/release/custom-resource-definition_servicemonitors.monitoring.coreos.com.yaml',
        ...(engine === 'argocd' ? ['manifests/gadgets/release/job_migrate.yaml'] : []),
        'manifests/shop/release/config-map_shop-db.yaml',
        'manifests/shop/release/config-map_shop.yaml',
        'manifests/shop/release/gadget.gadgets.example.test_shop.yaml',
        'manifests/shop/release/service-monitor.monitoring.coreos.com_shop.yaml',
        'manifests/shop/release/service_shop.yaml',
      ]);
      // A string that YAML would read as something else went through two programs.
      expect(tree['manifests/shop/release/config-map_shop.yaml']).toContain('note: "off"');

      const text = Object.values(tree).join('\n');
      expect(Object.values(before).join('\n')).toContain(repository);
      expect(text).not.toContain(repository);
      expect(text).not.toMatch(/^ *(chart|chartRef|helm|valuesObject):|kind: "?(Helm|OCI)(Release|Repository)/m);
      expect(orderOf(tree)).toEqual(orderOf(before));
      expect(Object.values(orderOf(tree)).filter((order) => order !== '').length).toBeGreaterThan(3);

      succeed(folder, 'docs');
      succeed(folder, 'check');
      deliverAs(folder, 'engine');
      expect(treeOf(folder)).toEqual(before);
      succeed(folder, 'check');
      deliverAs(folder, 'dist');
      expect(treeOf(folder)).toEqual(tree);
    });

    test('needs neither helm nor charts in a fresh clone, until something changes', () => {
      const origin = makeCopy(engine);
      deliverAs(origin, 'dist');
      succeed(origin, 'docs');
      const tree = treeOf(origin);
      const folder = cloneOf(origin);
      expect(readdirSync(folder)).not.toContain('.cache');
      succeed(folder, 'check');
      expect(succeed(folder, 'synth')).toMatch(/^Nothing to do: /m);
      expect(treeOf(folder)).toEqual(tree);

      edit(folder, 'charts/shop.ts', ['size: 3', 'size: 4']);
      for (const command of ['synth', 'check']) {
        const { code, out, err } = run(folder, command);
        expect({ code, out, rules: rulesOf(err) }).toEqual({ code: 1, out: '', rules: ['rendered-release'] });
        expect(err).toMatch(/✖ charts\/shop\.ts:\d+ shop\/release\/shop\n/);
        expect(err).toContain('Fix: run "npm run tools", then "npm run synth".');
      }
      linkHelm(folder, helm);
      const { code, err } = run(folder, 'synth');
      expect({ code, rules: rulesOf(err) }).toEqual({ code: 1, rules: ['rendered-release'] });
      expect(err).toContain('Fix: run "npm run vendor -- shop", then "npm run synth".');
      expect(treeOf(folder)).toEqual(tree);
    });
  });

  test('refuses what would do nothing, and what is made twice', () => {
    const folder = makeCopy('argocd');
    deliverAs(folder, 'dist');
    const tree = treeOf(folder);
    edit(folder, 'charts/shop.ts', ['size: 3', 'sise: 3']);
    const unknown = run(folder, 'synth');
    expect({ code: unknown.code, rules: rulesOf(unknown.err) }).toEqual({ code: 1, rules: ['known-value'] });
    expect(unknown.err).toContain('shop 1.0.0 knows no value sise');
    expect(unknown.err).toContain('Fix: write size.');

    edit(folder, 'charts/shop.ts', ['sise: 3', "size: 'large'"]);
    const invalid = run(folder, 'synth');
    expect({ code: invalid.code, rules: rulesOf(invalid.err) }).toEqual({ code: 1, rules: ['valid-object'] });
    expect(invalid.err).toContain('shop/templates/gadget.yaml spec.size');

    edit(folder, 'charts/shop.ts', ["size: 'large'", 'size: 3']);
    edit(folder, 'charts/door.ts', ["colours: ['red']", "roleName: 'gadgets'"]);
    const twice = run(folder, 'synth');
    expect({ code: twice.code, rules: rulesOf(twice.err) }).toEqual({ code: 1, rules: ['distinct-objects'] });
    expect(twice.err).toContain('manifests/door/release/cluster-role_gadgets.yaml');
    expect(twice.err).toContain('manifests/gadgets/release/cluster-role_gadgets.yaml');
    expect(treeOf(folder)).toEqual(tree);
  });

  test('finds a file that somebody edited, and repairs it', () => {
    const folder = makeCopy('argocd');
    deliverAs(folder, 'dist');
    succeed(folder, 'docs');
    const tree = treeOf(folder);
    const path = 'manifests/shop/release/config-map_shop.yaml';
    edit(folder, `dist/made-up/${path}`, ['note: "off"', 'note: "on"']);
    const { code, err } = run(folder, 'check');
    expect(code).toBe(1);
    expect(err.match(/(changed|missing|extra) +dist.*/g)).toEqual([`changed  dist/made-up/${path}`]);
    expect(succeed(folder, 'synth')).toContain('made-up: 0 added, 1 changed, 0 removed');
    expect(treeOf(folder)).toEqual(tree);
  });
});
