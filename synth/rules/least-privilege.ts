import { listOf, recordOf, textsOf } from '../../charts/lib/untyped.js';
import type { ClusterView, SeenObject } from './lib/view.js';
import { entriesBelow, pathOf } from './lib/walk.js';
import type { Finding, Rule } from './rule.js';

/**
 * Nothing may do everything: no binding to cluster-admin or to the group system:masters, no rule with * for groups, resources and verbs, and no
 * chart whose values ask for one, but the GitOps engine, and where a waiver says why.
 *
 * Why: whoever gets into one pod with such a ServiceAccount has the whole cluster, with every Secret of it.
 *
 * Source: https://kubernetes.io/docs/concepts/security/rbac-good-practices/ (v1.36); values of
 * https://github.com/vmware-tanzu/helm-charts (velero-12.1.0) and https://github.com/kubernetes-sigs/headlamp (0.44.0)
 */
export const leastPrivilege: Rule = {
  id: 'least-privilege',
  severity: 'warning',
  *check(view) {
    const rbac = 'rbac.authorization.k8s.io';
    for (const at of view.of(`ClusterRoleBinding.${rbac}`, `RoleBinding.${rbac}`)) {
      const subjects = listOf(at.manifest['subjects']);
      const masters = subjects.findIndex(({ kind, name }) => kind === 'Group' && name === 'system:masters');
      if (masters >= 0) {
        const problem = 'No rule can ever take anything from system:masters, not even the removal of this binding.';
        yield { at, field: `subjects[${masters}].name`, problem, fix: 'name a group of your own.' };
      } else if (
        at.manifest.kind === 'ClusterRoleBinding' &&
        !isOfEngine(at) &&
        recordOf(at.manifest['roleRef'])['name'] === 'cluster-admin'
      ) {
        const who = subjects.map(({ kind, name }) => `${kind} ${name}`).join(', ');
        yield {
          at,
          field: 'roleRef.name',
          problem: `It lets ${who || 'its subjects'} do everything in the cluster.`,
          fix: 'bind a role with what is needed.',
        };
      }
    }
    for (const at of view.of(`ClusterRole.${rbac}`, `Role.${rbac}`)) {
      const index = listOf(at.manifest['rules']).findIndex((rule) =>
        ['apiGroups', 'resources', 'verbs'].every((name) => textsOf(rule[name]).includes('*')),
      );
      if (index < 0 || isOfEngine(at)) continue;
      const where = at.manifest.kind === 'Role' ? 'its namespace' : 'the cluster';
      yield { at, field: `rules[${index}]`, problem: `It allows everything in ${where}.`, fix: 'list what is needed.' };
    }
    yield* checkValues(view);
  },
};

/** The engine applies objects of every kind; whoever renders its manifests sees its rights. */
function isOfEngine({ origin, manifest }: SeenObject): boolean {
  return origin === 'upstream' && /-application-controller$|^cluster-reconciler/.test(manifest.metadata.name);
}

function* checkValues(view: ClusterView): Generator<Finding> {
  const fix = 'turn it off, and bind a role with what is needed.';
  for (const release of view.releases) {
    // Its objects are seen, each by itself.
    if (release.isSeen) continue;
    const { chart } = release.release.props;
    const rbac = recordOf(release.values['rbac']);
    if (chart === 'velero' && rbac['create'] !== false && rbac['clusterAdministrator'] !== false) {
      yield {
        at: release,
        field: 'values.rbac.clusterAdministrator',
        problem: 'The chart binds its ServiceAccount to cluster-admin.',
        fix,
      };
    }
    const binding = recordOf(release.values['clusterRoleBinding']);
    if (chart === 'headlamp' && binding['create'] !== false && binding['clusterRoleName'] === undefined) {
      yield {
        at: release,
        field: 'values.clusterRoleBinding',
        problem: 'The chart binds its ServiceAccount to cluster-admin by default.',
        fix,
      };
    }
    for (const entry of entriesBelow(release.values)) {
      if (entry.value !== 'cluster-admin' || entry.owner['create'] === false) continue;
      const path = pathOf(entry, 'values');
      yield { at: release, field: path, problem: 'The chart binds somebody to cluster-admin.', fix };
    }
  }
}
