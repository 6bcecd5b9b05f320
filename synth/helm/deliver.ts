import { parse } from 'yaml';
import { engineAnnotations } from '../../charts/lib/annotations.js';
import { problemOf } from '../../charts/lib/collect.js';
import type { DeliveredFile, DeliveredFiles } from '../../charts/lib/delivery.js';
import { groupOf, identityOf, type KubernetesObject } from '../../charts/lib/kinds.js';
import type { Problem } from '../../charts/lib/problem.js';
import type { Kinds, Provides } from '../../charts/lib/provides.js';
import { HelmRelease } from '../../charts/lib/release.js';
import type { CollectedCluster } from '../../clusters/lib/plan.js';
import { checkObject } from '../check-schemas.js';
import { pathOf } from '../layout.js';
import type { Schemas } from '../schema/load.js';
import { toYaml } from '../yaml.js';
import { checkProvides, type ScopeOf } from './check-provides.js';
import { withDefinitions } from './definitions.js';
import type { ChartLock, RenderedObject } from './model.js';
import { type DeliveryRecord, type RecordedRelease, readRecord, recordPath, writeRecord } from './record.js';
import { type DeliveryRequest, type RenderRequest, requestsOf } from './requests.js';
import { findSecretData } from './secrets.js';
import { sha256Of } from './store.js';

/** What becomes of one request. */
export type Rendering =
  | { readonly objects: readonly RenderedObject[]; readonly problems: readonly Problem[] }
  /** It cannot be rendered here: what is not there, and the command that brings it. */
  | { readonly absent: string; readonly command: string };

/** The world of a delivery, so that tests can give it another one. */
export interface DeliveryWorld {
  readonly lock: ChartLock | undefined;
  /** Whether what is recorded is kept. Otherwise everything is rendered, and nothing that is committed is believed. @default true */
  readonly isKeeping?: boolean;
  /** The bytes of a file below dist/<cluster>/, or undefined. */
  readCommitted(cluster: string, path: string): Promise<Buffer | undefined>;
  /** Renders all requests, side by side, in their order. */
  render(requests: readonly RenderRequest[]): Promise<readonly Rendering[]>;
}

/** What one cluster gets in files. */
export interface ClusterDelivery {
  readonly files: DeliveredFiles;
  /** Text of releases.json. @default - nothing is delivered */
  readonly record?: string;
  readonly problems: readonly Problem[];
  /** How many releases were rendered and not kept. */
  readonly rendered: number;
  /** Paths of the files that were read, and are kept. */
  readonly kept: ReadonlySet<string>;
}

/** A cluster whose engine renders everything. */
export const nothingDelivered: ClusterDelivery = { files: new Map(), problems: [], rendered: 0, kept: new Set() };

/**
 * The files of every release that synth renders. A release whose inputs are recorded is kept as it is committed; the others are rendered, all at
 * once.
 */
export async function deliverReleases(
  clusters: readonly CollectedCluster[],
  world: DeliveryWorld,
  schemas: Schemas,
): Promise<ReadonlyMap<string, ClusterDelivery>> {
  const all = await Promise.all(
    clusters.map(async (collected) => {
      const requests = requestsOf(collected, world.lock, schemas);
      const committed = requests.length > 0 ? await world.readCommitted(collected.cluster.name, recordPath) : undefined;
      const record = readRecord(committed?.toString('utf8'));
      const states = await Promise.all(requests.map(async (request) => ({ request, kept: await keep(request, record, world) })));
      return { name: collected.cluster.name, states };
    }),
  );
  const open = all.flatMap(({ states }) =>
    states.flatMap(({ request, kept }) => (kept === undefined && request.inputs !== undefined ? [request] : [])),
  );
  const renderings = await world.render(open);
  const known = definitionsOf(all, open, renderings, schemas);
  const made = new Map(open.map((request, index) => [request, finish(request, renderings[index], known.get(request.cluster) ?? schemas)]));
  return new Map(
    all.map(({ name, states }) => {
      const delivery = assemble(states, made);
      const again = checkAgain(states, made, known.get(name) ?? schemas);
      return [name, again.length === 0 ? delivery : { ...delivery, problems: [...delivery.problems, ...again] }];
    }),
  );
}

