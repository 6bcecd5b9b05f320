import type { App } from 'cdk8s';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { engineAnnotations } from '../charts/lib/annotations.js';
import { Manifest } from '../charts/lib/manifest.js';
import type { Problem } from '../charts/lib/problem.js';
import { ReleaseManifest } from '../charts/lib/release.js';
import { graphProperties, linesOf, Made, planOf } from './fixtures/components.js';

/** Kinds and objects that the made-up components exchange; imports/ has their schemas. */
const issuer = { apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', metadata: { name: 'made-up' } };
const issuerKinds = { 'cert-manager.io': ['ClusterIssuer', 'Issuer'] };
const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'web' }, spec: { ingressClassName: 'made-up' } };

const edgesOf = (build: (app: App) => void) => {
  const { dependencies, problems } = planOf(build);
  expect(problems).toEqual([]);
  return Object.fromEntries([...dependencies.graph.edges].filter(([, targets]) => targets.length > 0));
};
const applicationsOf = (build: (app: App) => void) => {
  const { partition, problems } = planOf(build);
  expect(problems).toEqual([]);
  return linesOf(partition());
};
const onlyProblemOf = (build: (app: App) => void): Problem => {
  const { problems } = planOf(build);
  expect(problems).toHaveLength(1);
  return problems[0] as Problem;
};

describe('as a property', () => {
  test.each(Object.entries(graphProperties))('%s', (_, property) => {
    fc.assert(property, { numRuns: 100 });
  });
});

describe('a stage waits for', () => {
  test('the stage before it that holds anything', () => {
    expect(edgesOf((app) => new Made(app, 'a').fill('base', 'resources', 'exposure'))).toEqual({
      'a/resources': ['a/base'],
      'a/exposure': ['a/resources'],
    });
  });

  test('the stage that offers a handle which it uses', () => {
    const edges = edgesOf((app) => {
      const offering = new Made(app, 'z').fill('base', 'resources');
      new Made(app, 'a').fill('release').release.use(offering.offer('resources'));
    });
    expect(edges).toEqual({ 'z/resources': ['z/base'], 'a/release': ['z/resources'] });
  });

  test('the last filled stage before an empty one that offers the handle', () => {
    const edges = edgesOf((app) => {
      const offering = new Made(app, 'z').fill('base', 'exposure');
      new Made(app, 'a').fill('release').release.use(offering.offer('resources'));
    });
    expect(edges['a/release']).toEqual(['z/base']);
  });

  test('nothing when all stages up to the offering one are empty', () => {
    const edges = edgesOf((app) => {
      const offering = new Made(app, 'z').fill('exposure');
      new Made(app, 'a').fill('release').release.use(offering.offer('resources'));
    });
    expect(edges).toEqual({});
  });

  test('the release that installs a kind of its objects', () => {
    const edges = edgesOf((app) => {
      new Made(app, 'z').install({ crds: issuerKinds });
      new Made(app, 'a').put('resources', issuer);
    });
    expect(edges).toEqual({ 'a/resources': ['z/release'] });
  });

  test('the release that installs a kind which its own release contains', () => {
    const edges = edgesOf((app) => {
      new Made(app, 'z').install({ crds: issuerKinds });
      new Made(app, 'a').install({ namespaced: { 'cert-manager.io': ['Issuer'] } });
    });
    expect(edges).toEqual({ 'a/release': ['z/release'] });
  });

  test('the component that makes a class which its objects name', () => {
    const edges = edgesOf((app) => {
      new Made(app, 'y').put('base', { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'other' } });
      new Made(app, 'z').install({ classes: { IngressClass: ['made-up'] } });
      new Made(app, 'a').put('exposure', ingress);
      new Made(app, 'b').put('exposure', { ...ingress, metadata: { name: 'b' }, spec: { ingressClassName: 'other' } });
    });
    expect(edges).toEqual({ 'a/exposure': ['z/release'], 'b/exposure': ['y/base'] });
  });

  test('the component that makes the namespace of its objects', () => {
    const edges = edgesOf((app) => {
      new Made(app, 'y').install({ namespaces: ['made'] });
      const owner = new Made(app, 'z', { namespace: { name: 'owned', podSecurity: 'restricted' } });
      new Made(app, 'a').put('resources', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'made' } });
      new Made(app, 'b', { namespace: owner.namespaceRef }).fill('resources');
      new Made(app, 'c').install({ otherNamespaces: ['made'] }, { namespace: 'owned' });
    });
    expect(edges).toEqual({ 'a/resources': ['y/release'], 'b/resources': ['z/base'], 'c/release': ['y/release', 'z/base'] });
  });

  test('a component that it is declared to come after', () => {
    const edges = edgesOf((app) => {
      const first = new Made(app, 'z').fill('base', 'resources');
      new Made(app, 'a').fill('base').base.after(first, 'base');
      new Made(app, 'b').fill('base').base.after(first);
    });
    expect(edges).toMatchObject({ 'a/base': ['z/base'], 'b/base': ['z/resources'] });
  });

  test('kinds, classes and namespaces of the bootstrap never, but its handles, which promise that the thing works', () => {
    const edges = edgesOf((app) => {
      const booted = new Made(app, 'z', { bootstrap: true, namespace: { name: 'booted', podSecurity: 'restricted' } });
      booted.install({ crdsAtRunTime: issuerKinds, classes: { IngressClass: ['made-up'] } });
      new Made(app, 'a').put('base', issuer).put('exposure', ingress);
      new Made(app, 'b').put('base', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'booted' } });
      new Made(app, 'c').fill('base').base.use(booted.offer('release'));
    });
    expect(edges).toEqual({ 'z/release': ['z/base'], 'a/exposure': ['a/base'], 'c/base': ['z/release'] });
  });
});

