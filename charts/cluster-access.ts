import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import { Component } from './lib/component.js';
import { waive } from './lib/waiver.js';

export interface ClusterAccessProps {
  /** Group as the API server calls it, with the prefix that it puts before groups of tokens. @example 'oidc:platform-admins' */
  readonly adminGroup: string;
}

/**
 * What people may do who log in to the Kubernetes API with a token of the identity provider: the members of one group everything, others nothing
 * but to ask what they may do. Certificates of the bootstrap work beside it, for the day when the provider does not.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings (v1.36)
 */
export class ClusterAccess extends Component {
  constructor(scope: Construct, id: string, { adminGroup }: ClusterAccessProps) {
    super(scope, id, { namespace: 'kube-system', project: 'security' });
    const administrators = new k8s.KubeClusterRoleBinding(this.base, 'administrators', {
      metadata: { name: 'platform-administrators' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: adminGroup }],
    });
    waive(administrators, 'least-privilege', 'it is how people who log in administer the cluster');
  }
}
