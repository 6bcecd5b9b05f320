import { repositoryOf } from '../../charts/lib/argo-cd/settings.js';
import { upstreamOf } from '../../charts/lib/delivery.js';
import { type Kinds, pairsOf } from '../../charts/lib/provides.js';
import { listOf, recordOf, textOf, textsOf } from '../../charts/lib/untyped.js';
import { type Syncer, syncersOf } from './lib/syncers.js';
import type { ClusterView } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * The AppProject of each Application exists and permits what it applies, rendered or declared in `provides`: kinds, namespaces and sources. An
 * account that a Kustomization of Flux borrows exists.
 *
 * Why: Argo CD refuses the whole sync with `resource ... is not permitted in project`, of one object as of all.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/projects/ (v3.5.1)
 */
export const permittedByProject: Rule = {
  id: 'permitted-by-project',
  *check(view) {
    const projects = new Map(
      view.of('AppProject.argoproj.io').map(({ manifest }) => [manifest.metadata.name, recordOf(manifest['spec'])] as const),
    );
    const told = new Set<string>();
    for (const syncer of syncersOf(view)) {
      if (syncer.object.manifest.kind !== 'Application') {
        yield* checkAccount(view, syncer);
        continue;
      }
      const name = textOf(syncer.spec['project']) ?? 'default';
      const project = projects.get(name);
      // Argo CD makes the project "default" itself, which permits everything.
      if (project) {
        // What a project lacks is one mistake, however many Applications need it.
        const found = [...checkApplication(view, syncer, name, project)].filter(({ problem }) => !told.has(problem));
        for (const { problem } of found) told.add(problem);
        yield* found;
      } else if (name !== 'default') {
        const problem = `There is no AppProject "${name}", so that Argo CD refuses the Application.`;
        yield { at: syncer.object, field: 'spec.project', problem, fix: `name one of ${[...projects.keys()].join(', ')}.` };
      }
    }
  },
};

/** Flux has no projects; what it may do is a matter of the account that it borrows, which is its own where none is named. */
function* checkAccount(view: ClusterView, { object: at, spec }: Syncer): Generator<Finding> {
  const account = textOf(spec['serviceAccountName']);
  const { namespace = 'default' } = at.manifest.metadata;
  if (account === undefined || view.find('ServiceAccount', account, namespace) || view.mayHide('ServiceAccount', namespace)) return;
  const problem = `There is no ServiceAccount "${account}" in ${namespace}, so that Flux may apply nothing.`;
  yield { at, field: 'spec.serviceAccountName', problem, fix: 'leave it out.' };
}

type Spec = Readonly<Record<string, unknown>>;

function* checkApplication(view: ClusterView, syncer: Syncer, name: string, project: Spec): Generator<Finding> {
  const { object: at, spec, sources } = syncer;
  const refused = (field: string, what: string, fix: string): Finding => ({
    at,
    field,
    problem: `The AppProject "${name}" does not permit ${what}.`,
    fix,
  });
  const sourceRepos = textsOf(project['sourceRepos']);
  for (const [index, source] of sources.entries()) {
    const url = textOf(source['repoURL']) ?? '';
    const field = spec['source'] === undefined ? `spec.sources[${index}].repoURL` : 'spec.source.repoURL';
    if (!permits(sourceRepos, url)) yield refused(field, `the source ${url}`, `add ${url} to its sourceRepos.`);
  }
  const server = textOf(recordOf(spec['destination'])['server']);
  const wanted = wantedOf(view, syncer);
  for (const namespace of wanted.namespaces) {
    const isPermitted = listOf(project['destinations']).some(
      (one) =>
        permits([textOf(one['namespace']) ?? ''], namespace) && (server === undefined || permits([textOf(one['server']) ?? ''], server)),
    );
    if (!isPermitted) yield refused('spec.project', `the namespace "${namespace}"`, `add ${namespace} to its destinations.`);
  }
  for (const [scope, kinds] of [
    ['cluster', wanted.cluster],
    ['namespace', wanted.namespaced],
  ] as const) {
    for (const kind of kinds) {
      if (permitsKind(project, scope, kind)) continue;
      yield refused('spec.project', `the kind ${kind}`, `add it to its ${scope}ResourceWhitelist.`);
    }
  }
}