/** With the digest where it is known already. */
interface HashedFile extends DeliveredFile {
  readonly digest?: string;
}

/** Kept objects were valid by the definitions of then: those whose definitions were rendered anew are held to them. */
function checkAgain(states: readonly State[], made: ReadonlyMap<DeliveryRequest, Finished>, schemas: Schemas): Problem[] {
  const definitions = [...made.values()]
    .flatMap(({ files }) => files)
    .filter(({ identity }) => identity.kind === 'CustomResourceDefinition');
  const groups = new Set(definitions.map(({ identity }) => identity.name.slice(identity.name.indexOf('.') + 1)));
  if (groups.size === 0) return [];
  return states.flatMap(({ request: { component, path }, kept = [] }) =>
    kept
      .filter(({ identity }) => groups.has(identity.group))
      .flatMap(({ content }) => checkObject(parse(content.toString()) as KubernetesObject, `charts/${component}.ts`, path, schemas)),
  );
}

interface Finished {
  readonly files: readonly HashedFile[];
  readonly problems: readonly Problem[];
}

interface State {
  readonly request: DeliveryRequest;
  readonly kept: readonly HashedFile[] | undefined;
}

function assemble(states: readonly State[], made: ReadonlyMap<DeliveryRequest, Finished>): ClusterDelivery {
  if (states.length === 0) return nothingDelivered;
  const finished = states.map(({ request, kept }) => ({
    request,
    ...(made.get(request) ?? (kept ? { files: kept, problems: [] } : unlocked(request))),
  }));
  const record: DeliveryRecord = Object.fromEntries(
    finished.map(({ request, files }): [string, RecordedRelease] => [request.path, recordOf(request, files)]),
  );
  return {
    files: new Map(finished.map(({ request, files }) => [request.path, files])),
    record: writeRecord(record),
    problems: finished.flatMap(({ problems }) => problems),
    rendered: states.filter(({ kept }) => kept === undefined).length,
    kept: new Set(states.flatMap(({ kept = [] }) => kept.map(({ path }) => path))),
  };
}

function recordOf({ inputs = '' }: DeliveryRequest, files: readonly HashedFile[]): RecordedRelease {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { inputs, files: sorted.map(({ path, content, identity, digest }) => ({ path, sha256: digest ?? sha256Of(content), identity })) };
}

/** The committed files of a release, when they are those of exactly these inputs. */
async function keep(request: DeliveryRequest, record: DeliveryRecord, world: DeliveryWorld): Promise<readonly HashedFile[] | undefined> {
  const recorded = world.isKeeping !== false && Object.hasOwn(record, request.path) ? record[request.path] : undefined;
  if (recorded === undefined || request.inputs === undefined || recorded.inputs !== request.inputs) return undefined;
  const files = await Promise.all(
    recorded.files.map(async ({ path, sha256: digest, identity }) => {
      const content = await world.readCommitted(request.cluster, path);
      return content !== undefined && sha256Of(content) === digest ? { path, identity, content, digest } : undefined;
    }),
  );
  return files.every((file) => file !== undefined) ? files : undefined;
}

function unlocked({ component, path, upstream }: DeliveryRequest): Finished {
  const what = upstream instanceof HelmRelease ? `The chart ${upstream.props.chart} ${upstream.props.version}` : 'An upstream manifest';
  const problem = `${what} is not in charts.lock.yaml, so that nobody knows which bytes to render.`;
  return { files: [], problems: [problemOf(component, path, 'locked-chart', problem, `run "npm run vendor -- ${component}".`)] };
}