test('an object whose kind comes only while a controller runs skips the dry run, one whose kind is in a release does not', () => {
  const providersOf = (provides: object) =>
    planOf((app) => {
      new Made(app, 'z').install(provides);
      new Made(app, 'a').put('resources', issuer);
    }).dependencies.providers.kinds.get('cert-manager.io/ClusterIssuer');
  expect(providersOf({ crds: issuerKinds })).toEqual({ component: 'z', stage: 'release', atRunTime: false });
  expect(providersOf({ crdsAtRunTime: issuerKinds })).toEqual({ component: 'z', stage: 'release', atRunTime: true });
  const options = (mayLackKind: boolean) => engineAnnotations(issuer, 'resources', mayLackKind)['argocd.argoproj.io/sync-options'];
  expect(options(true)).toBe('SkipDryRunOnMissingResource=true');
  expect(options(false)).toBeUndefined();
});

describe('one problem says that there is no', () => {
  test('kind', () => {
    expect(onlyProblemOf((app) => new Made(app, 'a').put('resources', issuer))).toMatchObject({
      rule: 'installed-kind',
      file: 'charts/a.ts',
      field: 'a/resources/ClusterIssuer-made-up',
      problem: 'Nothing in this cluster installs the kind ClusterIssuer of cert-manager.io.',
    });
  });

  test('class', () => {
    expect(onlyProblemOf((app) => new Made(app, 'a').put('exposure', ingress))).toMatchObject({
      rule: 'known-class',
      problem: 'Nothing in this cluster makes the IngressClass "made-up".',
    });
  });

  test('namespace', () => {
    const inNowhere = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'nowhere' } };
    expect(onlyProblemOf((app) => new Made(app, 'a').put('base', inNowhere))).toMatchObject({
      rule: 'known-namespace',
      problem: 'Nothing in this cluster makes the namespace "nowhere".',
    });
    expect(onlyProblemOf((app) => new Made(app, 'a').install({}, { namespace: 'nowhere' })).rule).toBe('known-namespace');
  });

  test('component', () => {
    expect(onlyProblemOf((app) => new Made(app, 'a').fill('base').base.after({ node: { id: 'gone' } }))).toMatchObject({
      rule: 'known-component',
      field: 'a/base',
      problem: 'It waits for "gone", which this cluster does not have.',
    });
  });
});

