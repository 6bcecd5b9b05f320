import { listOf, recordOf, textOf, valueAt } from '../../charts/lib/untyped.js';
import type { ClusterView, Place } from './lib/view.js';
import type { Rule } from './rule.js';

/**
 * Every chart has an exact version, of a release, and of an Application, a HelmRelease or a HelmChartProxy that a component writes by hand, and
 * comes from a repository that still is one.
 *
 * Why: a range or the beginning of a version upgrades by itself, on each cluster at another time, and nothing in a review shows it.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/#helm (v3.5.1),
 * https://fluxcd.io/flux/components/source/helmcharts/#version (v2.9), https://github.com/bitnami/charts/issues/35164
 */
export const pinnedChart: Rule = {
  id: 'pinned-chart',
  *check(view) {
    for (const { at, field, repository, chart, version } of chartsOf(view)) {
      const problem = whyLoose(version);
      if (problem) yield { at, field, problem: `${problem} of the chart "${chart}".`, fix: 'write one exact version.' };
      const instead = gone.find(([pattern]) => pattern.test(repository))?.[1];
      if (instead) yield { at, field: 'repository', problem: `${repository} gets no new charts, and old ones go.`, fix: instead };
    }
  },
};

interface Chart {
  readonly at: Place;
  readonly field: string;
  readonly repository: string;
  readonly chart: string;
  readonly version: unknown;
}

function* chartsOf(view: ClusterView): Generator<Chart> {
  for (const one of view.releases) {
    const { repository, chart, version } = one.release.props;
    yield { at: one, field: 'version', repository, chart, version };
  }
  // What the engine's part has of charts was made of the releases.
  const written = (kind: string) => view.of(kind).filter(({ origin }) => origin !== 'engine');
  for (const at of written('Application.argoproj.io')) {
    const spec = recordOf(at.manifest['spec']);
    const sources = spec['source'] === undefined ? listOf(spec['sources']) : [recordOf(spec['source'])];
    for (const [index, { chart, repoURL, targetRevision }] of sources.entries()) {
      const field = `spec.${spec['source'] === undefined ? `sources[${index}]` : 'source'}.targetRevision`;
      if (textOf(chart)) yield { at, field, repository: String(repoURL), chart: String(chart), version: targetRevision };
    }
  }
  for (const at of written('HelmRelease.helm.toolkit.fluxcd.io')) {
    const spec = recordOf(valueAt(at.manifest, 'spec.chart.spec'));
    if (textOf(spec['chart']))
      yield { at, field: 'spec.chart.spec.version', repository: '', chart: String(spec['chart']), version: spec['version'] };
  }
  for (const at of written('OCIRepository.source.toolkit.fluxcd.io')) {
    const { tag, semver, digest } = recordOf(valueAt(at.manifest, 'spec.ref'));
    const version = digest === undefined ? (semver ?? tag) : '0.0.0';
    yield { at, field: 'spec.ref', repository: String(valueAt(at.manifest, 'spec.url')), chart: at.manifest.metadata.name, version };
  }
  for (const at of written('HelmChartProxy.addons.cluster.x-k8s.io')) {
    const { chartName, repoURL, version } = recordOf(at.manifest['spec']);
    yield { at, field: 'spec.version', repository: String(repoURL), chart: String(chartName), version };
  }
}

function whyLoose(version: unknown): string | undefined {
  if (version === undefined || version === null || version === '') return 'It takes the newest version';
  const text = String(version);
  if (/^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/.test(text) && !/\.[xX](\.|$)/.test(text)) return undefined;
  return `"${text}" is no exact version, and stands for several ones`;
}

const gone: readonly (readonly [pattern: RegExp, fix: string])[] = [
  [/charts\.bitnami\.com|\/bitnamicharts(\/|$)/, 'use the chart of the project itself, or a component of ours.'],
  [/kubernetes-charts\.storage\.googleapis\.com|charts\.helm\.sh\//, 'use the repository that the project names now.'],
];
