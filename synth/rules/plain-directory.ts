import { basename } from 'node:path/posix';
import { listOf, recordOf, textOf } from '../../charts/lib/untyped.js';
import { type Member, membersOf, type Syncer, syncersOf } from './lib/syncers.js';
import type { ClusterView } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * What the engine reads as a directory of manifests is one: no file that turns it into a chart or a kustomization, no text that makes Argo CD
 * skip a file, and less than 10 MB together.
 *
 * Why: the engine takes another tool and applies something else, passes the object over without a word, or refuses the whole Application.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/directory/ and tool_detection/ (v3.5.1), reposerver/repository/repository.go of
 * https://github.com/argoproj/argo-cd (v3.5.1)
 */
export const plainDirectory: Rule = {
  id: 'plain-directory',
  *check(view) {
    const isFlux = view.cluster.engine === 'flux';
    const sizes = new Map<string, number>();
    for (const member of membersOf(view)) {
      const name = basename(member.file);
      if (/^(kustomization\.ya?ml|Kustomization)$/.test(name) || (!isFlux && /(Chart\.yaml|\.(jsonnet|libsonnet))$/.test(name))) {
        const problem = `${member.file} makes the engine take its folder for something else than manifests.`;
        yield { at: member.read(), problem, fix: 'give the file another name, or keep it out of the folder.' };
      }
      // Of our own, only ConfigMaps hold long texts.
      if (isFlux || (member.text === undefined && member.identity.kind !== 'ConfigMap')) continue;
      const text = member.text ?? JSON.stringify(member.read().manifest);
      sizes.set(member.file, text.length);
      if (text.includes(skipped)) yield checkSkipped(member);
    }
    for (const syncer of syncersOf(view)) yield* checkSyncer(view, syncer, sizes);
  },
};

const skipped = '+argocd:skip-file-rendering';
const limit = 10_000_000;

function checkSkipped({ read }: Member): Finding {
  return { at: read(), problem: `Its file holds the text "${skipped}", so that Argo CD passes it over.`, fix: 'take the text out.' };
}

function* checkSyncer(
  view: ClusterView,
  { object: at, spec, sources, members }: Syncer,
  sizes: ReadonlyMap<string, number>,
): Generator<Finding> {
  const size = members.reduce((sum, { file }) => sum + (sizes.get(file) ?? 0), 0);
  if (size > limit) {
    const problem = `Its manifests are ${Math.ceil(size / 1e6)} MB together, and Argo CD reads ${limit / 1e6} of one directory.`;
    yield { at, field: 'spec.sources', problem, fix: 'let the engine render its charts, or make two components of it.' };
  }
  for (const [index, source] of (spec['source'] === undefined ? listOf(spec['sources']) : sources).entries()) {
    const path = textOf(source['path']) ?? '';
    const isKustomization = view.plan.upstream.has(path.split('/').at(-1) ?? '') && path.startsWith(`dist/${view.cluster.name}/upstream/`);
    const field = spec['source'] === undefined ? `spec.sources[${index}]` : 'spec.source';
    if (isKustomization && source['directory'] !== undefined) {
      const problem = `${path} holds a kustomization, and as a directory it would be applied as if it were an object.`;
      yield { at, field: `${field}.directory`, problem, fix: 'leave directory out.' };
    } else if (/^dist\/[^/]+\/manifests\//.test(path) && ['helm', 'kustomize', 'plugin'].some((tool) => tool in source)) {
      const tool = ['helm', 'kustomize', 'plugin'].find((one) => one in recordOf(source)) ?? '';
      const problem = `${path} holds plain manifests, which ${tool} would not read as they are.`;
      yield { at, field: `${field}.${tool}`, problem, fix: 'write directory: { recurse: true } instead.' };
    }
  }
}
