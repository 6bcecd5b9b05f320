import type { IMiddleware } from '@kubernetes-models/traefik/traefik.io/v1alpha1/Middleware';
import type { Construct } from 'constructs';
import { Component } from './lib/component.js';
import type { NamespaceRef, ProtectionRef } from './lib/handle.js';
import { Manifest } from './lib/manifest.js';
import { DeclaredSecret } from './lib/secret.js';

const name = 'basic-login';

export interface BasicLoginProps {
  /** Namespace of Traefik, which reads the users there. */
  readonly namespace: NamespaceRef;
}

/**
 * Asks for a name and a password in front of what has no login of its own, where the cluster has nothing better: no forward authentication by an
 * identity provider.
 *
 * Source: https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/basicauth/ (v3.7)
 */
export class BasicLogin extends Component {
  constructor(scope: Construct, id: string, { namespace }: BasicLoginProps) {
    super(scope, id, { namespace, project: 'security' });
    const users = new DeclaredSecret(this.resources, 'users', {
      name: 'basic-login-users',
      keys: { users: 'a line "name:hash" for each person, as "htpasswd -nB name" writes it' },
      consumer: 'Traefik, which asks people for a name and a password',
    });
    new Manifest<IMiddleware>(this.resources, name, {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name },
      // What stands behind it has no use for the password.
      spec: { basicAuth: { secret: users.props.name, removeHeader: true } },
    });
  }

  /** For every Ingress of a service without a login. */
  get protection(): ProtectionRef {
    const middleware = `${this.namespaceName}-${name}@kubernetescrd`;
    return this.handle('resources', { annotations: { 'traefik.ingress.kubernetes.io/router.middlewares': middleware } });
  }
}
