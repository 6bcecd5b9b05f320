import { upstreamOf } from '../../charts/lib/delivery.js';
import { ReleaseManifest } from '../../charts/lib/release.js';
import { valueAt } from '../../charts/lib/untyped.js';
import type { ClusterView } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * Upstream manifests and what providers of Cluster API are fetched from lie at a tag or a commit, behind https.
 *
 * Why: the engine fetches the address again and again: from a branch it applies tomorrow what nobody has reviewed, and over http what anybody
 * on the way has written.
 *
 * Source: https://docs.github.com/en/repositories/releasing-projects-on-github/linking-to-releases
 */
export const pinnedSource: Rule = {
  id: 'pinned-source',
  *check(view) {
    yield* checkManifests(view);
    for (const at of view.of(...providers)) {
      const url = valueAt(at.manifest, 'spec.fetchConfig.url');
      const version = valueAt(at.manifest, 'spec.version');
      const wrong = typeof url === 'string' ? whyLoose(url, true) : undefined;
      if (wrong) yield { at, field: 'spec.fetchConfig.url', ...wrong };
      if (typeof version === 'string' && /^v\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) continue;
      const problem = 'It takes the newest version of the provider, on each start another one.';
      yield { at, field: 'spec.version', problem, fix: 'write the exact version.' };
    }
  },
};

const providers = ['Addon', 'Bootstrap', 'ControlPlane', 'Core', 'Infrastructure', 'IPAM'].map(
  (name) => `${name}Provider.operator.cluster.x-k8s.io`,
);

function* checkManifests({ plan }: ClusterView): Generator<Finding> {
  for (const { name, stages } of plan.components) {
    for (const upstream of stages.flatMap(upstreamOf)) {
      if (!(upstream instanceof ReleaseManifest)) continue;
      for (const [index, { url }] of upstream.props.urls.entries()) {
        const wrong = whyLoose(url, false);
        if (wrong) yield { at: { component: name }, field: `${upstream.node.path} urls[${index}].url`, ...wrong };
      }
    }
  }
}

/** @param mayBeLatest the version stands elsewhere, as it does for a provider of Cluster API. */
function whyLoose(url: string, mayBeLatest: boolean): { readonly problem: string; readonly fix: string } | undefined {
  if (!url.startsWith('https://') || !URL.canParse(url))
    return { problem: `${url} is not behind https.`, fix: 'write an address that starts with https://.' };
  const revision = revisionIn(url);
  if (revision === 'latest' && mayBeLatest) return undefined;
  if (revision === undefined || isFixed(revision)) return undefined;
  const problem = `${url} is at "${revision}", which moves.`;
  return { problem, fix: 'write a tag or a commit in its place.' };
}

/** The part of an address that says which state of a repository it means. */
function revisionIn(url: string): string | undefined {
  const { hostname, pathname, searchParams } = new URL(url);
  const parts = pathname.split('/').filter(Boolean);
  const ref = searchParams.get('ref') ?? searchParams.get('version');
  if (ref !== null) return ref;
  const after = (name: string) => (parts.includes(name) ? parts[parts.indexOf(name) + 1] : undefined);
  if (parts.includes('refs')) return after('heads') ?? after('tags');
  if (hostname === 'raw.githubusercontent.com') return parts[2];
  if (parts.includes('releases')) return parts.includes('latest') ? 'latest' : (after('download') ?? after('tag'));
  return after('raw') ?? after('blob') ?? after('tree') ?? parts.find((part) => branches.test(part));
}

const branches = /^(main|master|HEAD|latest|trunk|develop|nightly|stable)$/;

/** A commit, or a tag: a number with a point, which a branch of a release has only after its own name. */
function isFixed(revision: string): boolean {
  if (/^[0-9a-f]{40}$/.test(revision)) return true;
  return /\d+\.\d+/.test(revision) && !/^(release|stable|branch)[-/_]v?\d+\.\d+$/.test(revision) && !/(^|[.-])x$/.test(revision);
}
