import { isDeepStrictEqual } from 'node:util';
import { listOf, recordOf, textsOf } from '../../../charts/lib/untyped.js';
import { type DangerCheck, type Found, readBoth, says, show, titleOf } from './check.js';

type Data = Readonly<Record<string, unknown>>;

/** Somebody may do more than before: rules and bindings of RBAC, and what a project of Argo CD lets its Applications do. */
export const widerRights: DangerCheck = {
  id: 'wider-rights',
  *check(object) {
    const { kind, before, after } = object;
    if (!after) return;
    const [old, now] = [before?.manifest, after.manifest];
    if (/^(Cluster)?Role\.rbac/.test(kind)) yield* widerRules(old, now);
    else if (/^(Cluster)?RoleBinding\.rbac/.test(kind)) {
      if (!old) {
        if (recordOf(now['roleRef'])['name'] !== 'cluster-admin') return;
        const effect = 'Whoever is bound may do everything in the cluster.';
        yield { field: 'roleRef', problem: `${titleOf(object)} binds cluster-admin.`, effect };
        return;
      }
      const [role, other] = readBoth(object, 'roleRef');
      if (!isDeepStrictEqual(role, other)) yield { field: 'roleRef', problem: says('roleRef', role, other), effect: bound };
      for (const subject of newItems(old['subjects'], now['subjects'])) {
        yield { field: 'subjects', problem: `It binds ${show(subject)} too.`, effect: bound };
      }
    } else if (kind === 'AppProject.argoproj.io' && old) {
      const told = lists.flatMap((list) => {
        const added = newItems(recordOf(old['spec'])[list], recordOf(now['spec'])[list]);
        return added.length === 0 ? [] : [`${added.map(nameOf).join(', ')} (${list})`];
      });
      if (told.length === 0) return;
      const problem = `The project allows ${told.join(' and ')} too.`;
      yield { field: 'spec', problem, effect: 'Every Application of the project may do so, whoever wrote it.' };
    }
  },
};

const lists = ['clusterResourceWhitelist', 'namespaceResourceWhitelist', 'destinations', 'sourceRepos'];
const bound = 'Others than before have the rights of the role.';

function nameOf(item: unknown): string {
  const { group, kind, namespace, server } = recordOf(item);
  if (kind !== undefined) return group === '' ? String(kind) : `${kind}.${group}`;
  return namespace === undefined ? show(item) : `${namespace}${server === undefined ? '' : ` of ${server}`}`;
}

function newItems(before: unknown, after: unknown): readonly unknown[] {
  const [old, now] = [before, after].map((list) => (Array.isArray(list) ? list : []));
  return (now ?? []).filter((item) => !(old ?? []).some((other: unknown) => isDeepStrictEqual(item, other)));
}

/** One right: each may be `*`. */
interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  /** @default - every object */
  readonly name: string;
}

/** Of a new role only what is everything: whoever installs something new gives it what it needs. */
function* widerRules(before: Data | undefined, after: Data): Iterable<Found> {
  const [old, now] = [rightsOf(before), rightsOf(after)];
  const added = now.filter((right) => !old.some((other) => covers(other, right)));
  const told = before ? added : added.filter(({ group, resource, verb }) => group === '*' && resource === '*' && verb === '*');
  if (told.length === 0) return;
  const names = told.map(({ group, resource, verb, name }) => {
    const what = group === '' ? resource : `${resource}.${group}`;
    return `${verb} ${what}${name === '*' ? '' : ` ${name}`}`;
  });
  const shown = names.length > 5 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
  yield { field: 'rules', problem: `It allows ${shown.join(', ')}${before ? ' too' : ''}.`, effect: 'Whoever is bound to it may do so.' };
}

function rightsOf(manifest: Data | undefined): readonly Right[] {
  return listOf(manifest?.['rules']).flatMap((rule) => {
    const names = textsOf(rule['resourceNames']);
    const urls = textsOf(rule['nonResourceURLs']).map((url) => ['', url] as const);
    const kinds = textsOf(rule['apiGroups']).flatMap((group) => textsOf(rule['resources']).map((resource) => [group, resource] as const));
    return [...kinds, ...urls].flatMap(([group, resource]) =>
      textsOf(rule['verbs']).flatMap((verb) => (names.length > 0 ? names : ['*']).map((name) => ({ group, resource, verb, name }))),
    );
  });
}

function covers(wide: Right, narrow: Right): boolean {
  const has = (a: string, b: string) => a === '*' || a === b;
  return has(wide.group, narrow.group) && has(wide.resource, narrow.resource) && has(wide.verb, narrow.verb) && has(wide.name, narrow.name);
}
