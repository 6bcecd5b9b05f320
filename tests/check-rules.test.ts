import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../charts/lib/problem.js';
import { waive } from '../charts/lib/waiver.js';
import { Reloader } from '../charts/reloader.js';
import { assembleFleet } from '../clusters/lib/fleet.js';
import { planCluster } from '../clusters/lib/plan.js';
import { checkRules, describeWaivers } from '../synth/check-rules.js';
import { ClusterView } from '../synth/rules/lib/view.js';
import type { Rule } from '../synth/rules/rule.js';
import { traceConstructs } from '../synth/trace.js';
import { aCluster } from './fixtures/a-cluster.js';
import { Made, schemas } from './fixtures/components.js';
import { type Fixture, judge } from './fixtures/rule-harness.js';

const configMap = (name: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}`;

/** Refuses every ConfigMap that is called "bad". */
const noBad: Rule = {
  id: 'no-bad',
  *check(view) {
    for (const at of view.of('ConfigMap')) {
      if (at.manifest.metadata.name === 'bad') yield { at, field: 'metadata.name', problem: 'It is bad.', fix: 'call it good.' };
    }
  },
};
/** Refuses the VIP. */
const noVip: Rule = {
  id: 'no-vip',
  check: ({ cluster }) => [{ at: { fact: 'network.vip' }, problem: `${cluster.network.vip} is a VIP.`, fix: 'take another one.' }],
};

const told = (fixture: Fixture, rules: readonly Rule[]) => {
  const { problems, waived } = judge(fixture, rules);
  return { problems: problems.map(({ rule }) => rule), waived: describeWaivers(waived) };
};

test('a problem of an object names its component, its construct, its field and its file', () => {
  const [problem] = judge({ manifests: configMap('bad') }, [noBad]).problems;
  expect(problem && formatProblem({ ...problem, clusters: ['made-up'] })).toBe(
    [
      '✖ charts/app.ts app/resources/ConfigMap-bad metadata.name',
      '    It is bad.',
      '    Rendered as dist/made-up/manifests/app/resources/config-map_bad.yaml.',
      '    Fix: call it good.  [no-bad]',
    ].join('\n'),
  );
  expect(problem?.construct).toBe('app/resources/ConfigMap-bad');
});

test('a problem of a fact names its file and the fact', () => {
  expect(judge({}, [noVip]).problems).toEqual([
    {
      rule: 'no-vip',
      severity: 'error',
      file: 'clusters/made-up.ts',
      field: 'network.vip',
      problem: '192.0.2.10 is a VIP.',
      fix: 'take another one.',
    },
  ]);
});

describe('a waiver', () => {
  const line = 'waived in made-up: [no-bad] at app: the seed calls it so';

  test('covers what is below its construct, and is reported with its reason', () => {
    const waiver = ['no-bad', 'the seed calls it so'] as const;
    expect(told({ manifests: configMap('bad'), waiver }, [noBad])).toEqual({ problems: [], waived: [line] });
  });

  test('covers no other rule and no other construct', () => {
    const build: Fixture['build'] = (app) => waive(new Made(app, 'ap'), 'no-bad', 'elsewhere');
    expect(told({ manifests: configMap('bad'), build }, [noBad])).toEqual({ problems: ['no-bad', 'needed-waiver'], waived: [] });
  });

  test('that nothing needs is an error, and so is one of a rule that is none', () => {
    expect(told({ waiver: ['no-bad', 'for later'] }, [noBad]).problems).toEqual(['needed-waiver']);
    expect(told({ waiver: ['no-bat', 'misspelt'] }, [noBad]).problems).toEqual(['known-rule']);
  });

  test('of a cluster covers a fact', () => {
    const waivers = [{ rule: 'no-vip', at: 'network', reason: 'it is routed' }];
    expect(told({ facts: { waivers } }, [noVip])).toEqual({
      problems: [],
      waived: ['waived in made-up: [no-vip] at network: it is routed'],
    });
  });
});

test('what follows from an object that its schema refuses is not told', () => {
  const cluster = aCluster({
    components: (app) => void new Made(app, 'app').put('base', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'bad' } }),
  });
  const fleet = assembleFleet([cluster]);
  const views = [new ClusterView(planCluster(cluster, fleet, schemas), fleet)];
  const problemsWithout = (...paths: string[]) =>
    checkRules(views, new Map([['made-up', new Set(paths)]]), [noBad]).problems.get('made-up')?.length;
  expect(problemsWithout()).toBe(1);
  expect(problemsWithout('app/base/ConfigMap-bad')).toBe(0);
});

test('a traced construct is found where the chart calls what makes it', () => {
  const lines = traceConstructs(() => {
    const app = new App();
    new Made(app, 'made').fill('base');
    new Reloader(app, 'reloader');
  });
  expect(lines.get('reloader/base/namespace')).toMatch(/^charts\/reloader\.ts:\d+$/);
  expect(lines.get('made/base')).toBeUndefined();
});

test('tracing ends with what it traces, also when that fails', () => {
  expect(() =>
    traceConstructs(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  const lines = traceConstructs(() => undefined);
  new Construct(new Chart(new App(), 'later'), 'on');
  expect(lines.size).toBe(0);
});
