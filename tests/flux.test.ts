import type { IKustomization } from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1/Kustomization';
import type { App } from 'cdk8s';
import { expect, test } from 'vitest';
import { SpinOperator } from '../charts/spin-operator.js';
import { Whoami } from '../charts/whoami.js';
import type { RootCluster } from '../clusters/lib/facts.js';
import { assembleFleet } from '../clusters/lib/fleet.js';
import { platform, replicatedStorage } from '../clusters/lib/stacks.js';
import { checkSchemas } from '../synth/check-schemas.js';
import { renderCluster } from '../synth/render.js';
import { aCluster } from './fixtures/a-cluster.js';
import { schemas } from './fixtures/components.js';

function components(app: App, c: RootCluster): void {
  const base = platform(app, c);
  replicatedStorage(app, c, base);
  new SpinOperator(app, 'spin-operator');
  new Whoami(app, 'whoami', { host: c.host('whoami'), exposure: base.exposure });
}

function render(engine: 'argocd' | 'flux') {
  const cluster = aCluster({ engine, components });
  const fleet = assembleFleet([cluster]);
  return renderCluster(cluster, fleet, schemas, (plan) => checkSchemas(plan, schemas));
}

const flux = render('flux');
const argoCd = render('argocd');

const kustomizations = new Map(
  [...flux.plan.engine.values()]
    .filter(({ kind }) => kind === 'Kustomization')
    .map((object) => [object.metadata.name, object as unknown as IKustomization]),
);
const before = (name: string) => (kustomizations.get(name)?.spec?.dependsOn ?? []).map((other) => other.name);

test('both engines read the same files, byte for byte; their own objects are in folders of their own', () => {
  const shared = (tree: ReadonlyMap<string, string>) => [...tree].filter(([path]) => !/^(argocd|flux)\//.test(path)).sort();
  expect(shared(flux.tree)).toEqual(shared(argoCd.tree));
  expect([...flux.tree.keys()].filter((path) => path.startsWith('argocd/'))).toEqual([]);
  expect([...argoCd.tree.keys()].filter((path) => path.startsWith('flux/'))).toEqual([]);
});

test('every stage is applied by Kustomizations of its own, which read every file once', () => {
  const paths = [...kustomizations.values()].map(({ spec }) => spec?.path?.replace('./dist/made-up/', '') ?? '');
  expect(new Set(paths).size).toBe(paths.length);
  for (const file of flux.tree.keys()) {
    if (file.startsWith('talos/')) continue;
    expect([file, paths.filter((path) => file.startsWith(`${path}/`)).length]).toEqual([file, 1]);
  }
});

test('no file is one that Flux would take for the instructions of its folder', () => {
  const names = [...flux.tree.keys()].filter((path) => /kustomization\.ya?ml$/.test(path));
  expect(names).toEqual(['upstream/spin-operator/kustomization.yaml']);
});

test('every Kustomization waits only for others that are there, and none in a circle', () => {
  const levels = new Map<string, number>();
  const levelOf = (name: string, path: readonly string[]): number => {
    expect(path).not.toContain(name);
    expect([...kustomizations.keys()]).toContain(name);
    const level = levels.get(name) ?? 1 + Math.max(-1, ...before(name).map((other) => levelOf(other, [...path, name])));
    levels.set(name, level);
    return level;
  };
  for (const name of kustomizations.keys()) levelOf(name, []);
  expect(Math.max(...levels.values())).toBeGreaterThan(3);
});

test('the order agrees with the order of Argo CD: what comes in an earlier wave never waits for what comes in a later one', () => {
  const waveOf = new Map<string, number>(
    argoCd.plan.applications.flatMap(({ component, stages, wave }) => stages.map((stage) => [`${component.name}-${stage}`, wave] as const)),
  );
  const stageOf = (name: string) => name.replace(/-(upstream|charts)$/, '');
  for (const name of kustomizations.keys()) {
    for (const other of before(name)) {
      expect([name, other, (waveOf.get(stageOf(other)) ?? -1) <= (waveOf.get(stageOf(name)) ?? -1)]).toEqual([name, other, true]);
    }
  }
});

test('custom resources wait for the release that installs their kind, inside one component too', () => {
  expect(before('cert-manager-resources')).toEqual(['cert-manager-release-charts']);
  expect(before('cert-manager-release-charts')).toEqual(['cert-manager-base']);
  expect(before('spin-operator-release-charts')).toEqual(['spin-operator-release-upstream']);
});

test('kinds whose health Flux does not know are told by their condition', () => {
  const { healthCheckExprs } = kustomizations.get('trust-manager-resources')?.spec ?? {};
  expect(healthCheckExprs).toMatchObject([
    { kind: 'Bundle', current: "status.conditions.exists(c, c.type == 'Synced' && c.status == 'True')" },
  ]);
});

test('nothing that was applied goes when a Kustomization goes, and the branch has its full name', () => {
  expect([...kustomizations.values()].map(({ spec }) => spec?.deletionPolicy)).toEqual([...kustomizations.keys()].map(() => 'Orphan'));
  expect(flux.plan.engine.get('flux/root/platform.yaml')).toMatchObject({ spec: { ref: { name: 'refs/heads/main' } } });
});

test('charts of an index come by HelmRepository, charts of a registry by OCIRepository with their full address', () => {
  expect(flux.plan.engine.get('flux/releases/cilium/release_cilium.yaml')).toMatchObject({
    spec: { chart: { spec: { version: '1.20.3', sourceRef: { kind: 'HelmRepository', name: 'cilium' } } }, targetNamespace: 'kube-system' },
  });
  expect(flux.plan.engine.get('flux/releases/spin-operator/source_spin-operator.yaml')).toMatchObject({
    kind: 'OCIRepository',
    spec: { url: 'oci://ghcr.io/spinframework/charts/spin-operator', ref: { tag: '0.6.1' } },
  });
});