interface Wanted {
  readonly namespaces: ReadonlySet<string>;
  /** As 'group/Kind'. */
  readonly cluster: ReadonlySet<string>;
  readonly namespaced: ReadonlySet<string>;
}

/** Everything that an Application applies, seen or declared. */
function wantedOf({ plan }: ClusterView, { name, object, spec, members }: Syncer): Wanted {
  const destination = textOf(recordOf(spec['destination'])['namespace']);
  const namespaces = new Set(destination === undefined ? [] : [destination]);
  const cluster = new Set<string>();
  const namespaced = new Set<string>();
  // What synth rendered of a release was compared with its provides, which are below.
  for (const { identity } of members.filter(({ text }) => text === undefined)) {
    (identity.namespace === undefined ? cluster : namespaced).add(`${identity.group}/${identity.kind}`);
    if (identity.namespace !== undefined) namespaces.add(identity.namespace);
  }
  const addAll = (set: Set<string>, kinds: Kinds | undefined) => {
    for (const { group, kind } of pairsOf(kinds)) set.add(`${group}/${kind}`);
  };
  const part = object.origin === 'engine' ? plan.applications.find((one) => one.name === name) : undefined;
  for (const stage of part?.component.stages.filter((one) => part.stages.includes(one.stage)) ?? []) {
    for (const { props } of upstreamOf(stage)) {
      const { provides } = props;
      addAll(cluster, provides.cluster);
      addAll(namespaced, provides.namespaced);
      if (pairsOf(provides.crds).length > 0) cluster.add('apiextensions.k8s.io/CustomResourceDefinition');
      const own = 'namespace' in props && props.namespace !== undefined ? [props.namespace] : [];
      for (const one of [...own, ...(provides.namespaces ?? []), ...(provides.otherNamespaces ?? [])]) namespaces.add(one);
    }
  }
  return { namespaces, cluster, namespaced };
}

/** What stands in no list: of the whole cluster nothing is permitted then, in a namespace everything. A blacklist wins. */
function permitsKind(project: Spec, scope: 'cluster' | 'namespace', name: string): boolean {
  if (isListed(project[`${scope}ResourceBlacklist`], name)) return false;
  const list = project[`${scope}ResourceWhitelist`];
  return list === undefined ? scope === 'namespace' : isListed(list, name);
}

/** Entries of a list as 'group/Kind'; all Applications of a project ask it. */
const entriesOfLists = new WeakMap<object, ReadonlySet<string>>();

function isListed(list: unknown, name: string): boolean {
  if (!Array.isArray(list)) return false;
  const entries = entriesOfLists.get(list) ?? new Set(listOf(list).map(({ group, kind }) => `${group ?? ''}/${kind ?? ''}`));
  entriesOfLists.set(list, entries);
  if (entries.has(name)) return true;
  const [group = '', kind = ''] = partsOf(name);
  return [...entries].some((entry) => {
    if (!/[*?!]/.test(entry)) return false;
    const [groups = '', kinds = ''] = partsOf(entry);
    return permits([groups], group) && permits([kinds], kind);
  });
}

function partsOf(name: string): readonly [group: string, kind: string] {
  const at = name.lastIndexOf('/');
  return [name.slice(0, at), name.slice(at + 1)];
}

/** Whether a pattern of a list fits; one that starts with ! forbids. */
function permits(patterns: readonly string[], text: string): boolean {
  const fits = (pattern: string) =>
    pattern === '*' || repositoryOf(pattern) === text || (/[*?]/.test(pattern) && globOf(pattern).test(text));
  const forbidden = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  return patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern)) && !forbidden.some(fits);
}

function globOf(pattern: string): RegExp {
  const text = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${text.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
