import type { RuleFixtures } from '../fixtures/rule-harness.js';

const binding = (kind: string, role: string, subject: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: {name: bound}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${role}}
subjects: [${subject}]`;

const account = '{kind: ServiceAccount, name: default, namespace: app}';
const group = (name: string) => `{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "${name}"}`;

const role = (rule: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: much}
rules: [{${rule}}]`;

export const fixtures: RuleFixtures = {
  rejected: {
    'a ServiceAccount that is cluster-admin': {
      manifests: binding('ClusterRoleBinding', 'cluster-admin', account),
      says: 'It lets ServiceAccount default do everything',
    },
    'a group that nothing can be taken from': {
      manifests: binding('RoleBinding', 'view', group('system:masters')),
      says: 'subjects[0].name',
    },
    'a rule for everything': {
      manifests: role('apiGroups: ["*"], resources: ["*"], verbs: ["*"]'),
      says: 'It allows everything in the cluster.',
    },
    'Velero as its chart comes': { release: { chart: 'velero', values: {} }, says: 'values.rbac.clusterAdministrator' },
    'values that bind to cluster-admin': { release: { values: { role: { name: 'cluster-admin' } } }, says: 'values.role.name' },
  },
  accepted: {
    'a role in one namespace': { manifests: binding('RoleBinding', 'cluster-admin', account) },
    'a rule for everything in one group': { manifests: role('apiGroups: ["apps"], resources: ["*"], verbs: ["*"]') },
    'a group of people whom somebody let in': {
      manifests: binding('ClusterRoleBinding', 'cluster-admin', group('oidc:admins')),
      waiver: ['least-privilege', 'people administer the cluster by it'],
    },
    'Headlamp without its binding': {
      release: { chart: 'headlamp', values: { clusterRoleBinding: { create: false, clusterRoleName: 'cluster-admin' } } },
    },
  },
};