describe('one problem refuses', () => {
  test('a stage that needs a later one of its own component, however often', () => {
    const build = (app: App) => {
      const early = new Made(app, 'a').install({ crds: issuerKinds }).put('base', issuer);
      early.put('base', { ...issuer, metadata: { name: 'other' } });
    };
    expect(onlyProblemOf(build)).toMatchObject({
      rule: 'stage-order',
      field: 'a/base',
      problem: 'a/base needs its kind ClusterIssuer, which comes only with a/release.',
      fix: 'move it to release or a later stage.',
    });
  });

  test('a stage that uses what a later one of its own component offers', () => {
    const build = (app: App) => {
      const made = new Made(app, 'a').fill('base', 'resources');
      made.base.use(made.offer('resources', 'thing'));
    };
    expect(onlyProblemOf(build).problem).toBe('a/base uses thing, which comes only with a/resources.');
  });

  test('a cycle, with its path and the reason of each step', () => {
    const build = (app: App) => {
      const [a, b, c] = [new Made(app, 'a'), new Made(app, 'b'), new Made(app, 'c')];
      a.fill('base', 'resources').base.use(c.offer('resources', 'volume'));
      b.install({ crds: issuerKinds }).release.after(a);
      c.put('resources', issuer);
    };
    expect(onlyProblemOf(build)).toEqual({
      rule: 'no-dependency-cycle',
      severity: 'error',
      file: 'charts/a.ts',
      field: 'a/base -> c/resources -> b/release -> a/resources -> a/base',
      problem: [
        'Each of these waits for the next, so that none can start:',
        'a/base waits for c/resources: uses volume',
        'c/resources waits for b/release: needs its kind ClusterIssuer',
        'b/release waits for a/resources: is declared to come after it',
        'a/resources waits for a/base: comes later in the same component',
      ].join('\n'),
      fix: 'move what waits into a later stage, or drop one reference.',
    });
  });

  test('an object in none of the stages', () => {
    const build = (app: App) => {
      const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } };
      new Manifest(new Made(app, 'a').fill('base'), 'stray', settings);
    };
    expect(onlyProblemOf(build)).toMatchObject({ rule: 'object-in-stage', field: 'a/stray' });
  });

  test('upstream manifests in two stages, which are one kustomization', () => {
    const build = (app: App) => {
      const made = new Made(app, 'a');
      for (const stage of [made.base, made.release]) new ReleaseManifest(stage, 'm', { urls: [], provides: { podSecurity: 'restricted' } });
    };
    expect(onlyProblemOf(build)).toMatchObject({
      rule: 'one-upstream-stage',
      problem: 'Its upstream manifests are in base and release, and can be applied only together.',
    });
  });
});

describe('a component is', () => {
  test('one Application when nothing asks for more', () => {
    expect(applicationsOf((app) => new Made(app, 'a').fill('base', 'release', 'resources', 'exposure'))).toEqual([
      'a 0: base release resources exposure',
    ]);
  });

  test('one Application when its exposure waits for what does not wait for it', () => {
    const lines = applicationsOf((app) => {
      const ingressController = new Made(app, 'b').fill('release');
      new Made(app, 'a').fill('base', 'exposure').exposure.after(ingressController);
    });
    expect(lines).toEqual(['a 10: base exposure', 'b 0: release']);
  });

  test('two when its exposure waits for what waits for its release, and only the one that must', () => {
    const lines = applicationsOf((app) => {
      const [a, b] = [new Made(app, 'a'), new Made(app, 'b')];
      a.fill('base', 'release', 'exposure').exposure.after(b, 'release');
      b.fill('base', 'release', 'exposure').release.after(a, 'release');
    });
    expect(lines).toEqual(['a 0: base release', 'a-exposure 20: exposure', 'b 10: base release exposure']);
  });

  test('two when the way back leads through a third', () => {
    const lines = applicationsOf((app) => {
      const [a, b, c] = [new Made(app, 'a'), new Made(app, 'b'), new Made(app, 'c')];
      a.fill('release', 'resources', 'exposure').resources.after(c);
      b.fill('resources').resources.after(a, 'release');
      c.fill('resources').resources.after(b);
    });
    expect(lines).toEqual(['a 0: release', 'a-resources 30: resources exposure', 'b 10: resources', 'c 20: resources']);
  });

  test('still told from another one that has the name of its exposure', () => {
    const lines = applicationsOf((app) => {
      const [a, b] = [new Made(app, 'a'), new Made(app, 'b')];
      a.fill('base', 'release', 'exposure').exposure.after(b, 'release');
      b.fill('base', 'release', 'exposure').release.after(a, 'release');
      new Made(app, 'a-exposure').fill('base').base.after(b, 'release');
    });
    expect(lines).toContain('a-exposure 20: base');
    expect(lines).toContain('a-exposure 20: exposure');
  });

  test('two when the bootstrap installs it', () => {
    expect(applicationsOf((app) => new Made(app, 'a', { bootstrap: true }).fill('base', 'exposure'))).toEqual([
      'a 0: base',
      'a-exposure 10: exposure',
    ]);
  });

  test('none when it holds nothing', () => {
    expect(applicationsOf((app) => new Made(app, 'a'))).toEqual([]);
  });
});
