import fs, { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lazy } from 'cdk8s';
import { afterEach, describe, expect, test } from 'vitest';
import { aCluster } from './fixtures/a-cluster.js';
import { Made } from './fixtures/components.js';
import { type Add, Checkout, removeCheckouts, schemasFolder, web } from './fixtures/made-up-checkout.js';

afterEach(removeCheckouts);

const configMap = 'made-up/manifests/web/resources/config-map_web.yaml';

describe('the command line', () => {
  test.each([['--help'], ['-h']])('lists the commands on %s', async (option) => {
    const { code, out, err } = await new Checkout().run([option]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const command of ['synth', 'check', 'docs']) expect(out).toContain(`  npm run ${command} `);
  });

  test('explains a command and runs nothing', async () => {
    const checkout = new Checkout();
    const { code, out } = await checkout.run(['synth', 'made-up', '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/^npm run synth -- \[cluster\.\.\.\]\n\nRenders the clusters into dist\/\.\n/);
    expect(readdirSync(checkout.root)).not.toContain('dist');
  });

  test.each([
    ['no command', [], 'No command was given.'],
    ['an unknown command', ['sinth'], 'There is no command "sinth".'],
    ['a command that is a word of JavaScript', ['constructor'], 'There is no command "constructor".'],
    ['an unknown option', ['synth', '--force'], '"synth" has no option "--force".'],
    ['an unknown cluster', ['synth', 'nowhere'], 'There is no cluster "nowhere". The clusters are made-up, other.'],
    ['two unknown clusters', ['check', 'nowhere', 'made-up', ''], 'There is no cluster "nowhere", "". The clusters are made-up, other.'],
    ['a name where none is taken', ['docs', 'made-up'], '"docs" takes no names; its pages show the whole fleet.'],
  ])('refuses %s with 64 and says what there is', async (_, argv, message) => {
    const checkout = new Checkout({ 'made-up': web(), other: web() });
    const { code, out, err } = await checkout.run(argv);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err.split('\n\n')[0]).toBe(message);
    expect(err).toContain('npm run ');
    expect(err).not.toMatch(/^ {4}at /m);
    expect(readdirSync(checkout.root)).not.toContain('dist');
  });
});

describe('synth', () => {
  test('says in one line a cluster what it did, then that nothing is to do', async () => {
    const checkout = new Checkout({ 'made-up': web(), other: web() });
    const first = await checkout.run(['synth']);
    const count = Object.keys(checkout.state()).length / 2;
    const added = `${count} added, 0 changed, 0 removed (${count} files)`;
    expect(first).toEqual({ code: 0, out: `made-up: ${added}\nother: ${added}\n`, err: '' });
    const before = checkout.state();
    const same = `0 added, 0 changed, 0 removed (${count} files)`;
    const out = `made-up: ${same}\nother: ${same}\nNothing to do: ${2 * count} files are what the sources render.\n`;
    expect(await checkout.run(['synth'])).toEqual({ code: 0, out, err: '' });
    expect(checkout.state()).toEqual(before);
  });

  test('writes one changed object, and no other file', async () => {
    const checkout = new Checkout();
    await checkout.run(['synth']);
    for (const path of Object.keys(checkout.state())) fs.utimesSync(path, 1000, 1000);
    checkout.set('made-up', web('b'));
    expect((await checkout.run(['synth'])).out).toMatch(/^made-up: 0 added, 1 changed, 0 removed \(\d+ files\)\n$/);
    const written = Object.keys(checkout.state()).filter((path) => fs.statSync(path).mtimeMs !== 1_000_000);
    expect(written).toEqual([checkout.path(configMap)]);
  });

  test('removes the folder of a cluster that is no more, but not when it is given names', async () => {
    const checkout = new Checkout({ 'made-up': web(), other: web() });
    await checkout.run(['synth']);
    writeFileSync(checkout.path('README.md'), 'not ours');
    rmSync(join(checkout.root, 'clusters', 'other.ts'));
    expect((await checkout.run(['synth', 'made-up'])).out).not.toContain('other');
    expect(readdirSync(checkout.path(''))).toEqual(['README.md', 'made-up', 'other']);
    expect((await checkout.run(['synth'])).out).toMatch(/^other: 0 added, 0 changed, \d+ removed \(the cluster is no more\)$/m);
    expect(readdirSync(checkout.path(''))).toEqual(['README.md', 'made-up']);
  });

  test('writes only the named cluster', async () => {
    const checkout = new Checkout({ 'made-up': web(), other: web() });
    expect((await checkout.run(['synth', 'other'])).out).toMatch(/^other: .*\n$/);
    expect(readdirSync(checkout.path(''))).toEqual(['other']);
  });

  test('writes where cdk8s wants it, removes no folder there, and leaves dist/ alone', async () => {
    const checkout = new Checkout();
    await checkout.run(['synth']);
    const before = checkout.state();
    checkout.set('made-up', web('b'));
    mkdirSync(join(checkout.root, 'elsewhere', 'mine'), { recursive: true });
    writeFileSync(join(checkout.root, 'elsewhere', 'mine', 'file'), 'mine');
    expect((await checkout.run(['synth'], { CDK8S_OUTDIR: 'elsewhere' })).code).toBe(0);
    expect(checkout.state()).toEqual(before);
    expect(readFileSync(join(checkout.root, 'elsewhere', configMap), 'utf8')).toContain('value: b');
    expect(readFileSync(join(checkout.root, 'elsewhere', 'mine', 'file'), 'utf8')).toBe('mine');
  });
});

describe('check', () => {
  /** A checkout that is what its sources render. */
  async function synthesized(): Promise<Checkout> {
    const checkout = new Checkout();
    await checkout.run(['docs']);
    await checkout.run(['synth']);
    return checkout;
  }

  test('counts what is as it should be and writes nothing', async () => {
    const checkout = await synthesized();
    const before = checkout.state('.');
    const count = Object.keys(checkout.state()).length;
    const out = `1 cluster checked: ${count} files are what the sources render.\n`;
    expect(await checkout.run(['check'])).toEqual({ code: 0, out, err: '' });
    expect(checkout.state('.')).toEqual(before);
  });

  test('names one changed byte, a missing and an extra file, and leaves them', async () => {
    const checkout = await synthesized();
    writeFileSync(checkout.path(configMap), readFileSync(checkout.path(configMap), 'utf8').replace('value: a', 'value: b'));
    rmSync(checkout.path('made-up/argocd/root.yaml'));
    writeFileSync(checkout.path('made-up/manifests/web/extra.yaml'), '');
    const before = checkout.state();
    expect(await checkout.run(['check'])).toEqual({
      code: 1,
      out: '',
      err: [
        '✖ dist/made-up',
        '    It is not what the sources render:',
        `    changed  dist/${configMap}`,
        '    missing  dist/made-up/argocd/root.yaml',
        '    extra    dist/made-up/manifests/web/extra.yaml',
        '    Fix: run "npm run synth", read the difference, and commit it.  [fresh-dist]',
        '',
        '1 problem; nothing was written.',
        '',
      ].join('\n'),
    });
    expect(checkout.state()).toEqual(before);
  });

  test('sees a folder of a cluster that is no more, and a stale page', async () => {
    const checkout = await synthesized();
    mkdirSync(checkout.path('old'));
    writeFileSync(checkout.path('old/file'), '');
    writeFileSync(join(checkout.root, 'docs', 'secrets.md'), 'old');
    const { code, err } = await checkout.run(['check']);
    expect(code).toBe(1);
    expect(err).toContain('    extra    dist/old/file\n');
    expect(err).toContain('✖ docs/secrets.md\n');
    expect(err).toContain('\n2 problems; nothing was written.\n');
    expect((await checkout.run(['check', 'made-up'])).code).toBe(0);
  });
});

const fail = () => {
  throw new TypeError('made to fail');
};

describe('an exception leaves dist/ as it was, keeps its stack and exits with 70', () => {
  test.each<[string, (checkout: Checkout) => void, message?: string]>([
    ['while a component is made', (checkout) => checkout.set('zzz', fail)],
    ['while an object is read, after everything was made', (checkout) => checkout.set('zzz', web(Lazy.any({ produce: fail })))],
    ['while a cluster file is loaded', breakCluster],
    ['while objects are checked', breakSchemas, 'SyntaxError'],
  ])('%s', async (_, breakIt, message = 'made to fail') => {
    const checkout = new Checkout({ 'made-up': web(), other: web() });
    await checkout.run(['synth']);
    const before = checkout.state();
    // The clusters before the broken one have something new to write.
    checkout.set('made-up', web('b'));
    breakIt(checkout);
    for (const command of ['synth', 'check']) {
      const { code, out, err } = await checkout.run([command]);
      expect({ code, out }).toEqual({ code: 70, out: '' });
      expect(err).toContain(message);
      expect(err).toMatch(/^ {4}at /m);
      expect(err).toContain('nothing is half written');
    }
    expect(checkout.state()).toEqual(before);
  });

  function breakCluster(checkout: Checkout): void {
    checkout.set('zzz', web());
    checkout.clusters['zzz'] = fail;
  }

  function breakSchemas({ root }: Checkout): void {
    rmSync(join(root, 'imports', 'schemas'));
    fs.cpSync(schemasFolder, join(root, 'imports', 'schemas'), { recursive: true });
    writeFileSync(join(root, 'imports', 'schemas', 'argoproj.io', 'v1alpha1', 'Application.json'), '{');
  }
});

describe('problems leave dist/ as it was, have no stack and exit with 1', () => {
  test('two owners of one object are both named', async () => {
    const checkout = new Checkout();
    await checkout.run(['synth']);
    const before = checkout.state();
    checkout.set('made-up', (app) => {
      const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } };
      new Made(app, 'a').put('base', settings);
      new Made(app, 'b').put('resources', settings);
    });
    expect(await checkout.run(['synth'])).toEqual({
      code: 1,
      out: '',
      err: [
        '✖ charts/b.ts b/resources/ConfigMap-settings',
        '    ConfigMap kube-system/settings is made twice: by a/base/ConfigMap-settings and by b/resources/ConfigMap-settings.',
        '    Fix: make it in one place and refer to it from the other.  [distinct-objects]',
        '',
        '1 problem; nothing was written.',
        '',
      ].join('\n'),
    });
    expect(checkout.state()).toEqual(before);
  });

  test('those of all clusters are printed at once, one of a shared chart once', async () => {
    const wrong = web(1);
    const checkout = new Checkout({ 'made-up': wrong, other: wrong, third: web() });
    const { code, err } = await checkout.run(['synth']);
    expect(code).toBe(1);
    expect(err).toContain('✖ charts/web.ts web/resources/ConfigMap-web data.value in made-up, other\n');
    expect(err).toContain('\n1 problem; nothing was written.\n');
    expect(err).not.toMatch(/^ {4}at /m);
    expect(readdirSync(checkout.root)).not.toContain('dist');
  });

  test('what else is wrong is printed beside a release that cannot be rendered', async () => {
    const checkout = new Checkout();
    const components: Add = (app) => {
      web(1)(app);
      const shop = new Made(app, 'shop', { namespace: { name: 'shop', podSecurity: 'restricted' } });
      shop.install({ podSecurity: 'restricted' }, { repository: 'https://charts.example.test', version: '1.0.0' });
    };
    const build = (deliveries: Record<string, 'dist'>) => () => aCluster({ name: 'made-up', deliveries, components });
    const rules = async () => [...(await checkout.run(['synth'])).err.matchAll(/\[([a-z-]+)\]$/gm)].map(([, rule]) => rule).sort();
    checkout.clusters['made-up'] = build({ shop: 'dist' });
    expect(await rules()).toEqual(['locked-chart', 'valid-object']);
    checkout.clusters['made-up'] = build({ shop: 'dist', shp: 'dist' });
    expect(await rules()).toEqual(['known-delivery', 'locked-chart']);
    expect(readdirSync(checkout.root)).not.toContain('dist');
  });
});
