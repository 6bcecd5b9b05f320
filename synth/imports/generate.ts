import { type Problem, Problems } from '../../charts/lib/problem.js';
import type { ImportConfig } from './config.js';
import { generateConstructs } from './constructs.js';
import { type Crd, parseCrds, refuseDoubledKinds, selectCrds } from './crds.js';
import { pruneKubernetes, stripTalos } from './definitions.js';
import { formatJson } from './json.js';
import type { Reader } from './read.js';
import { formatReadme } from './readme.js';

/**
 * Every file of imports/ by its path there. Nothing depends on how the sources were read, the clock or the machine.
 *
 * @throws Problems with everything that is wrong in the sources.
 */
export async function generateImports(config: ImportConfig, reader: Reader): Promise<ReadonlyMap<string, string>> {
  const problems: Problem[] = [];
  const selected = await Promise.all(
    config.sources.map(async (source) => {
      const found: Problem[] = [];
      const texts = await reader.crds(source, found);
      const crds = parseCrds(source, texts, found);
      // A source that was not read lacks every kind; saying so for each would hide the one mistake.
      return { found, crds: found.length === 0 ? selectCrds(source, crds, found) : [] };
    }),
  );
  problems.push(...selected.flatMap(({ found }) => found));
  const crds = selected.flatMap(({ crds }) => crds);
  refuseDoubledKinds(crds, problems);
  const definitions = await generateDefinitions(config, reader, problems);
  if (problems.length > 0) throw new Problems(problems);
  const constructs = await generateConstructs(crds.filter(({ hasConstruct }) => hasConstruct));
  return new Map(
    [...constructs, ...crds.flatMap(schemaFiles), ...definitions, ['README.md', formatReadme(config, crds)] as const].sort(([a], [b]) =>
      a < b ? -1 : 1,
    ),
  );
}

/** One file a version: a version that is not served keeps its name, so that a check can say so, and no schema. */
function schemaFiles({ group, kind, scope, versions }: Crd): (readonly [string, string])[] {
  return versions.map(({ name, served, storage, deprecated, schema }) => [
    `schemas/${group}/${name}/${kind}.json`,
    formatJson({
      apiVersion: `${group}/${name}`,
      kind,
      scope,
      served,
      storage,
      ...(deprecated && { deprecated }),
      ...(served && { schema }),
    }),
  ]);
}

async function generateDefinitions(config: ImportConfig, reader: Reader, problems: Problem[]): Promise<(readonly [string, string])[]> {
  const { kubernetes, talos } = config;
  const files: (readonly [string, string])[] = [];
  if (kubernetes !== undefined) {
    const text = await reader.document('kubernetes', kubernetes.url, problems);
    if (text !== undefined) files.push(['schemas/kubernetes.json', formatJson(pruneKubernetes(text, kubernetes.kinds, problems))]);
  }
  if (talos !== undefined) {
    const found: Problem[] = [];
    const text = await reader.document('talos', talos.url, found);
    if (text !== undefined) files.push(['schemas/talos.json', formatJson(stripTalos(text, found))]);
    problems.push(...found);
  }
  return files;
}