/** The schemas of each cluster in which something is rendered, with those of all definitions that releases bring along, the kept ones too. */
function definitionsOf(
  all: readonly { readonly name: string; readonly states: readonly State[] }[],
  open: readonly DeliveryRequest[],
  renderings: readonly Rendering[],
  schemas: Schemas,
): ReadonlyMap<string, Schemas> {
  const isDefinition = ({ kind }: { readonly kind: string }) => kind === 'CustomResourceDefinition';
  const clusters = all.filter(({ name }) => open.some(({ cluster }) => cluster === name));
  const known = clusters.map(({ name, states }): [string, Schemas] => {
    const made = renderings.flatMap((rendering, index) =>
      open[index]?.cluster === name && 'objects' in rendering ? rendering.objects.map(({ manifest }) => manifest) : [],
    );
    const kept = states.flatMap(({ kept = [] }) => kept).filter(({ identity }) => isDefinition(identity));
    return [
      name,
      withDefinitions(schemas, [...made.filter(isDefinition), ...kept.map(({ content }) => parse(content.toString()) as KubernetesObject)]),
    ];
  });
  return new Map(known);
}

/** Objects become files: with what the engines must know of them, checked like our own, at the path of their identity. */
function finish(request: DeliveryRequest, rendering: Rendering | undefined, schemas: Schemas): Finished {
  const { component, path, stage, home, namespace, provides } = request;
  if (rendering === undefined || 'absent' in rendering) {
    const { absent = 'The renderer', command = 'npm run vendor' } = rendering ?? {};
    const problem = `Its chart, its values or something else that it depends on changed, or its files in dist/ did, and it cannot be rendered here: ${absent} is not there.`;
    return {
      files: [],
      problems: [problemOf(component, path, 'rendered-release', problem, `run "${command}", then "npm run synth".`)],
    };
  }
  const manifests = rendering.objects.map(({ manifest }) => annotated(manifest));
  const problems = [...rendering.problems];
  if (problems.every(({ severity }) => severity === 'warning')) {
    for (const [index, manifest] of manifests.entries()) {
      const template = rendering.objects[index]?.template ?? '';
      const found = checkObject(manifest, `charts/${component}.ts`, `${path} ${template}`, schemas);
      // A definition that a controller makes need not be published anywhere.
      const isMadeAtRunTime = provides.crdsAtRunTime?.[groupOf(manifest.apiVersion)]?.includes(manifest.kind) === true;
      problems.push(
        ...found.map((problem) =>
          isMadeAtRunTime && ['known-kind', 'served-version'].includes(problem.rule) ? toWarning(problem) : problem,
        ),
      );
    }
    problems.push(...checkProvides({ component, path, namespace, provides }, manifests, scopesOf(provides, schemas)));
    problems.push(...findSecretData({ component, path, namespace, provides }, rendering.objects));
  }
  const files = manifests.map((manifest) => {
    const identity = identityOf(manifest);
    return { identity, path: pathOf(identity, component, stage, home), content: toYaml(manifest) };
  });
  return { files, problems };
}

function toWarning(problem: Problem): Problem {
  return { ...problem, severity: 'warning' };
}

/** Where kinds live: by their schema or, where nobody has one, by what the release says. */
function scopesOf(provides: Provides, schemas: Schemas): ScopeOf {
  const declares = (kinds: Kinds | undefined, apiVersion: string, kind: string) => kinds?.[groupOf(apiVersion)]?.includes(kind) === true;
  return (apiVersion, kind) =>
    schemas.scopeOf(apiVersion, kind) ??
    (declares(provides.namespaced, apiVersion, kind) ? 'Namespaced' : declares(provides.cluster, apiVersion, kind) ? 'Cluster' : undefined);
}

/** Without a status, which nobody applies. Nothing is added to most objects, so that what the engine applied before stays the same. Wave 0 is where they are without a word. */
function annotated({ status: _status, ...manifest }: KubernetesObject): KubernetesObject {
  const { 'argocd.argoproj.io/sync-wave': _wave, ...added } = engineAnnotations(manifest, 'release', false);
  if (Object.keys(added).length === 0) return manifest;
  return { ...manifest, metadata: { ...manifest.metadata, annotations: { ...manifest.metadata.annotations, ...added } } };
}
