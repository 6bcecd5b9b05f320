import { listOf, recordOf, textsOf, valueAt } from '../../../charts/lib/untyped.js';
import { parseImage } from '../../rules/lib/images.js';
import type { ComparedObject } from '../compare.js';
import { type DangerCheck, type Found, says } from './check.js';

type Version = readonly [major: number, minor: number];

/** The first two numbers of a version. @returns undefined where it has none. */
function parseVersion(text: unknown): Version | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)(\.|-|\+|$)/.exec(String(text ?? '')) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}

/** A chart moves by more than a patch, Talos or Kubernetes by more than one minor version, or one of them moves back. */
export const versionJump: DangerCheck = {
  id: 'version-jump',
  *check(object) {
    if (!object.before || !object.after) return;
    const now = chartsOf(object.after.manifest);
    for (const [name, old] of chartsOf(object.before.manifest)) yield* jumpOf(`chart ${name}`, old, now.get(name), 0);
    for (const field of platformFields[object.kind] ?? []) {
      const [old, to] = [object.before, object.after].map(({ manifest }) => versionIn(valueAt(manifest, field)));
      yield* jumpOf(field, old, to, 1, field);
    }
    yield* upstreamJumps(object);
  },
};

/** Where versions of Talos and Kubernetes are said. */
const platformFields: Readonly<Record<string, readonly string[]>> = {
  'MachineConfig.talos.dev': ['machine.install.image', 'machine.kubelet.image', 'cluster.apiServer.image'],
  'MachineDeployment.cluster.x-k8s.io': ['spec.template.spec.version'],
  'TalosControlPlane.controlplane.cluster.x-k8s.io': ['spec.version', 'spec.controlPlaneConfig.controlplane.talosVersion'],
  'TalosConfigTemplate.bootstrap.cluster.x-k8s.io': ['spec.template.spec.talosVersion'],
};

function versionIn(value: unknown): unknown {
  return typeof value === 'string' && value.includes(':') ? parseImage(value).tag : value;
}

/** @param most minor versions that it may move at once. */
function* jumpOf(name: string, old: unknown, now: unknown, most: number, field?: string): Iterable<Found> {
  const [was, is] = [parseVersion(old), parseVersion(now)];
  if (!was || !is) return;
  const isBack = is[0] < was[0] || (is[0] === was[0] && is[1] < was[1]);
  if (is[0] === was[0] && !isBack && is[1] - was[1] <= most) return;
  const upgrade =
    most === 0
      ? 'Its release notes say what changes; values that it no longer has are ignored.'
      : 'Upgrades that skip a minor version are not supported.';
  const effect = isBack ? 'It goes back to a version that may not read what the newer one wrote.' : upgrade;
  yield { ...(field !== undefined && { field }), problem: says(name, old, now), effect };
}

/** Version by chart, of an Application, a HelmRelease or the source of one. */
function chartsOf(manifest: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  const spec = recordOf(manifest['spec']);
  const found = new Map<string, unknown>();
  for (const { chart, targetRevision } of [recordOf(spec['source']), ...listOf(spec['sources'])]) {
    if (typeof chart === 'string') found.set(chart, targetRevision);
  }
  const { chart, version } = recordOf(valueAt(spec, 'chart.spec'));
  if (typeof chart === 'string') found.set(chart, version);
  if (manifest['kind'] === 'OCIRepository') found.set(String(spec['url']), valueAt(spec, 'ref.tag'));
  if (manifest['kind'] === 'HelmChartProxy') found.set(String(spec['chartName']), spec['version']);
  return found;
}

/** Upstream manifests are named by URLs with the version in them. */
function* upstreamJumps({ kind, before, after }: ComparedObject): Iterable<Found> {
  if (kind !== 'Kustomization.kustomize.config.k8s.io') return;
  const versionOf = /\/v?\d+\.\d+\.\d+[^/]*(?=\/)/;
  const index = (manifest: unknown) =>
    new Map(textsOf(valueAt(manifest, 'resources')).map((url) => [url.replace(versionOf, '/*'), versionOf.exec(url)?.[0].slice(1)]));
  const now = index(after?.manifest);
  const told = new Set<string>();
  for (const [url, old] of index(before?.manifest)) {
    const key = `${old} ${now.get(url)}`;
    if (!told.has(key)) yield* jumpOf(url, old, now.get(url), 0, 'resources');
    told.add(key);
  }
}
