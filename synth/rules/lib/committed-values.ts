import { parse } from 'yaml';
import { listOf, recordOf, textOf, valueAt } from '../../../charts/lib/untyped.js';
import type { ClusterView, SeenObject, SeenRelease } from './view.js';
import { findLosses, type Loss } from './volume-losses.js';
import { entriesBelow } from './walk.js';

/** Keys of what a claim asks for: values without any ask for no volume. */
const claimed = /^(size|storage|storageClass|storageClassName|accessModes|volumeName)$/;

/** Changes of the values of releases, against the committed Application or HelmRelease, that no volume follows. */
export function* findValueLosses(view: ClusterView): Generator<Loss & { readonly at: SeenRelease }> {
  // Rendered releases are compared object by object.
  const releases = view.releases.filter(({ isSeen, values }) => !isSeen && entriesBelow(values).some(({ key }) => claimed.test(key)));
  if (releases.length === 0) return;
  for (const object of view.of('Application.argoproj.io', 'HelmRelease.helm.toolkit.fluxcd.io')) {
    if (object.origin !== 'engine') continue;
    const own = releases.filter((release) => isOf(object, release));
    const committed = own.length > 0 ? view.committed(object) : undefined;
    if (committed === undefined || committed === object.manifest) continue;
    for (const at of own) {
      const before = valuesOf(committed, at.release.releaseName);
      for (const loss of compare(before, at.values, 'values')) yield { ...loss, at };
    }
  }
}

function isOf({ manifest }: SeenObject, { release }: SeenRelease): boolean {
  if (manifest.kind === 'HelmRelease') return valueAt(manifest, 'spec.releaseName') === release.releaseName;
  return sourceOf(manifest, release.releaseName)?.['chart'] === release.props.chart;
}

function sourceOf(manifest: unknown, releaseName: string): Readonly<Record<string, unknown>> | undefined {
  const spec = recordOf(recordOf(manifest)['spec']);
  return [...listOf(spec['sources']), recordOf(spec['source'])].find((source) => valueAt(source, 'helm.releaseName') === releaseName);
}

function valuesOf(manifest: unknown, releaseName: string): Readonly<Record<string, unknown>> {
  const helm = recordOf(sourceOf(manifest, releaseName)?.['helm']);
  const text = textOf(helm['values']);
  return recordOf(text === undefined ? (helm['valuesObject'] ?? valueAt(manifest, 'spec.values')) : parse(text));
}

/** Maps below a key that is about volumes. */
function* compare(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>, path: string): Generator<Loss> {
  for (const [key, old] of Object.entries(before)) {
    const now = after[key];
    if (typeof old !== 'object' || typeof now !== 'object' || Array.isArray(old)) continue;
    const [was, is] = [recordOf(old), recordOf(now)];
    // A volume that nobody asked for was never made, and one that nobody asks for any more is no change of it.
    const isVolume = volumes.test(key) && was['enabled'] !== false && is['enabled'] !== false;
    if (isVolume) yield* findLosses(was, is, `${path}.${key}`);
    yield* compare(was, is, `${path}.${key}`);
  }
}

const volumes = /(persist|pvc|dataStorage|auditStorage|volumeClaim|^spec$|storage$)/i;
